//! What the notifications that arrived say.

use serde_json::Value;

use crate::receiver::Receiver;

impl Receiver {
    /// The event types in the order of arrival, without the common beginning.
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
