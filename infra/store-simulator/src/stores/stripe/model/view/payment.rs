//! Payment intents, charges, refunds and disputes.

use serde_json::{Value, json};

use super::Rendering;
use crate::stripe::model::{Charge, Dispute, IntentStatus, PaymentIntent, Purchase, Refund};

pub(in super::super) fn payment_intent(
    known: &PaymentIntent,
    purchase: &Purchase,
    rendering: &Rendering<'_>,
) -> Value {
    let received = match known.status {
        IntentStatus::Succeeded => known.amount,
        _ => 0,
    };
    let object = json!({
        "id": known.payment_intent_id,
        "object": "payment_intent",
        "amount": known.amount,
        "amount_received": received,
        "created": known.created.as_second(),
        "currency": known.currency,
        "customer": purchase.customer_id,
        "latest_charge": known.latest_charge,
        "livemode": purchase.livemode,
        "metadata": known.metadata,
        "status": known.status,
    });
    with_invoice(object, known.invoice_id.as_deref(), rendering)
}

/// Builds the object. It has no `refunds`, which appear only when expanded.
pub(in super::super) fn charge(
    known: &Charge,
    purchase: &Purchase,
    rendering: &Rendering<'_>,
) -> Value {
    let failure = (!known.paid).then_some("card_declined");
    let object = json!({
        "id": known.charge_id,
        "object": "charge",
        "amount": known.amount,
        "amount_captured": if known.paid { known.amount } else { 0 },
        "amount_refunded": known.amount_refunded,
        "captured": known.paid,
        "created": known.created.as_second(),
        "currency": known.currency,
        "customer": purchase.customer_id,
        "disputed": known.disputed,
        "failure_code": failure,
        "livemode": purchase.livemode,
        "metadata": known.metadata,
        "paid": known.paid,
        "payment_intent": known.payment_intent_id,
        "refunded": known.is_refunded(),
        "status": if known.paid { "succeeded" } else { "failed" },
    });
    with_invoice(object, known.invoice_id.as_deref(), rendering)
}

/// Adds the invoice, which older versions show.
fn with_invoice(mut object: Value, invoice: Option<&str>, rendering: &Rendering<'_>) -> Value {
    if let (false, Some(members)) = (rendering.version.has_item_periods(), object.as_object_mut()) {
        members.insert("invoice".to_owned(), json!(invoice));
    }
    object
}

pub(in super::super) fn refund(known: &Refund) -> Value {
    json!({
        "id": known.refund_id,
        "object": "refund",
        "amount": known.amount,
        "charge": known.charge_id,
        "created": known.created.as_second(),
        "currency": known.currency,
        "metadata": {},
        "payment_intent": known.payment_intent_id,
        "reason": known.reason,
        "status": known.status,
    })
}

pub(in super::super) fn dispute(known: &Dispute, purchase: &Purchase) -> Value {
    json!({
        "id": known.dispute_id,
        "object": "dispute",
        "amount": known.amount,
        "charge": known.charge_id,
        "created": known.created.as_second(),
        "currency": known.currency,
        "is_charge_refundable": known.status.is_warning(),
        "livemode": purchase.livemode,
        "metadata": {},
        "payment_intent": known.payment_intent_id,
        "reason": known.reason,
        "status": known.status,
    })
}
