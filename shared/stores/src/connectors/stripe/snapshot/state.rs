//! State of a subscription with a known status.

use domain::{Status, StoreState, Timestamp};

use super::details::Details;
use super::fetched_item::FetchedItem;
use super::periods::{self, Paid, Span};
use super::price;
use super::refunds::TakenBack;
use super::status::{grace_end, renews};
use crate::LookUpError;
use crate::connectors::stripe::Config;
use crate::connectors::stripe::config::catalogue::Catalogue;
use crate::connectors::stripe::wire::{Item, Price, Schedule, Subscription, malformed};
use crate::fields::shortened;

/// Context in which the state is built.
pub(in crate::connectors::stripe) struct Named<'a> {
    pub(in crate::connectors::stripe) status: Status,
    pub(in crate::connectors::stripe) item: &'a Item,
    pub(in crate::connectors::stripe) paid: Paid,
    pub(in crate::connectors::stripe) taken_back: TakenBack,
}

/// Builds the state of a subscription with a known status.
pub(in crate::connectors::stripe) fn state(
    config: &Config,
    fetched: &FetchedItem<'_>,
    named: &Named<'_>,
    observed_at: Timestamp,
) -> Result<StoreState, LookUpError> {
    let subscription = fetched.subscription;
    let price = named
        .item
        .price()
        .ok_or_else(|| malformed("it has no price"))?;
    let product_id = config.catalogue.product_id(price);
    // A payment that is pending can't have been returned yet.
    let revoked = match named.taken_back {
        TakenBack::Yes(at) if named.status != Status::Pending => Some(at),
        _ => None,
    };
    let status = revoked.map_or(named.status, |_| Status::Revoked);
    let span = span(subscription, named)?;
    let going_on = !status.is_ended();
    let next = fetched
        .schedule
        .filter(|_| going_on)
        .and_then(|schedule| next_price(&config.catalogue, schedule, fetched, span, observed_at));
    let renews = renews(subscription, named.item);
    // The date is that of the request; it counts only if the subscription will not renew.
    let cancelled = !renews || subscription.status == "canceled";
    let reason = subscription.cancellation_details.as_ref();
    Ok(StoreState {
        pending_product_id: next
            .as_ref()
            .map(|(price, _)| config.catalogue.product_id(price))
            .filter(|pending| *pending != product_id)
            .map(str::to_owned),
        started_at: subscription
            .start_date
            .or(subscription.created)
            .map(|at| at.0),
        period_start: span.start,
        trial_end: trial_end(subscription, status, span),
        grace_end: grace_end(config, &named.paid).filter(|_| status == Status::Grace),
        auto_renew: going_on && renews,
        cancelled_at: subscription
            .canceled_at
            .map(|at| at.0)
            .filter(|_| cancelled),
        cancel_reason: reason
            .and_then(|details| details.reason.as_deref())
            .filter(|_| cancelled)
            .map(shortened),
        resumes_at: subscription
            .pause_collection
            .as_ref()
            // Only a collection pause has a date at which it ends.
            .filter(|_| status == Status::Paused)
            .and_then(|pause| pause.resumes_at)
            .map(|at| at.0),
        revoked_at: revoked.flatten(),
        order_id: fetched.payer.map(|invoice| invoice.id.clone()),
        price: match next {
            Some((price, quantity)) => amount(price, quantity),
            None => amount(price, named.item.quantity),
        },
        details: details(fetched, named, price).written(),
        ..StoreState::new(status, product_id.to_owned(), span.end)
    })
}

/// Returns the period that counts for a status.
fn span(subscription: &Subscription, named: &Named<'_>) -> Result<Span, LookUpError> {
    let paid = named.paid.span;
    let running = periods::running(subscription, named.item)?;
    let ends_at = |end: Option<Timestamp>, span: Span| Span {
        end: end.unwrap_or(span.end),
        ..span
    };
    Ok(match named.status {
        Status::Pending => running,
        // A cancellation may take effect at any time, also within a period.
        Status::Cancelled => ends_at(subscription.cancel_at.map(|at| at.0), running),
        Status::Expired => ends_at(subscription.ended_at.map(|at| at.0), paid),
        _ => paid,
    })
}

/// Returns the end of the trial. It lasts until the period after it is paid.
fn trial_end(subscription: &Subscription, status: Status, span: Span) -> Option<Timestamp> {
    let end = subscription.trial_end?.0;
    let runs = matches!(status, Status::Active | Status::Cancelled);
    (runs && (subscription.status == "trialing" || span.end == end)).then_some(end.min(span.end))
}

/// Returns the price and quantity that replace the item's at the end of the period, by a schedule.
/// Of several, the one with the item's own product counts, or else one that the subscription does
/// not have yet.
fn next_price<'a>(
    catalogue: &Catalogue,
    schedule: &'a Schedule,
    fetched: &FetchedItem<'_>,
    span: Span,
    observed_at: Timestamp,
) -> Option<(&'a Price, Option<i64>)> {
    // By Stripe's clock a period may have begun that is in the future by ours: test clocks run
    // ahead.
    let begun = span
        .start
        .map_or(observed_at, |start| start.max(observed_at));
    let coming = schedule.phases.iter();
    let coming = coming.filter(|phase| phase.start_date.0 > begun);
    let next = coming
        .min_by_key(|phase| phase.start_date.0)
        .filter(|phase| phase.start_date.0 <= span.end)?;
    let prices = next
        .items
        .iter()
        .filter_map(|item| Some((item.price.object()?, item.quantity)))
        .filter(|(price, _)| catalogue.has(price));
    let is_of = |price: &Price, item: &Item| {
        let running = item.price().map(|running| catalogue.product_id(running));
        running == Some(catalogue.product_id(price))
    };
    let own = prices.clone().find(|(price, _)| is_of(price, fetched.item));
    let items = &fetched.subscription.items.data;
    own.or_else(|| {
        let mut prices = prices;
        prices.find(|(price, _)| !items.iter().any(|item| is_of(price, item)))
    })
}

fn amount(of: &Price, quantity: Option<i64>) -> Option<domain::Price> {
    price::price(
        of.unit_amount,
        of.currency.as_deref(),
        quantity.unwrap_or(1),
    )
}

/// Builds the `inAppSpecificData` of webhooks.
fn details(fetched: &FetchedItem<'_>, named: &Named<'_>, price: &Price) -> Details {
    let subscription = fetched.subscription;
    let bought = fetched
        .payer
        .and_then(|invoice| periods::bought(invoice, subscription, named.item));
    let paused = subscription.pause_collection.as_ref();
    Details {
        subscription_id: Some(subscription.id.clone()),
        price_id: Some(price.id.clone()),
        quantity: named.item.quantity.map(|quantity| quantity.to_string()),
        invoice_id: fetched.payer.map(|invoice| invoice.id.clone()),
        paid_start: bought.and_then(|span| span.start),
        paid_end: bought.map(|span| span.end),
        collection_paused: paused
            .map(|pause| shortened(pause.behavior.as_deref().unwrap_or("yes"))),
        ..Details::of_customer(
            subscription.customer.as_ref(),
            &[subscription.metadata.as_ref()],
        )
    }
}
