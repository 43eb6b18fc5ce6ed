//! The connectors, and the registry of them: a module and a line for each store.

pub mod amazon;
pub mod android;
pub mod apple;
pub mod roku;
pub mod samsung_tv;
pub mod stripe;
pub mod vizio;

use domain::{FieldError, Store};
use serde_json::Value;

use crate::Submission;
use crate::profile::Profile;

/// Returns the profile of a store.
#[must_use]
pub const fn profile(store: Store) -> &'static Profile {
    match store {
        Store::Vizio => &vizio::PROFILE,
        Store::SamsungTv => &samsung_tv::PROFILE,
        Store::Android => &android::PROFILE,
        Store::Apple => &apple::PROFILE,
        Store::Roku => &roku::PROFILE,
        Store::Amazon => &amazon::PROFILE,
        Store::Stripe => &stripe::PROFILE,
    }
}

/// Parses the body of a purchase validation ([`Profile::parse_submission`]).
///
/// # Errors
/// [`FieldError`] names the first field that breaks a rule.
pub fn parse_submission(store: Store, body: &Value) -> Result<Submission, FieldError> {
    profile(store).parse_submission(body)
}

/// Returns the store of a notification path that does not name it, by the path's pattern.
#[must_use]
pub fn store_of_route(pattern: &str) -> Option<Store> {
    Store::ALL
        .into_iter()
        .find(|store| profile(*store).legacy_route == Some(pattern))
}

/// Parser of what a store sends or answers, for arbitrary bytes.
#[cfg(feature = "fuzzing")]
pub type Parser = fn(&[u8]);

/// Returns the parsers of what stores send and answer, by name.
#[cfg(feature = "fuzzing")]
#[must_use]
pub fn fuzzed() -> Vec<(String, Parser)> {
    let parsers = Store::ALL.into_iter().flat_map(|store| {
        let [notification, answer] = profile(store).fuzzed;
        [
            (format!("{store}-notification"), notification),
            (format!("{store}-answer"), answer),
        ]
    });
    parsers.collect()
}
