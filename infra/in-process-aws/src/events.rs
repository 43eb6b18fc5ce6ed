//! Invocation events of `events/`.

use std::path::PathBuf;

use lambda_http::Request;
use serde_json::Value;

/// Returns the folder `events/`, which has a folder for each function.
#[must_use]
pub fn events_folder() -> PathBuf {
    PathBuf::from(concat!(env!("CARGO_MANIFEST_DIR"), "/../../events"))
}

/// Returns the names of a function's events, sorted, without `.json`.
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
    // A folder is read in any order, and test output should not depend on it.
    names.sort();
    names
}

/// Reads an event, such as `purchase-intake/post-purchase-validation`. A request gets the current
/// time.
///
/// # Panics
/// If there is no event of that name.
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

/// Converts an event of the HTTP API to the request that a function receives.
///
/// # Panics
/// If it is not a request.
#[must_use]
pub fn request(event: &Value) -> Request {
    lambda_http::request::from_str(&event.to_string()).expect("an event of an HTTP API")
}
