//! Invoices, their lines and their payments.

use serde_json::{Map, Value, json};

use super::{Rendering, list, plan, price, seconds};
use crate::stripe::model::{
    Invoice, InvoicePayment, InvoiceStatus, Line, Purchase, purchase::Paying,
};

/// Builds the object. It has no `payments`, which appear only when expanded.
pub(in super::super) fn invoice(
    known: &Invoice,
    purchase: &Purchase,
    rendering: &Rendering<'_>,
) -> Value {
    let id = &known.invoice_id;
    let lines = known.lines.iter();
    let lines = lines.map(|one| line(one, known, purchase, rendering));
    let lines = list(
        &format!("/v1/invoices/{id}/lines"),
        &lines.collect::<Vec<_>>(),
    );
    let waits = matches!(known.status, InvoiceStatus::Draft | InvoiceStatus::Open);
    let total: i64 = known.lines.iter().map(|line| line.amount).sum();
    let mut object = json!({
        "id": id,
        "object": "invoice",
        "amount_due": known.amount_due,
        "amount_paid": known.amount_paid,
        "amount_remaining": known.amount_due.saturating_sub(known.amount_paid),
        "attempt_count": known.attempt_count,
        "attempted": known.attempt_count > 0,
        "auto_advance": known.auto_advance && waits,
        "billing_reason": known.billing_reason,
        "collection_method": "charge_automatically",
        "created": known.created.as_second(),
        "currency": known.currency,
        "customer": purchase.customer_id,
        "lines": lines,
        "livemode": purchase.livemode,
        "metadata": {},
        "next_payment_attempt": seconds(known.next_payment_attempt),
        "period_end": known.period_end.as_second(),
        "period_start": known.period_start.as_second(),
        "status": known.status,
        "status_transitions": {
            "finalized_at": seconds(known.finalized_at),
            "marked_uncollectible_at": null,
            "paid_at": seconds(known.paid_at),
            "voided_at": null,
        },
        "subtotal": total,
        "total": total,
    });
    if let Some(members) = object.as_object_mut() {
        members.extend(by_version(known, purchase, rendering));
    }
    object
}

fn by_version(
    known: &Invoice,
    purchase: &Purchase,
    rendering: &Rendering<'_>,
) -> Map<String, Value> {
    let mut members = Map::new();
    let mut add = |name: &str, value| members.insert(name.to_owned(), value);
    let subscription = purchase.subscription_id();
    if rendering.version.has_item_periods() {
        let details = json!({"subscription": subscription, "metadata": known.metadata});
        let parent = json!({"type": "subscription_details", "quote_details": null,
            "subscription_details": details});
        add("parent", parent);
        return members;
    }
    let intent = known.payment_intent_id();
    let charge = intent.and_then(|id| purchase.intent(id).ok());
    let charge = charge.and_then(|intent| intent.latest_charge.as_deref());
    add("subscription", json!(subscription));
    add("subscription_details", json!({"metadata": known.metadata}));
    add("paid", json!(known.status == InvoiceStatus::Paid));
    add("payment_intent", json!(intent));
    add("charge", json!(charge));
    members
}

fn line(known: &Line, invoice: &Invoice, purchase: &Purchase, rendering: &Rendering<'_>) -> Value {
    let (subscription, livemode) = (purchase.subscription_id(), purchase.livemode);
    let mut object = json!({
        "id": known.line_id,
        "object": "line_item",
        "amount": known.amount,
        "currency": invoice.currency,
        "description": null,
        "invoice": invoice.invoice_id,
        "livemode": livemode,
        "metadata": invoice.metadata,
        "period": {
            "start": known.period_start.as_second(),
            "end": known.period_end.as_second(),
        },
        "quantity": known.quantity,
    });
    if let Some(members) = object.as_object_mut() {
        let mut add = |name: &str, value| members.insert(name.to_owned(), value);
        if rendering.version.has_item_periods() {
            add("parent", parent(known, subscription));
            let details = json!({"price": known.price.price_id,
                "product": known.price.product_id});
            let pricing = json!({"type": "price_details", "price_details": details,
                "unit_amount_decimal": known.price.unit_amount.to_string()});
            add("pricing", pricing);
        } else {
            add("plan", plan(&known.price, livemode));
            if rendering.version.has_prices() {
                add("price", price(&known.price, livemode));
            }
            add("proration", json!(known.proration));
            add("subscription", json!(subscription));
            if known.extra {
                add("invoice_item", json!(known.item_id));
                add("type", json!("invoiceitem"));
            } else {
                add("subscription_item", json!(known.item_id));
                add("type", json!("subscription"));
            }
        }
    }
    object
}

/// Returns the parent of a line; the other kind of details is null.
fn parent(known: &Line, subscription: &str) -> Value {
    let proration = known.proration;
    if known.extra {
        let details = json!({"invoice_item": known.item_id, "proration": proration,
            "subscription": subscription});
        return json!({"type": "invoice_item_details", "invoice_item_details": details,
            "subscription_item_details": null});
    }
    let details = json!({"subscription": subscription, "subscription_item": known.item_id,
        "proration": proration});
    json!({"type": "subscription_item_details", "invoice_item_details": null,
        "subscription_item_details": details})
}

pub(in super::super) fn invoice_payment(
    known: &InvoicePayment,
    invoice: &Invoice,
    purchase: &Purchase,
) -> Value {
    let paid = purchase.paying(&known.payment_intent_id);
    let (status, amount_paid) = match paid {
        Paying::Paid(amount) => ("paid", Some(amount)),
        Paying::Open => ("open", None),
        Paying::Canceled => ("canceled", None),
    };
    json!({
        "id": known.payment_id,
        "object": "invoice_payment",
        "amount_paid": amount_paid,
        "amount_requested": invoice.amount_due,
        "created": known.created.as_second(),
        "currency": invoice.currency,
        "invoice": invoice.invoice_id,
        "is_default": true,
        "livemode": purchase.livemode,
        "payment": {"type": "payment_intent", "payment_intent": known.payment_intent_id},
        "status": status,
    })
}
