//! Events of the store.

use jiff::Timestamp;
use serde_json::{Map, Value, json};

use super::ApiVersion;

/// Event of the store, before it is wrapped and sent.
#[derive(Debug, Clone, PartialEq)]
pub struct Published {
    /// Event id, `evt_…`.
    pub event_id: String,
    /// Type, such as `invoice.paid`.
    pub kind: String,
    /// Time of the event.
    pub at: Timestamp,
    /// Whether it is about an object of the live mode.
    pub livemode: bool,
    /// Object at that time.
    pub object: Value,
    /// Previous values of the changed members, of an update.
    pub previous_attributes: Option<Value>,
    /// API call that caused it; `None` if the store did it by itself.
    pub request_id: Option<String>,
}

impl Published {
    /// Returns the event in its envelope.
    #[must_use]
    pub fn event(&self, version: &ApiVersion, pending_webhooks: u32) -> Value {
        let mut data = json!({"object": self.object});
        if let (Some(data), Some(previous)) = (data.as_object_mut(), &self.previous_attributes) {
            data.insert("previous_attributes".to_owned(), previous.clone());
        }
        json!({
            "id": self.event_id,
            "object": "event",
            "api_version": version.as_str(),
            "created": self.at.as_second(),
            "type": self.kind,
            "livemode": self.livemode,
            "pending_webhooks": pending_webhooks,
            "request": {"id": self.request_id, "idempotency_key": null},
            "data": data,
        })
    }
}

/// Returns the members of `before` that differ in `after`, recursively; `None` if there are none.
/// Of lists with the same length only the changed members of entries are kept, with their ids.
pub(super) fn difference(before: &Value, after: &Value) -> Option<Value> {
    if before == after {
        return None;
    }
    let (Value::Object(old), Value::Object(new)) = (before, after) else {
        return Some(entries(before, after).unwrap_or_else(|| before.clone()));
    };
    let mut members = Map::new();
    for name in old.keys().chain(new.keys()) {
        let (old, new) = (old.get(name), new.get(name));
        let (old, new) = (old.unwrap_or(&Value::Null), new.unwrap_or(&Value::Null));
        if let Some(changed) = difference(old, new) {
            members.insert(name.clone(), changed);
        }
    }
    Some(Value::Object(members))
}

fn entries(before: &Value, after: &Value) -> Option<Value> {
    let (old, new) = (before.as_array()?, after.as_array()?);
    if old.len() != new.len() {
        return None;
    }
    let changed = old.iter().zip(new).filter_map(|(old, new)| {
        let mut changed = difference(old, new)?;
        if let (Some(members), Some(id)) = (changed.as_object_mut(), old.get("id")) {
            members.insert("id".to_owned(), id.clone());
        }
        Some(changed)
    });
    Some(Value::Array(changed.collect()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_what_changed_is_kept_and_entries_keep_their_ids() {
        let before = json!({"status": "active", "latest_invoice": "in_1", "schedule": null,
            "items": {"data": [{"id": "si_1", "quantity": 1, "current_period_end": 10}]}});
        let after = json!({"status": "active", "latest_invoice": "in_2", "schedule": null,
            "items": {"data": [{"id": "si_1", "quantity": 1, "current_period_end": 20}]}});
        let expected = json!({"latest_invoice": "in_1",
            "items": {"data": [{"id": "si_1", "current_period_end": 10}]}});
        assert_eq!(difference(&before, &after), Some(expected));
        assert_eq!(difference(&after, &after), None);
    }

    #[test]
    fn what_was_not_there_was_null() {
        let after = json!({"status_details": {"paused": {}}});
        let expected = json!({"status_details": null});
        assert_eq!(difference(&json!({}), &after), Some(expected));
    }
}
