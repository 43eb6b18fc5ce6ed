//! List of events, with their delivery.

use serde_json::Value;

use super::{
    auth::Caller,
    error::ApiError,
    lists::{filter_created, page},
    query::Query,
};

pub(super) fn one(caller: &Caller, id: &str) -> Result<Value, ApiError> {
    let mut events = caller.account.events().into_iter().map(|(event, _)| event);
    let found = events.find(|event| text(event, "id") == Some(id));
    match found {
        None => Err(ApiError::missing("event", "id", id)),
        Some(event) if !of_mode(&event, caller.livemode) => {
            Err(ApiError::of_other_mode("event", "id", id, caller.livemode))
        }
        Some(event) => Ok(event),
    }
}

pub(super) fn list(caller: &Caller, query: &mut Query) -> Result<Value, ApiError> {
    let mut types = query.take_all("types[]");
    types.extend(query.take("type"));
    let delivered = match query.take("delivery_success").as_deref() {
        None => None,
        Some("true") => Some(true),
        Some("false") => Some(false),
        Some(other) => return Err(ApiError::invalid_parameter("delivery_success", other)),
    };
    let wanted = |event: &Value, arrived: Option<bool>| {
        let kind = text(event, "type").unwrap_or_default();
        let of_type = types.is_empty() || types.iter().any(|one| matches(one, kind));
        // An event that was not sent does not count as failed.
        let of_delivery = delivered.is_none_or(|wanted| wanted == arrived.unwrap_or(true));
        of_type && of_delivery && of_mode(event, caller.livemode)
    };
    let events = caller.account.events().into_iter();
    let wanted = events.filter(|(event, arrived)| wanted(event, *arrived));
    let mut events: Vec<Value> = wanted.map(|(event, _)| event).collect();
    filter_created(&mut events, query)?;
    page("/v1/events", events, query)
}

fn matches(wanted: &str, kind: &str) -> bool {
    match wanted.strip_suffix('*') {
        Some(beginning) => kind.starts_with(beginning),
        None => wanted == kind,
    }
}

fn of_mode(event: &Value, livemode: bool) -> bool {
    event.get("livemode").and_then(Value::as_bool) == Some(livemode)
}

fn text<'a>(event: &'a Value, name: &str) -> Option<&'a str> {
    event.get(name).and_then(Value::as_str)
}
