//! Everything that has to be asked about one purchase.

use domain::StoreSnapshot;

use super::client::{Question, path, same};
use super::money_back::Charged;
use super::periods::{self, Payer};
use super::wire::{
    Charge, Invoice, InvoicePayment, Item, List, PaymentIntent, Ref, Schedule, Session,
    Subscription, malformed,
};
use super::{binding, one_time, snapshot};
use crate::LookUpError;

/// So many pages of a subscription's items are read, of 100 items each.
const MOST_PAGES: usize = 5;

/// What is known of the checkout in which something was bought.
pub(super) enum Checkout<'a> {
    Read(&'a Session),
    Named(&'a str),
    Unknown,
}

/// A subscription. `session` is the checkout in which it was bought, if that was read already.
pub(super) async fn subscription(
    question: &Question<'_>,
    id: &str,
    session: Option<&Session>,
) -> Result<StoreSnapshot, LookUpError> {
    let config = question.config;
    let query = [("expand[]", "latest_invoice")];
    let mut subscription: Subscription = question.get(&path("subscriptions", id), &query).await?;
    same(id, &subscription.id)?;
    snapshot::of_mode(config, subscription.livemode)?;
    further_items(question, &mut subscription).await?;
    if let Some(Ref::Id(latest)) = &subscription.latest_invoice {
        let invoice = question.also(&path("invoices", latest), &[]).await?;
        subscription.latest_invoice = Some(Ref::Object(Box::new(invoice)));
    }
    let item = snapshot::running_item(config, &subscription)?;
    let earlier = match periods::payer(&subscription, item) {
        Payer::Earlier => earlier_payer(question, id, item).await?,
        Payer::Latest(_) | Payer::None => None,
    };
    let payer = match periods::payer(&subscription, item) {
        Payer::Latest(invoice) => Some(invoice),
        Payer::Earlier | Payer::None => earlier.as_ref(),
    };
    let charges = match payer {
        Some(invoice) => charges_of(question, invoice).await?,
        None => Vec::new(),
    };
    let schedule = match &subscription.schedule {
        Some(schedule) => Some(self::schedule(question, schedule.id()).await?),
        None => None,
    };
    let unnamed = binding::named(config, &[subscription.metadata.as_ref()]).is_none();
    let found = match session {
        None if unnamed && binding::may_be_in_session(config) => {
            session_by(question, "subscription", id).await?
        }
        _ => None,
    };
    let gathered = snapshot::Gathered {
        subscription: &subscription,
        payer,
        charges: &charges,
        schedule: schedule.as_ref(),
        session: session.or(found.as_ref()),
    };
    snapshot::snapshot(config, &gathered, question.observed_at)
}

/// What was bought once.
pub(super) async fn payment(
    question: &Question<'_>,
    id: &str,
    checkout: Checkout<'_>,
) -> Result<StoreSnapshot, LookUpError> {
    let config = question.config;
    let query = [("expand[]", "latest_charge")];
    let mut payment: PaymentIntent = question.get(&path("payment_intents", id), &query).await?;
    same(id, &payment.id)?;
    snapshot::of_mode(config, payment.livemode)?;
    let needed = one_time::needs_session(config, &payment);
    let found = match checkout {
        Checkout::Named(session) if needed => Some(self::session(question, session).await),
        Checkout::Unknown if needed => session_by(question, "payment_intent", id).await.transpose(),
        _ => None,
    };
    let found = found.transpose().map_err(super::client::beside)?;
    let paid = payment.status == "succeeded";
    let charge = payment.latest_charge.take().filter(|_| paid);
    let charges = match charge {
        Some(charge) => vec![charged(question, charge).await?],
        None => Vec::new(),
    };
    let gathered = one_time::Gathered {
        payment: &payment,
        charges: &charges,
        session: match checkout {
            Checkout::Read(session) => Some(session),
            _ => found.as_ref(),
        },
    };
    one_time::of_payment(config, &gathered, question.observed_at)
}

/// A checkout with what it sold.
pub(super) async fn session(question: &Question<'_>, id: &str) -> Result<Session, LookUpError> {
    let query = [("expand[]", "line_items")];
    let session: Session = question.get(&path("checkout/sessions", id), &query).await?;
    same(id, &session.id)?;
    Ok(session)
}

/// The checkout in which this was bought.
async fn session_by(
    question: &Question<'_>,
    what: &str,
    id: &str,
) -> Result<Option<Session>, LookUpError> {
    let query = [(what, id), ("limit", "1"), ("expand[]", "data.line_items")];
    let list: List<Session> = question.also("checkout/sessions", &query).await?;
    Ok(list.data.into_iter().next())
}

/// Not all items of a large subscription are in its own answer.
async fn further_items(
    question: &Question<'_>,
    subscription: &mut Subscription,
) -> Result<(), LookUpError> {
    let items = &mut subscription.items;
    for _ in 0..MOST_PAGES {
        let Some(last) = items.data.last().filter(|_| items.has_more) else {
            return Ok(());
        };
        let query = [
            ("subscription", subscription.id.as_str()),
            ("limit", "100"),
            ("starting_after", last.id.as_str()),
        ];
        let page: List<Item> = question.also("subscription_items", &query).await?;
        items.has_more = page.has_more && !page.data.is_empty();
        items.data.extend(page.data);
    }
    if items.has_more {
        return Err(malformed("it has more items than are read"));
    }
    Ok(())
}

/// The last invoice that was paid for a whole period of an item, if it isn't the latest of all.
async fn earlier_payer(
    question: &Question<'_>,
    subscription: &str,
    item: &Item,
) -> Result<Option<Invoice>, LookUpError> {
    let query = [
        ("subscription", subscription),
        ("status", "paid"),
        ("limit", "10"),
    ];
    let list: List<Invoice> = question.also("invoices", &query).await?;
    let mut invoices = list.data.into_iter();
    Ok(invoices.find(|invoice| periods::pays(invoice, item)))
}

/// What paid an invoice. What was paid outside of Stripe has no charge.
async fn charges_of(
    question: &Question<'_>,
    invoice: &Invoice,
) -> Result<Vec<Charged>, LookUpError> {
    if invoice.amount_paid == Some(0) {
        return Ok(Vec::new());
    }
    let query = [
        ("invoice", invoice.id.as_str()),
        ("limit", "10"),
        ("expand[]", "data.payment.payment_intent.latest_charge"),
    ];
    let list: List<InvoicePayment> = question.also("invoice_payments", &query).await?;
    let mut charges = Vec::new();
    for paid in list.data {
        let (Some("paid"), Some(means)) = (paid.status.as_deref(), paid.payment) else {
            continue;
        };
        let charge = match (means.payment_intent, means.charge) {
            (Some(Ref::Object(payment)), _) => payment.latest_charge,
            (Some(Ref::Id(_)), _) => return Err(malformed("a payment is not expanded")),
            (None, charge) => charge,
        };
        if let Some(charge) = charge {
            charges.push(charged(question, charge).await?);
        }
    }
    Ok(charges)
}

/// A charge with its refunds and disputes, if it says that it has any.
async fn charged(question: &Question<'_>, charge: Ref<Charge>) -> Result<Charged, LookUpError> {
    let charge = match charge {
        Ref::Object(charge) => *charge,
        Ref::Id(id) => question.also(&path("charges", &id), &[]).await?,
    };
    let of_it = ("charge", charge.id.as_str());
    let refunds = if charge.refunded || charge.amount_refunded > 0 {
        question.also("refunds", &[of_it, ("limit", "100")]).await?
    } else {
        List::default()
    };
    let disputes = if charge.disputed {
        question.also("disputes", &[of_it, ("limit", "10")]).await?
    } else {
        List::default()
    };
    Ok(Charged {
        charge,
        refunds,
        disputes,
    })
}

async fn schedule(question: &Question<'_>, id: &str) -> Result<Schedule, LookUpError> {
    let query = [("expand[]", "phases.items.price")];
    question
        .also(&path("subscription_schedules", id), &query)
        .await
}
