//! Merging of the last notification with what earlier ones reported. They come in any order and
//! repeatedly: a notification changes only what is older.

use std::collections::BTreeMap;

use super::hints::{
    CANCELLED_AT, CHARGEBACK_REVERSED_AT, CHARGED_BACK_AT, Hints, NOTIFIED_AMOUNT, NOTIFIED_AT,
    NOTIFIED_ID, NOTIFIED_KIND, REFUNDED_AMOUNT, REFUNDED_AT, REFUNDS,
};
use super::refunds::{self, Refund};

/// Returns the hints including the last notification. Doing it again changes nothing.
pub(in crate::connectors::roku) fn folded(hints: Hints<'_>) -> BTreeMap<String, String> {
    let mut known = hints.all().clone();
    let (Some(kind), Some(at)) = (hints.text(NOTIFIED_KIND), hints.at(NOTIFIED_AT)) else {
        return known;
    };
    let is_news = |name: &str| hints.at(name).is_none_or(|kept| at >= kept);
    let mut put = |name: &str, value: String| known.insert(name.to_owned(), value);
    let dated = match kind {
        "Cancellation" => Some(CANCELLED_AT),
        "Chargeback" | "SecondChargeback" => Some(CHARGED_BACK_AT),
        "ChargebackReversed" => Some(CHARGEBACK_REVERSED_AT),
        _ => None,
    };
    if let Some(name) = dated.filter(|name| is_news(name)) {
        put(name, at.to_string());
    }
    // Empty and not removed, so that an older cancellation that arrives later does not count.
    if kind == "Resubscribe" && is_news(CANCELLED_AT) {
        put(CANCELLED_AT, String::new());
    }
    if kind == "Refund" {
        // Refunds add up, so each is kept; of the others only the latest counts.
        let told = Refund::new(at, hints.text(NOTIFIED_AMOUNT), hints.text(NOTIFIED_ID));
        let all = refunds::and(refunds::of(hints), told);
        put(REFUNDS, refunds::written(&all));
        if let Some(last) = all.last() {
            put(REFUNDED_AT, last.at().to_string());
            put(
                REFUNDED_AMOUNT,
                last.amount().unwrap_or_default().to_owned(),
            );
        }
    }
    known
}
