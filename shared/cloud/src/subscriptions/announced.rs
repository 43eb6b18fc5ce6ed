//! Events of a purchase's last change, as its item contains them.
//!
//! An event contains the subscription after the change, which mostly is the item's own. Then the
//! item contains it once: every later write and read of the item is paid for by its size.

use aws_sdk_dynamodb::types::AttributeValue;
use domain::{Event, Subscription};
use serde_json::{Map, Value};

use crate::CloudError;
use crate::item::to_item;

const SUBSCRIPTION: &str = "subscription";

/// Builds the attribute of events in the item of a subscription.
pub(super) fn stored(
    events: &[Event],
    subscription: &Subscription,
) -> Result<AttributeValue, CloudError> {
    let events = events
        .iter()
        .map(|event| -> Result<AttributeValue, CloudError> {
            let mut item = to_item("event", event)?;
            if event.subscription == *subscription {
                item.remove(SUBSCRIPTION);
            }
            Ok(AttributeValue::M(item))
        });
    Ok(AttributeValue::L(events.collect::<Result<_, _>>()?))
}

/// Reads the events of an item with this subscription.
///
/// # Errors
/// [`CloudError::Stored`] if one of them can't be read.
pub fn announced_events(
    events: Vec<Map<String, Value>>,
    subscription: Option<&Value>,
) -> Result<Vec<Event>, CloudError> {
    let events = events.into_iter().map(|mut event| {
        if let Some(subscription) = subscription {
            let own = || subscription.clone();
            event.entry(SUBSCRIPTION).or_insert_with(own);
        }
        serde_json::from_value(Value::Object(event)).map_err(|error| CloudError::Stored {
            what: "event",
            reason: error.to_string(),
        })
    });
    events.collect()
}
