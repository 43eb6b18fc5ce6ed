//! Response of a look-up.

use jiff::Timestamp;
use serde_json::{Value, json};

use super::{Receipt, State, endings::LAPSED};

/// Builds the body of the verification service's response.
pub(super) fn json(receipt: &Receipt, now: Timestamp) -> Value {
    let state = receipt.state(now);
    let over = state == State::Ended;
    let wont_renew = receipt.is_subscription() && !receipt.auto_renewing;
    let lapsed = over && receipt.cancelled_at.is_none() && !receipt.invalid;
    let lapses_at = receipt.period_end.filter(|_| wont_renew);
    let reason = if lapsed {
        Some(LAPSED)
    } else {
        receipt.cancel_reason
    };
    let renews_at = receipt.period_end.filter(|_| receipt.auto_renewing);
    let deferred = receipt.deferred.as_ref();
    let term_sku = if receipt.sandbox && receipt.is_subscription() {
        Some(format!("{}_term", receipt.product_id))
    } else {
        receipt.term_sku.clone()
    };
    let mut body = json!({
        "receiptId": receipt.receipt_id,
        "productId": receipt.product_id,
        "productType": receipt.product_type,
        "termSku": term_sku,
        "term": receipt.term,
        "purchaseDate": receipt.purchased_at.as_millisecond(),
        "renewalDate": millis(renews_at),
        "autoRenewing": receipt.auto_renewing,
        "cancelDate": millis(receipt.cancelled_at.or(lapses_at)),
        "cancelReason": reason,
        "freeTrialEndDate": millis(receipt.trial_ends.filter(|end| *end > now)),
        "gracePeriodEndDate": millis(receipt.grace_ends),
        "deferredDate": millis(deferred.map(|deferred| deferred.at)),
        "deferredSku": deferred.map(|deferred| &deferred.term_sku),
        "parentProductId": null,
        "quantity": 1,
        "promotions": some(&receipt.promotions),
        "fulfillmentDate": millis(receipt.fulfilled_at),
        "fulfillmentResult": receipt.fulfillment_result,
        "countryCode": receipt.country_code,
        "baseReceipts": some(&receipt.base_receipts),
        "purchaseMetadataMap": receipt.quick_subscribe.then(|| json!({"QuickSubscribe": "true"})),
        "betaProduct": receipt.beta,
        "testTransaction": receipt.sandbox,
    });
    if let Some(fields) = body.as_object_mut() {
        fields.extend(receipt.shown.clone());
        fields.retain(|name, _| !receipt.hidden.contains(name));
    }
    body
}

fn millis(at: Option<Timestamp>) -> Option<i64> {
    at.map(Timestamp::as_millisecond)
}

fn some<T>(list: &[T]) -> Option<&[T]> {
    (!list.is_empty()).then_some(list)
}
