//! The invocation events of `events/`.

use std::path::PathBuf;

use lambda_http::Request;
use serde_json::Value;

/// The folder `events/`. It has a folder for each function.
#[must_use]
pub fn events_folder() -> PathBuf {
    PathBuf::from(concat!(env!("CARGO_MANIFEST_DIR"), "/../../events"))
}

/// The names of a function's events, sorted, without `.json`.
///
/// # Panics
/// If the function has no folder.
#[must_use]
pub fn event_names(function: &str) -> Vec<String> {
    let folder = events_folder().join(function);
    let mut names: Vec<String> = std::fs::read_dir(&folder)
        .unwrap_or_else(|error| panic!("{}: {error}", folder.display()))
        .map(|entry| entry.unwrap().file_name().into_string().unwrap())
        .map(|name| name.strip_suffix(".json").unwrap().to_owned())
        .collect();
    names.sort();
    names
}

/// An event, such as `purchase-intake/post-purchase-validation`. A request is received now.
///
/// # Panics
/// If there is none of that name.
#[must_use]
pub fn event(name: &str) -> Value {
    let path = events_folder().join(format!("{name}.json"));
    let text = std::fs::read_to_string(&path)
        .unwrap_or_else(|error| panic!("{}: {error}", path.display()));
    let mut event: Value =
        serde_json::from_str(&text).unwrap_or_else(|error| panic!("{name}: {error}"));
    if let Some(received_at) = event.pointer_mut("/requestContext/timeEpoch") {
        *received_at = cloud::clock::now().as_millisecond().into();
    }
    event
}

/// An event of the HTTP API as the function receives it.
///
/// # Panics
/// If it is no request.
#[must_use]
pub fn request(event: &Value) -> Request {
    lambda_http::request::from_str(&event.to_string()).expect("an event of an HTTP API")
}
