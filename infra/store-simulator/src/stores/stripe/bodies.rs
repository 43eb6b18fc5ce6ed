//! JSON bodies of the control API, shared by client and server.

use std::collections::BTreeMap;

use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::model::{Private, Purchase};
use crate::delivery::DeliveryRecord;

/// Result of an action.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct ActionOutcome {
    /// Purchase after the action; of a resubscription the new one.
    pub purchase: Purchase,
    /// Every event of the action, in order; the endpoint receives those to which it is subscribed.
    pub events: Vec<SentEvent>,
    /// The account's clock after the action.
    pub now: Timestamp,
}

/// Event of an action.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct SentEvent {
    /// Event id, `evt_…`.
    pub event_id: String,
    /// Event type.
    pub kind: String,
}

/// Signing of an event.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum SignWith {
    /// Signed with each of the endpoint's secrets.
    #[default]
    Secrets,
    /// Signed with a foreign secret.
    WrongSecret,
    /// Signed with this secret only.
    ThisSecret(Private),
    /// Signed correctly, but only under the scheme `v0`.
    V0Only,
    /// Signed correctly, in upper-case digits.
    UpperCase,
    /// Signed correctly, but the header has no timestamp.
    NoTimestamp,
    /// Sent without the header.
    NoHeader,
}

/// Event that no action causes. Its content is determined by the first of `body`, `raw`, `thin`,
/// `object` and `object_id` that is given. It does not appear in the list of events.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(default, rename_all = "camelCase", deny_unknown_fields)]
pub struct CustomEvent {
    /// Event type, which the store need not know.
    pub kind: String,
    /// Id of an object whose current form it carries; a thin event names it.
    pub object_id: Option<String>,
    /// Object that it carries.
    pub object: Option<Value>,
    /// `previous_attributes` of the event.
    pub previous_attributes: Option<Value>,
    /// Whole event.
    pub raw: Option<Value>,
    /// Whole body, JSON or not.
    pub body: Option<String>,
    /// Sends a thin event, without the object.
    pub thin: bool,
    /// Event id. Generated if not given.
    pub event_id: Option<String>,
    /// API version in the event.
    pub api_version: Option<String>,
    /// Mode in the event. Defaults to the object's.
    pub livemode: Option<bool>,
    /// Time of creation, in Unix seconds. Defaults to the account's clock.
    pub created: Option<i64>,
    /// Number of pending deliveries in the event.
    pub pending_webhooks: Option<u32>,
    /// Signer.
    pub sign_with: SignWith,
    /// Age of the signature in seconds; negative is ahead of time.
    pub signed_seconds_ago: i64,
    /// Adds a newline after the event was signed.
    pub tampered: bool,
    /// Whole `Stripe-Signature` header.
    pub signature: Option<String>,
}

impl CustomEvent {
    /// Creates an event about an object in its current form.
    #[must_use]
    pub fn of(kind: impl Into<String>, object_id: impl Into<String>) -> Self {
        Self {
            kind: kind.into(),
            object_id: Some(object_id.into()),
            ..Self::default()
        }
    }

    /// Creates an event with this object.
    #[must_use]
    pub fn with_object(kind: impl Into<String>, object: Value) -> Self {
        Self {
            kind: kind.into(),
            object: Some(object),
            ..Self::default()
        }
    }

    /// Creates this event.
    #[must_use]
    pub fn raw(event: Value) -> Self {
        Self {
            raw: Some(event),
            ..Self::default()
        }
    }

    /// Creates an event with this body.
    #[must_use]
    pub fn body(body: impl Into<String>) -> Self {
        Self {
            body: Some(body.into()),
            ..Self::default()
        }
    }

    /// Creates a thin event about an object.
    #[must_use]
    pub fn thin(kind: impl Into<String>, object_id: impl Into<String>) -> Self {
        Self {
            thin: true,
            ..Self::of(kind, object_id)
        }
    }

    /// Sets the event id.
    #[must_use]
    pub fn with_event_id(mut self, event_id: impl Into<String>) -> Self {
        self.event_id = Some(event_id.into());
        self
    }

    /// Sets the API version in the event.
    #[must_use]
    pub fn with_api_version(mut self, version: impl Into<String>) -> Self {
        self.api_version = Some(version.into());
        self
    }

    /// Sets the mode in the event.
    #[must_use]
    pub fn in_livemode(mut self, livemode: bool) -> Self {
        self.livemode = Some(livemode);
        self
    }

    /// Sets the signing.
    #[must_use]
    pub fn signed_with(mut self, sign_with: SignWith) -> Self {
        self.sign_with = sign_with;
        self
    }

    /// Sets the age of the signature; negative is ahead of time.
    #[must_use]
    pub fn signed_seconds_ago(mut self, seconds: i64) -> Self {
        self.signed_seconds_ago = seconds;
        self
    }

    /// Adds a newline after the event was signed.
    #[must_use]
    pub fn tampered(mut self) -> Self {
        self.tampered = true;
        self
    }

    /// Sets the whole signature header.
    #[must_use]
    pub fn with_signature(mut self, header: impl Into<String>) -> Self {
        self.signature = Some(header.into());
        self
    }
}

/// Traffic between the store and the merchant's server so far.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Calls {
    /// Calls of the API with any of the account's keys.
    pub look_ups: LookUps,
    /// Deliveries of the store: one entry per copy, in the order of sending.
    pub deliveries: Vec<DeliveryRecord>,
}

/// Numbers of API calls.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct LookUps {
    /// All calls, including refused ones.
    pub total: u64,
    /// Calls by the requested id, or by the id by which a list was filtered.
    pub by_object: BTreeMap<String, u64>,
    /// Calls by kind, such as `subscription`, `events`.
    pub by_kind: BTreeMap<String, u64>,
    /// Calls by result: an HTTP status, `hang` or `malformed`.
    pub by_outcome: BTreeMap<String, u64>,
}
