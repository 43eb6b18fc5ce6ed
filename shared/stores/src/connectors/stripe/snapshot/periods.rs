//! Paid period of a subscription. Stripe moves the period an hour before it even tries to charge
//! for it, and continues to move it while charges fail.

use domain::Timestamp;

use crate::LookUpError;
use crate::connectors::stripe::wire::{
    Instant, Invoice, Item, Line, Purpose, Subscription, malformed,
};

/// Span of time.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::connectors::stripe) struct Span {
    pub(in crate::connectors::stripe) start: Option<Timestamp>,
    pub(in crate::connectors::stripe) end: Timestamp,
}

/// Last period that is paid, or that need not be paid.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::connectors::stripe) struct Paid {
    pub(in crate::connectors::stripe) span: Span,
    /// Time since which money is owed.
    pub(in crate::connectors::stripe) owed_since: Option<Timestamp>,
}

/// Location of the invoice by which the running period is paid.
pub(in crate::connectors::stripe) enum Payer<'a> {
    /// The subscription's latest invoice.
    Latest(&'a Invoice),
    /// An earlier one, or none.
    Earlier,
    /// Nothing was ever paid.
    None,
}

/// Returns where to find the last payment for an item.
pub(in crate::connectors::stripe) fn payer<'a>(
    subscription: &'a Subscription,
    item: &Item,
) -> Payer<'a> {
    let never = matches!(
        subscription.status.as_str(),
        "incomplete" | "incomplete_expired"
    );
    match latest_invoice(subscription) {
        None => Payer::None,
        Some(_) if never => Payer::None,
        Some(invoice) if pays(invoice, subscription, item) => Payer::Latest(invoice),
        Some(_) => Payer::Earlier,
    }
}

/// Whether an invoice is paid, and for a whole period of this item.
pub(in crate::connectors::stripe) fn pays(
    invoice: &Invoice,
    subscription: &Subscription,
    item: &Item,
) -> bool {
    is_paid(invoice) && covers(invoice, subscription, item)
}

/// Returns the running period of an item according to Stripe.
pub(in crate::connectors::stripe) fn running(
    subscription: &Subscription,
    item: &Item,
) -> Result<Span, LookUpError> {
    // Until 2025-03-31 the subscription had the period.
    let start = item
        .current_period_start
        .or(subscription.current_period_start);
    let end = item.current_period_end.or(subscription.current_period_end);
    Ok(Span {
        start: start.map(|at| at.0),
        end: end
            .ok_or_else(|| malformed("it has no current_period_end"))?
            .0,
    })
}

/// Returns the last period of an item that counts as paid. `payer` is the last invoice that
/// [`pays`] for it.
pub(in crate::connectors::stripe) fn paid(
    subscription: &Subscription,
    item: &Item,
    payer: Option<&Invoice>,
) -> Result<Paid, LookUpError> {
    let running = running(subscription, item)?;
    let latest = latest_invoice(subscription);
    let owed = latest.filter(|invoice| !is_paid(invoice));
    let before = payer.and_then(|invoice| bought(invoice, subscription, item));
    let before = before.map(|span| with_trial(subscription, running, span));
    let in_trial = subscription.status == "trialing";
    // A trial costs nothing, so an open invoice does not shorten it.
    if let Some(invoice) = owed.filter(|invoice| covers(invoice, subscription, item) && !in_trial) {
        let first = invoice.billing_reason.as_deref() == Some("subscription_create");
        let span = match (before, running.start) {
            (Some(before), _) => before,
            // Nothing is known of an earlier payment: paid is what came before the running period.
            (None, Some(start)) if !first => Span {
                start: None,
                end: start,
            },
            // The first invoice of a subscription: there is no earlier period.
            (None, _) => running,
        };
        let begins = running.start.unwrap_or(running.end);
        let owed_since = before.map_or(begins, |before| before.end.min(begins));
        return Ok(Paid {
            span,
            owed_since: Some(after_due_date(invoice, owed_since)),
        });
    }
    let span = match before {
        // The invoice of the period that has begun does not exist yet.
        Some(before) if !in_trial && running.start.is_some_and(|start| start >= before.end) => {
            before
        }
        _ => running,
    };
    let owed_since = owed.map(|invoice| {
        let made = invoice.created.map(|at| at.0);
        after_due_date(invoice, made.or(running.start).unwrap_or(running.end))
    });
    Ok(Paid { span, owed_since })
}

/// Delays the time since which money is owed to the due date of an invoice that is sent as a bill.
fn after_due_date(invoice: &Invoice, since: Timestamp) -> Timestamp {
    invoice.due_date.map_or(since, |due| due.0.max(since))
}

/// Extends a period by an extended trial, which ends later than its invoice says.
fn with_trial(subscription: &Subscription, running: Span, span: Span) -> Span {
    let extended = subscription
        .trial_end
        .map(|at| at.0)
        .filter(|end| running.start.is_some_and(|start| *end <= start));
    Span {
        end: extended.map_or(span.end, |end| end.max(span.end)),
        ..span
    }
}

/// Returns the period that an invoice charges for: its lines' and not its own, which lies one
/// period back.
pub(in crate::connectors::stripe) fn bought(
    invoice: &Invoice,
    subscription: &Subscription,
    item: &Item,
) -> Option<Span> {
    let lines = invoice.lines.data.iter();
    let lines = lines.filter(|line| is_for_period(line, invoice, subscription, item));
    let periods = lines.filter_map(|line| line.period.as_ref());
    periods
        .max_by_key(|period| period.end.0)
        .map(|period| Span {
            start: Some(period.start.0),
            end: period.end.0,
        })
}

/// Whether an invoice charges for a whole period of an item.
fn covers(invoice: &Invoice, subscription: &Subscription, item: &Item) -> bool {
    let lines = &invoice.lines.data;
    let mut each = lines.iter();
    each.any(|line| is_for_period(line, invoice, subscription, item))
        || (lines.is_empty() && is_for_periods(invoice))
}

fn is_for_period(line: &Line, invoice: &Invoice, subscription: &Subscription, item: &Item) -> bool {
    match line.purpose() {
        Purpose::Period(None) => true,
        Purpose::Period(Some(id)) => {
            // An id that no other item has may be the former id of this one.
            let mut others = subscription.items.data.iter();
            id == item.id
                || (others.all(|other| other.id != id) && was_for(line, subscription, item))
        }
        Purpose::Unsaid => is_for_periods(invoice),
        Purpose::Proration | Purpose::Extra | Purpose::Unknown(_) => false,
    }
}

/// Whether a line for an item that is gone was for the item that exists now.
///
/// A phase of a schedule gives an item another id, and so does a change that removes an item and
/// adds one; the invoice keeps the old id. The line has the same price or product, or its period
/// ends where the running one or the one before does.
fn was_for(line: &Line, subscription: &Subscription, item: &Item) -> bool {
    let same_price = item.price().is_some_and(|price| line.is_priced_as(price));
    let running = running(subscription, item).ok();
    let meets = |end: Timestamp| {
        running.is_some_and(|running| end == running.end || Some(end) == running.start)
    };
    same_price
        || line
            .period
            .as_ref()
            .is_some_and(|period| meets(period.end.0))
}

/// Whether an invoice that says nothing else is for whole periods, by its reason.
fn is_for_periods(invoice: &Invoice) -> bool {
    matches!(
        invoice.billing_reason.as_deref(),
        Some("subscription_create" | "subscription_cycle" | "subscription" | "quote_accept")
    )
}

fn is_paid(invoice: &Invoice) -> bool {
    invoice.status.as_deref() == Some("paid")
}

/// Returns the status of the latest invoice if it is not documented. Then it is unknown what is
/// paid.
pub(in crate::connectors::stripe) fn unknown_invoice_status(
    subscription: &Subscription,
) -> Option<&str> {
    let status = latest_invoice(subscription)?.status.as_deref()?;
    match status {
        "draft" | "open" | "paid" | "uncollectible" | "void" => None,
        unknown => Some(unknown),
    }
}

/// Returns a kind of line of the latest invoice that is not documented. It has no effect.
pub(in crate::connectors::stripe) fn unknown_line(subscription: &Subscription) -> Option<&str> {
    let mut lines = latest_invoice(subscription)?.lines.data.iter();
    lines.find_map(|line| match line.purpose() {
        Purpose::Unknown(kind) => Some(kind),
        _ => None,
    })
}

fn latest_invoice(subscription: &Subscription) -> Option<&Invoice> {
    subscription.latest_invoice.as_ref()?.object()
}

/// Returns the end of the running period of an item, if Stripe names it.
pub(in crate::connectors::stripe) fn end(
    subscription: &Subscription,
    item: &Item,
) -> Option<Timestamp> {
    let end: Option<Instant> = item.current_period_end.or(subscription.current_period_end);
    end.map(|at| at.0)
}
