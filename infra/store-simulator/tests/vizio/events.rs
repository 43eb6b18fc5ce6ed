//! Types of the notifications that arrived.

use serde_json::Value;

use crate::receiver::Receiver;

impl Receiver {
    /// Returns the event types in the order of arrival, without the common prefix.
    pub fn events(&self) -> Vec<String> {
        let events = self.received().into_iter().map(|received| {
            let event = received.json()["eventType"].as_str().unwrap().to_owned();
            event.trim_start_matches("SUBSCRIPTION.").to_owned()
        });
        events.collect()
    }

    pub fn last(&self) -> Value {
        self.received().last().unwrap().json()
    }
}
