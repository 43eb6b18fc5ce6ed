//! Record of a notification that the store sent.

use jiff::Timestamp;

use super::model::Environment;

/// Notification that the store sent.
#[derive(Clone)]
pub(super) struct SendRecord {
    pub(super) uuid: String,
    pub(super) environment: Environment,
    pub(super) notification_type: String,
    pub(super) subtype: Option<String>,
    /// Purchase that it is about.
    pub(super) about: Option<String>,
    pub(super) signed_payload: String,
    /// Time of sending, by the app's clock.
    pub(super) at: Timestamp,
    /// Time of sending, in real time.
    pub(super) sent_at: Timestamp,
}
