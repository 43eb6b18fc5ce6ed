//! Look-up: from any id to the purchase that it leads to.

use domain::{StoreSnapshot, Timestamp};
use reqwest::Client;

use super::client::{Question, beside, path, same};
use super::gather::{self, Checkout};
use super::ids::{self, Kind, SESSION_ID};
use super::lists::Pages;
use super::wire::{Charge, Invoice, InvoicePayment, List, PaymentIntent, Ref, malformed};
use super::{Config, one_time, snapshot};
use crate::{Locator, LookUpError, LookedUp};

/// Looks up the purchase that an id leads to. The snapshot has the purchase's permanent key: the
/// subscription's, or that of the payment of a one-time purchase.
///
/// Stripe keeps everything that it sold. A 404 on a known purchase therefore means the wrong mode
/// or account, and is an error of the credentials.
pub(crate) async fn look_up(
    client: &Client,
    config: &Config,
    locator: &Locator,
    observed_at: Timestamp,
) -> Result<LookedUp, LookUpError> {
    let question = Question::begin(client, config, observed_at);
    let id = locator.key.as_str();
    let seen = match Kind::of(id) {
        Some(Kind::Subscription) => gather::subscription(&question, id, None).await,
        Some(Kind::Session) => by_session(&question, id).await,
        Some(Kind::PaymentIntent) => by_payment(&question, id, locator).await,
        Some(Kind::Charge) => by_charge(&question, id, locator).await,
        Some(Kind::Invoice) => by_invoice(&question, id).await,
        None => Err(rejected("its id is of nothing that is sold")),
    };
    match seen {
        Err(LookUpError::NotFound) if ids::is_known(locator) => {
            tracing::warn!(
                store = "stripe",
                "a known purchase is not there: the api key is of another mode or account"
            );
            Err(LookUpError::Unauthorized)
        }
        seen => seen.map(LookedUp::from),
    }
}

async fn by_session(question: &Question<'_>, id: &str) -> Result<StoreSnapshot, LookUpError> {
    let session = gather::session(question, id).await?;
    let sold = match session.mode.as_deref() {
        Some("subscription") => session.subscription.as_ref(),
        Some("payment") => session.payment_intent.as_ref(),
        Some("setup") => return Err(rejected("nothing is sold in this checkout")),
        _ => return Err(malformed("the checkout has an unknown mode")),
    };
    let once = session.mode.as_deref() == Some("payment");
    let Some(sold) = sold.map(Ref::id) else {
        return one_time::of_session(question.config, &session, once, question.observed_at);
    };
    let snapshot = if once {
        gather::payment(question, sold, Checkout::Read(&session)).await
    } else {
        gather::subscription(question, sold, Some(&session)).await
    };
    snapshot.map_err(beside)
}

/// Looks up a payment. Most payments pay an invoice, and that belongs to a subscription.
async fn by_payment(
    question: &Question<'_>,
    id: &str,
    locator: &Locator,
) -> Result<StoreSnapshot, LookUpError> {
    if let Some(subscription) = subscription_of(question, id).await? {
        let snapshot = gather::subscription(question, &subscription, None).await;
        return snapshot.map_err(beside);
    }
    // An id of another kind must not go into the path of a session.
    let session = locator.details.get(SESSION_ID);
    let session = session.filter(|session| Kind::of(session) == Some(Kind::Session));
    let checkout = session.map_or(Checkout::Unknown, |id| Checkout::Named(id));
    gather::payment(question, id, checkout).await
}

/// Returns the subscription whose invoice a payment paid.
async fn subscription_of(
    question: &Question<'_>,
    payment: &str,
) -> Result<Option<String>, LookUpError> {
    if !question.config.api_version.has_invoice_payments() {
        let query = [("expand[]", "invoice")];
        let path = path("payment_intents", payment);
        let payment: PaymentIntent = question.get(&path, &query).await?;
        return payment.invoice.map_or(Ok(None), |paid| of_paid(&paid));
    }
    let query = [
        ("payment[type]", "payment_intent"),
        ("payment[payment_intent]", payment),
        ("expand[]", "data.invoice"),
        ("limit", "10"),
    ];
    let mut list: List<InvoicePayment> = match question.get("invoice_payments", &query).await {
        // Stripe answers 404 for a payment that it does not know; the payment's own request
        // decides.
        Err(LookUpError::NotFound) => return Ok(None),
        answer => answer?,
    };
    let pages = Pages::new(question, "invoice payments", "invoice_payments", &query);
    pages.complete(&mut list).await?;
    for paid in list
        .data
        .iter()
        .filter_map(|payment| payment.invoice.as_ref())
    {
        if let Some(subscription) = of_paid(paid)? {
            return Ok(Some(subscription));
        }
    }
    Ok(None)
}

fn of_paid(invoice: &Ref<Invoice>) -> Result<Option<String>, LookUpError> {
    let invoice = invoice
        .object()
        .ok_or_else(|| malformed("an invoice is not expanded"))?;
    Ok(invoice.subscription()?.map(str::to_owned))
}

async fn by_charge(
    question: &Question<'_>,
    id: &str,
    locator: &Locator,
) -> Result<StoreSnapshot, LookUpError> {
    let charge: Charge = question.get(&path("charges", id), &[]).await?;
    same(id, &charge.id)?;
    snapshot::of_mode(question.config, charge.livemode)?;
    let snapshot = match (&charge.payment_intent, &charge.invoice) {
        (_, Some(invoice)) => by_invoice(question, invoice.id()).await,
        (Some(payment), None) => by_payment(question, payment.id(), locator).await,
        (None, None) => Err(rejected("it is a payment for nothing that is known")),
    };
    snapshot.map_err(beside)
}

async fn by_invoice(question: &Question<'_>, id: &str) -> Result<StoreSnapshot, LookUpError> {
    let invoice: Invoice = question.get(&path("invoices", id), &[]).await?;
    same(id, &invoice.id)?;
    snapshot::of_mode(question.config, invoice.livemode)?;
    let subscription = invoice
        .subscription()?
        .ok_or_else(|| rejected("it is an invoice of no subscription"))?;
    let snapshot = gather::subscription(question, subscription, None).await;
    snapshot.map_err(beside)
}

fn rejected(why: &str) -> LookUpError {
    LookUpError::Rejected(why.to_owned())
}
