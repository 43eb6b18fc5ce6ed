//! Undelivered events, which Stripe lists for 30 days.

use domain::Timestamp;
use serde::Deserialize as _;
use serde_json::Value;

use super::Config;
use super::client::lists::LARGEST_PAGE;
use super::client::{ApiClient, beside, read};
use super::notification::event;
use super::wire::{Event, List, malformed};
use crate::{ConnectorContext, LookUpError, Received, Undelivered};

/// Number of events per page; each holds a whole object.
const PAGE: &str = "10";

/// Reads one page of the events of `since..until`, newest first. `page` is the last event of the
/// page before; [`LookUpError::Rejected`] if Stripe does not know it any more.
pub(crate) async fn undelivered(
    context: &ConnectorContext,
    config: &Config,
    since: Timestamp,
    until: Timestamp,
    page: Option<&str>,
) -> Result<Undelivered, LookUpError> {
    let api = ApiClient::begin(&context.http, config, until);
    let (from, to) = (since.as_second().to_string(), ceiling(until).to_string());
    let mut query = vec![
        // Only what no endpoint accepted. Everything else has arrived as a notification.
        ("delivery_success", "false"),
        ("created[gte]", from.as_str()),
        ("created[lt]", to.as_str()),
        ("limit", PAGE),
    ];
    // Unfiltered, a busy account's list consists mostly of kinds that cause no look-up.
    query.extend(event::KINDS.map(|kind| ("types[]", kind)));
    query.extend(page.map(|last| ("starting_after", last)));
    let answer = api.send_for_at_most(LARGEST_PAGE, "events", &query);
    let answer = answer.await?;
    let list: List<Value> = read(&answer).map_err(|error| {
        // An event older than 30 days is gone, and with it the position after it.
        let refused = answer.status.as_u16() == 400 || error == LookUpError::NotFound;
        if page.is_some() && refused {
            return LookUpError::Rejected("the page is not known".to_owned());
        }
        beside(error)
    })?;
    let next = list.has_more.then(|| last(&list.data)).transpose()?;
    Ok(Undelivered {
        next: next.map(str::to_owned),
        notifications: list
            .data
            .iter()
            .filter_map(|json| told(config, json))
            .collect(),
    })
}

/// Returns the last event that has an id. Any behind it are read again with the next page.
fn last(events: &[Value]) -> Result<&str, LookUpError> {
    events
        .iter()
        .rev()
        .filter_map(|event| event.get("id")?.as_str())
        .find(|id| !id.is_empty())
        .ok_or_else(|| malformed("it has more to come and names no event"))
}

fn told(config: &Config, json: &Value) -> Option<domain::StoreNotification> {
    let event = Event::deserialize(json).unwrap_or_default();
    match event::read(config, &event, String::new) {
        Ok(Received::About(told)) => Some(told).filter(|told| !told.id.is_empty()),
        Ok(_) => None,
        // One unreadable event must not stop the reading of the list.
        Err(error) => {
            tracing::warn!(store = "stripe", %error, "an undelivered event can't be read");
            None
        }
    }
}

/// Rounds up to whole seconds, by which Stripe counts; the second that has begun belongs to the
/// window.
fn ceiling(at: Timestamp) -> i64 {
    at.as_second() + i64::from(at.subsec_nanosecond() > 0)
}
