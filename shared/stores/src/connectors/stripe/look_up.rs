//! Look-up: from any id to the purchase that it leads to.

pub(in crate::connectors::stripe) mod charges;
pub(in crate::connectors::stripe) mod fetch;

use domain::{Locator, StoreSnapshot, Timestamp};

use super::client::lists::Pages;
use super::client::{ApiClient, beside, path, same};
use super::snapshot::one_time;
use super::wire::ids::{self, Kind, SESSION_ID};
use super::wire::{Charge, Invoice, InvoicePayment, List, PaymentIntent, Ref, malformed};
use super::{Config, snapshot};
use crate::{ConnectorContext, LookUpError, LookedUp};
use fetch::Checkout;

/// Looks up the purchase that an id leads to. The snapshot has the purchase's permanent key: the
/// subscription's, or that of the payment of a one-time purchase.
///
/// Stripe keeps everything that it sold. A 404 on a known purchase therefore means the wrong mode
/// or account, and is an error of the credentials.
pub(crate) async fn look_up(
    context: &ConnectorContext,
    config: &Config,
    locator: &Locator,
    observed_at: Timestamp,
) -> Result<LookedUp, LookUpError> {
    let api = ApiClient::begin(&context.http, config, observed_at);
    let id = locator.key.as_str();
    let seen = match Kind::of(id) {
        Some(Kind::Subscription) => fetch::subscription(&api, id, None).await,
        Some(Kind::Session) => by_session(&api, id).await,
        Some(Kind::PaymentIntent) => by_payment(&api, id, locator).await,
        Some(Kind::Charge) => by_charge(&api, id, locator).await,
        Some(Kind::Invoice) => by_invoice(&api, id).await,
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

async fn by_session(api: &ApiClient<'_>, id: &str) -> Result<StoreSnapshot, LookUpError> {
    let session = fetch::session(api, id).await?;
    let sold = match session.mode.as_deref() {
        Some("subscription") => session.subscription.as_ref(),
        Some("payment") => session.payment_intent.as_ref(),
        Some("setup") => return Err(rejected("nothing is sold in this checkout")),
        _ => return Err(malformed("the checkout has an unknown mode")),
    };
    let once = session.mode.as_deref() == Some("payment");
    let Some(sold) = sold.map(Ref::id) else {
        return one_time::of_session(api.config, &session, once, api.observed_at);
    };
    let snapshot = if once {
        fetch::payment(api, sold, Checkout::Read(&session)).await
    } else {
        fetch::subscription(api, sold, Some(&session)).await
    };
    snapshot.map_err(beside)
}

/// Looks up a payment. Most payments pay an invoice, and that belongs to a subscription.
async fn by_payment(
    api: &ApiClient<'_>,
    id: &str,
    locator: &Locator,
) -> Result<StoreSnapshot, LookUpError> {
    if let Some(subscription) = subscription_of(api, id).await? {
        let snapshot = fetch::subscription(api, &subscription, None).await;
        return snapshot.map_err(beside);
    }
    // An id of another kind must not go into the path of a session.
    let session = locator.details.get(SESSION_ID);
    let session = session.filter(|session| Kind::of(session) == Some(Kind::Session));
    let checkout = session.map_or(Checkout::Unknown, |id| Checkout::Named(id));
    fetch::payment(api, id, checkout).await
}

/// Returns the subscription whose invoice a payment paid.
async fn subscription_of(
    api: &ApiClient<'_>,
    payment: &str,
) -> Result<Option<String>, LookUpError> {
    if !api.config.api_version.has_invoice_payments() {
        let query = [("expand[]", "invoice")];
        let path = path("payment_intents", payment);
        let payment: PaymentIntent = api.get(&path, &query).await?;
        return payment.invoice.map_or(Ok(None), |paid| of_paid(&paid));
    }
    let query = [
        ("payment[type]", "payment_intent"),
        ("payment[payment_intent]", payment),
        ("expand[]", "data.invoice"),
        ("limit", "10"),
    ];
    let mut list: List<InvoicePayment> = match api.get("invoice_payments", &query).await {
        // Stripe answers 404 for a payment that it does not know; the payment's own request
        // decides.
        Err(LookUpError::NotFound) => return Ok(None),
        answer => answer?,
    };
    let pages = Pages::new(api, "invoice payments", "invoice_payments", &query);
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
    api: &ApiClient<'_>,
    id: &str,
    locator: &Locator,
) -> Result<StoreSnapshot, LookUpError> {
    let charge: Charge = api.get(&path("charges", id), &[]).await?;
    same(id, &charge.id)?;
    snapshot::of_mode(api.config, charge.livemode)?;
    let snapshot = match (&charge.payment_intent, &charge.invoice) {
        (_, Some(invoice)) => by_invoice(api, invoice.id()).await,
        (Some(payment), None) => by_payment(api, payment.id(), locator).await,
        (None, None) => Err(rejected("it is a payment for nothing that is known")),
    };
    snapshot.map_err(beside)
}

async fn by_invoice(api: &ApiClient<'_>, id: &str) -> Result<StoreSnapshot, LookUpError> {
    let invoice: Invoice = api.get(&path("invoices", id), &[]).await?;
    same(id, &invoice.id)?;
    snapshot::of_mode(api.config, invoice.livemode)?;
    let subscription = invoice
        .subscription()?
        .ok_or_else(|| rejected("it is an invoice of no subscription"))?;
    let snapshot = fetch::subscription(api, subscription, None).await;
    snapshot.map_err(beside)
}

fn rejected(why: &str) -> LookUpError {
    LookUpError::Rejected(why.to_owned())
}
