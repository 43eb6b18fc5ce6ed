//! Messages of the queue that this version can't read, most likely because a newer one wrote them.

use cloud::clock;
use cloud::queue::{DeadLetters, VerificationQueue};
use cloud::retry::{UNREADABLE_DELIVERIES, UNREADABLE_HIDING};
use cloud::telemetry::Metrics;
use serde_json::Value;

use crate::message::{Unreadable, hide};

/// Leaves a message to a newer version for ten minutes, then moves it unchanged to the dead
/// letters. Returns whether the message has ended.
pub(crate) async fn set_aside(
    unreadable: &Unreadable,
    queue: &VerificationQueue,
    dead_letters: &DeadLetters,
) -> bool {
    let message_id = &unreadable.message_id;
    let json: Option<Value> = serde_json::from_str(&unreadable.body).ok();
    let json = json.filter(Value::is_object);
    // Only these two are logged: they are our own names, whereas the rest may contain purchase
    // keys.
    let word = |pointer| json.as_ref()?.pointer(pointer)?.as_str();
    let (store, cause) = (word("/store"), word("/cause/type"));
    // What is not even a JSON object was not written by any version, so waiting would not help.
    if json.is_some() && unreadable.deliveries < UNREADABLE_DELIVERIES {
        tracing::warn!(
            message_id,
            store,
            cause,
            "a message can't be read: left for a newer version"
        );
        let seconds = i32::try_from(UNREADABLE_HIDING.as_secs()).unwrap_or(300);
        hide(queue, &unreadable.receipt_handle, seconds).await;
        return false;
    }
    if let Err(error) = dead_letters.set_aside(&unreadable.body).await {
        tracing::error!(message_id, %error, "a message could not be set aside");
        return false;
    }
    tracing::error!(
        message_id,
        store,
        cause,
        "a message can't be read: set aside"
    );
    Metrics::new(Vec::new())
        .count("UnreadableMessages")
        .write(clock::now());
    true
}
