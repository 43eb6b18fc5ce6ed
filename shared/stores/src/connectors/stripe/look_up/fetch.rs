//! All requests about one purchase.

use std::collections::BTreeMap;
use std::sync::Arc;

use domain::{Reading, StoreSnapshot};

use super::charges;
use crate::LookUpError;
use crate::connectors::stripe::client::lists::{FULL_PAGE, ListError, Pages};
use crate::connectors::stripe::client::{ApiClient, path, same};
use crate::connectors::stripe::snapshot;
use crate::connectors::stripe::snapshot::fetched_item::FetchedItem;
use crate::connectors::stripe::snapshot::periods::{self, Payer};
use crate::connectors::stripe::snapshot::{binding, one_time};
use crate::connectors::stripe::wire::{
    Invoice, Item, List, PaymentIntent, Ref, Schedule, Session, Subscription,
};

/// Knowledge of the checkout in which something was bought.
pub(in crate::connectors::stripe) enum Checkout<'a> {
    Read(&'a Session),
    Named(&'a str),
    Unknown,
}

/// Fetches a subscription. `session` is the checkout in which it was bought, if that was read
/// already.
pub(in crate::connectors::stripe) async fn subscription(
    api: &ApiClient<'_>,
    id: &str,
    session: Option<&Session>,
) -> Result<StoreSnapshot, LookUpError> {
    let read = read_subscription(api, id, session).await;
    undecided_if_too_long(api, id, read)
}

/// Fetches a one-time payment.
pub(in crate::connectors::stripe) async fn payment(
    api: &ApiClient<'_>,
    id: &str,
    checkout: Checkout<'_>,
) -> Result<StoreSnapshot, LookUpError> {
    let read = read_payment(api, id, checkout).await;
    undecided_if_too_long(api, id, read)
}

/// Maps a list that is too long to an unknown status, which keeps the stored state and raises an
/// alarm (ADR 29).
fn undecided_if_too_long(
    api: &ApiClient<'_>,
    id: &str,
    read: Result<StoreSnapshot, ListError>,
) -> Result<StoreSnapshot, LookUpError> {
    match read {
        Err(ListError::TooLong(entries)) => {
            let word = Reading::UnknownStatus(format!("more {entries} than are read"));
            snapshot::of(id, None, word, api.observed_at)
        }
        read => Ok(read?),
    }
}

async fn read_subscription(
    api: &ApiClient<'_>,
    id: &str,
    session: Option<&Session>,
) -> Result<StoreSnapshot, ListError> {
    let config = api.config;
    let query = [("expand[]", "latest_invoice")];
    let mut subscription: Subscription = api.get(&path("subscriptions", id), &query).await?;
    // An answer about another object would be stored under the wrong key.
    same(id, &subscription.id)?;
    snapshot::of_mode(config, subscription.livemode)?;
    further_items(api, &mut subscription).await?;
    subscription.latest_invoice = match subscription.latest_invoice.take() {
        None => None,
        Some(latest) => {
            let mut invoice = match latest {
                Ref::Object(invoice) => invoice,
                Ref::Id(id) => Box::new(api.also(&path("invoices", &id), &[]).await?),
            };
            further_lines(api, &mut invoice).await?;
            Some(Ref::Object(invoice))
        }
    };
    let items = snapshot::our_items(config, &subscription)?;
    let earlier = earlier_payers(api, &subscription, &items).await?;
    let mut paid = Vec::new();
    let mut parts = BTreeMap::new();
    for (item, earlier) in items.into_iter().zip(&earlier) {
        let payer = match periods::payer(&subscription, item) {
            Payer::Latest(invoice) => Some(invoice),
            Payer::Earlier | Payer::None => earlier.as_deref(),
        };
        // One invoice usually pays for all items.
        if let Some(invoice) = payer
            && !parts.contains_key(&invoice.id)
        {
            let of_invoice = charges::of_invoice(api, invoice).await?;
            parts.insert(invoice.id.clone(), of_invoice);
        }
        paid.push((item, payer));
    }
    let schedule = match &subscription.schedule {
        Some(schedule) => Some(self::schedule(api, schedule.id()).await?),
        None => None,
    };
    // Reading the checkout costs a request, so only if nothing else names the customer.
    let unnamed = binding::named(config, &[subscription.metadata.as_ref()]).is_none();
    let found = match session {
        None if unnamed && binding::may_be_in_session(config) => {
            session_by(api, "subscription", id).await?
        }
        _ => None,
    };
    let fetched = paid.into_iter().map(|(item, payer)| FetchedItem {
        subscription: &subscription,
        item,
        payer,
        parts: payer
            .and_then(|invoice| parts.get(&invoice.id))
            .map_or(&[], Vec::as_slice),
        schedule: schedule.as_ref(),
        session: session.or(found.as_ref()),
    });
    let fetched: Vec<_> = fetched.collect();
    Ok(snapshot::snapshot(config, &fetched, api.observed_at)?)
}

async fn read_payment(
    api: &ApiClient<'_>,
    id: &str,
    checkout: Checkout<'_>,
) -> Result<StoreSnapshot, ListError> {
    let config = api.config;
    let query = [("expand[]", "latest_charge")];
    let mut payment: PaymentIntent = api.get(&path("payment_intents", id), &query).await?;
    same(id, &payment.id)?;
    snapshot::of_mode(config, payment.livemode)?;
    let needed = one_time::needs_session(config, &payment);
    let found = match checkout {
        Checkout::Named(session) if needed => Some(self::session(api, session).await),
        Checkout::Unknown if needed => session_by(api, "payment_intent", id).await.transpose(),
        _ => None,
    };
    let found = found
        .transpose()
        .map_err(crate::connectors::stripe::client::beside)?;
    // The charge of a payment that failed or is not complete has taken no money.
    let paid = payment.status == "succeeded";
    let charge = payment.latest_charge.take().filter(|_| paid);
    let parts = match charge {
        Some(charge) => vec![charges::charged(api, charge).await?],
        None => Vec::new(),
    };
    let fetched = one_time::FetchedPayment {
        payment: &payment,
        parts: &parts,
        session: match checkout {
            Checkout::Read(session) => Some(session),
            _ => found.as_ref(),
        },
    };
    Ok(one_time::of_payment(config, &fetched, api.observed_at)?)
}

/// Fetches a checkout with the products that it sold.
pub(in crate::connectors::stripe) async fn session(
    api: &ApiClient<'_>,
    id: &str,
) -> Result<Session, LookUpError> {
    let query = [("expand[]", "line_items")];
    let mut session: Session = api.get(&path("checkout/sessions", id), &query).await?;
    same(id, &session.id)?;
    further_line_items(api, &mut session).await?;
    Ok(session)
}

/// Finds the checkout in which something was bought.
async fn session_by(
    api: &ApiClient<'_>,
    what: &str,
    id: &str,
) -> Result<Option<Session>, LookUpError> {
    let query = [(what, id), ("limit", "1"), ("expand[]", "data.line_items")];
    let list: List<Session> = api.also("checkout/sessions", &query).await?;
    let mut session = list.data.into_iter().next();
    if let Some(session) = &mut session {
        further_line_items(api, session).await?;
    }
    Ok(session)
}

/// Reads the remaining items; Stripe includes only the first 10 to 20 in a subscription.
async fn further_items(
    api: &ApiClient<'_>,
    subscription: &mut Subscription,
) -> Result<(), ListError> {
    let query = [("subscription", subscription.id.as_str()), FULL_PAGE];
    let pages = Pages::new(api, "items", "subscription_items", &query);
    pages.complete(&mut subscription.items).await
}

/// Reads the remaining lines of an invoice.
async fn further_lines(api: &ApiClient<'_>, invoice: &mut Invoice) -> Result<(), ListError> {
    let path = format!("{}/lines", path("invoices", &invoice.id));
    let pages = Pages::new(api, "lines", &path, &[FULL_PAGE]);
    pages.complete(&mut invoice.lines).await
}

/// Reads the remaining products of a checkout.
async fn further_line_items(api: &ApiClient<'_>, session: &mut Session) -> Result<(), ListError> {
    let path = format!("{}/line_items", path("checkout/sessions", &session.id));
    let pages = Pages::new(api, "line items", &path, &[FULL_PAGE]);
    pages.complete(&mut session.line_items).await
}

/// Returns for each item the last invoice that was paid for a whole period of it, if it is not the
/// subscription's latest.
async fn earlier_payers(
    api: &ApiClient<'_>,
    subscription: &Subscription,
    items: &[&Item],
) -> Result<Vec<Option<Arc<Invoice>>>, ListError> {
    let is_sought = |item: &Item| matches!(periods::payer(subscription, item), Payer::Earlier);
    let mut found: Vec<_> = items.iter().map(|_| None).collect();
    let mut left = items.iter().filter(|item| is_sought(item)).count();
    let query = [
        ("subscription", subscription.id.as_str()),
        ("status", "paid"),
        ("limit", "25"),
    ];
    // Newest first, so the first match of an item is its last payment.
    let mut pages = Pages::new(api, "invoices", "invoices", &query);
    while left > 0
        && let Some(page) = pages.next().await?
    {
        for mut invoice in page {
            further_lines(api, &mut invoice).await?;
            let invoice = Arc::new(invoice);
            for (item, found) in items.iter().zip(&mut found) {
                let pays = is_sought(item) && periods::pays(&invoice, subscription, item);
                if found.is_none() && pays {
                    *found = Some(Arc::clone(&invoice));
                    left = left.saturating_sub(1);
                }
            }
            if left == 0 {
                break;
            }
        }
    }
    Ok(found)
}

async fn schedule(api: &ApiClient<'_>, id: &str) -> Result<Schedule, LookUpError> {
    let query = [("expand[]", "phases.items.price")];
    api.also(&path("subscription_schedules", id), &query).await
}
