//! A notification that the store sent.

use jiff::Timestamp;

use super::model::Environment;

/// A notification that the store sent.
#[derive(Clone)]
pub(super) struct Told {
    pub(super) uuid: String,
    pub(super) environment: Environment,
    pub(super) notification_type: String,
    pub(super) subtype: Option<String>,
    /// The purchase.
    pub(super) about: Option<String>,
    pub(super) signed_payload: String,
    /// When, by the app's clock.
    pub(super) at: Timestamp,
    /// When, in real time.
    pub(super) sent_at: Timestamp,
}
