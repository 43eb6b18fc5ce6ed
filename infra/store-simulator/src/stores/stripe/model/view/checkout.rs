//! Checkout sessions.

use serde_json::{Value, json};

use super::{list, price, seconds};
use crate::stripe::model::{Purchase, Session};

/// Time for which a session is open.
const OPEN: std::time::Duration = std::time::Duration::from_secs(86_400);

/// Builds the object. It has no `line_items`, which appear only when expanded.
pub(in super::super) fn session(known: &Session, purchase: &Purchase) -> Value {
    let subscription = purchase.subscription.as_ref().filter(|_| known.complete);
    let intent = match purchase.subscription {
        Some(_) => None,
        None => purchase.payment_intents.first(),
    };
    let invoice = subscription.and_then(|_| purchase.invoices.first());
    json!({
        "id": known.session_id,
        "object": "checkout.session",
        "amount_subtotal": known.amount_total,
        "amount_total": known.amount_total,
        "client_reference_id": known.client_reference_id,
        "created": known.created.as_second(),
        "currency": known.price.currency,
        "customer": purchase.customer_id,
        "expires_at": seconds(known.created.checked_add(OPEN).ok()),
        "invoice": invoice.map(|invoice| invoice.invoice_id.as_str()),
        "livemode": purchase.livemode,
        "metadata": known.metadata,
        "mode": if purchase.subscription.is_some() { "subscription" } else { "payment" },
        "payment_intent": intent.map(|intent| intent.payment_intent_id.as_str()),
        "payment_status": known.payment_status,
        "status": if known.complete { "complete" } else { "open" },
        "subscription": subscription.map(|known| known.subscription_id.as_str()),
        "success_url": "https://app.example.com/done",
    })
}

/// Builds the list of its line items.
pub(in super::super) fn line_items(known: &Session, purchase: &Purchase) -> Value {
    let item = json!({
        "id": known.session_id.replace("cs_", "li_"),
        "object": "item",
        "amount_total": known.amount_total,
        "currency": known.price.currency,
        "description": known.price.product_id,
        "price": price(&known.price, purchase.livemode),
        "quantity": known.quantity,
    });
    let url = format!("/v1/checkout/sessions/{}/line_items", known.session_id);
    list(&url, &[item])
}
