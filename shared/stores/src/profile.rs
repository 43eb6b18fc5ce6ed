//! Properties of a store that do not depend on a broadcaster's configuration.

use domain::{ConfigRules, Environment, FieldError};
use serde_json::Value;

use crate::Submission;
use crate::connector::Connector;

/// Parser of a submission's body.
type ParseSubmission = fn(&Value) -> Result<Submission, FieldError>;

/// Parser of a configuration.
type Configure = fn(&Value, Environment, &ConfigRules) -> Result<Box<dyn Connector>, FieldError>;

/// Traits of a store, and the parsers of what apps and broadcasters send for it.
#[derive(Debug)]
pub struct Profile {
    /// Behaviours that the store lacks, by their ids in the behaviour suite (`tests/behaviour`),
    /// which proves it.
    pub absent: &'static [&'static str],
    /// Whether the store sends notifications. One that does not has no notification address.
    pub sends_notifications: bool,
    /// Whether the store lists notifications that were not accepted, or what some of them announce
    /// ([`Connector::undelivered`]).
    pub lists_undelivered: bool,
    /// Field of a submission, beside the purchase key, that shows more than knowledge of the key.
    pub second_factor: Option<&'static str>,
    /// Path of notifications that does not name the store, as a route's pattern with
    /// `{publisherId}`, for a store that has one besides
    /// `/{store}/notifications/broadcasters/{broadcasterId}`.
    pub legacy_route: Option<&'static str>,
    pub(crate) configure: Configure,
    /// Configuration under which nothing belongs to a broadcaster, for a store that signs for all
    /// its customers with one key and requires that some of it is accepted.
    pub(crate) unconfigured: Option<fn(&ConfigRules) -> Value>,
    pub(crate) parse_submission: ParseSubmission,
    pub(crate) parse_payment: Option<ParseSubmission>,
    pub(crate) receipt_view: Option<fn(&Value, &str) -> Option<Value>>,
    /// Entry points of the fuzzer: a notification, an answer to a look-up.
    #[cfg(feature = "fuzzing")]
    pub(crate) fuzzed: [fn(&[u8]); 2],
}

impl Profile {
    /// Builds the profile of a store with notifications and nothing else that is optional.
    pub(crate) const fn new(configure: Configure, parse_submission: ParseSubmission) -> Self {
        Self {
            absent: &[],
            sends_notifications: true,
            lists_undelivered: false,
            second_factor: None,
            legacy_route: None,
            configure,
            unconfigured: None,
            parse_submission,
            parse_payment: None,
            receipt_view: None,
            #[cfg(feature = "fuzzing")]
            fuzzed: [|_| {}; 2],
        }
    }

    /// Parses the body of a purchase validation. Unknown fields are ignored, because apps send
    /// fields for other versions of the server.
    ///
    /// # Errors
    /// [`FieldError`] names the first field that breaks a rule.
    pub fn parse_submission(&self, body: &Value) -> Result<Submission, FieldError> {
        (self.parse_submission)(body)
    }

    /// Parses the body of a payment: the older form of submission, in which the caller names the
    /// offer and forwards the store's receipt. `None` for a store that never had it.
    ///
    /// # Errors
    /// [`FieldError`] names the first field that breaks a rule.
    #[must_use]
    pub fn parse_payment(&self, body: &Value) -> Option<Result<Submission, FieldError>> {
        self.parse_payment.map(|parse| parse(body))
    }

    /// Converts a stored receipt to the form of the store's older interface, for one of its
    /// products. `None` for a store that had no other form, and for anything but a receipt of that
    /// store.
    #[must_use]
    pub fn receipt_view(&self, receipt: &Value, product_id: &str) -> Option<Value> {
        self.receipt_view.and_then(|view| view(receipt, product_id))
    }
}
