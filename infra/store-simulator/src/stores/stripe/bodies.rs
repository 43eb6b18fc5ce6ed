//! The JSON bodies of the control API, as both its ends use them.

use std::collections::BTreeMap;

use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::model::{Private, Purchase};
use crate::delivery::DeliveryRecord;

/// What an action did.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct ActionOutcome {
    /// The purchase after it; of a resubscription the new one.
    pub purchase: Purchase,
    /// Every event that was made, in order; the endpoint gets those that it is subscribed to.
    pub events: Vec<SentEvent>,
    /// The account's clock after it.
    pub now: Timestamp,
}

/// An event.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct SentEvent {
    /// `evt_…`.
    pub event_id: String,
    /// Its type.
    pub kind: String,
}

/// How an event is signed.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum SignWith {
    /// By each of the endpoint's secrets.
    #[default]
    Secrets,
    /// By a secret of nobody's.
    WrongSecret,
    /// By this secret only.
    ThisSecret(Private),
    /// Rightly, but under the scheme `v0` only.
    V0Only,
    /// Rightly, in upper-case digits.
    UpperCase,
    /// Rightly, but the header does not tell the time.
    NoTimestamp,
    /// There is no header.
    NoHeader,
}

/// An event that no action causes. Of `body`, `raw`, `thin`, `object` and `object_id`, the first
/// one that is given decides what it carries. It does not appear in the list of events.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(default, rename_all = "camelCase", deny_unknown_fields)]
pub struct CustomEvent {
    /// Its type, which the store need not know.
    pub kind: String,
    /// The id of an object whose present shape it carries; a thin event names it.
    pub object_id: Option<String>,
    /// The object that it carries.
    pub object: Option<Value>,
    /// What was before.
    pub previous_attributes: Option<Value>,
    /// The whole event.
    pub raw: Option<Value>,
    /// The whole body, JSON or not.
    pub body: Option<String>,
    /// A thin event, without the object.
    pub thin: bool,
    /// Its id; a new one if not given.
    pub event_id: Option<String>,
    /// The version that it says.
    pub api_version: Option<String>,
    /// The mode that it says; the object's if not given.
    pub livemode: Option<bool>,
    /// When it was made, in Unix seconds; the account's present if not given.
    pub created: Option<i64>,
    /// How many deliveries it says are pending.
    pub pending_webhooks: Option<u32>,
    /// Who signs it.
    pub sign_with: SignWith,
    /// Its signature is this old; negative is ahead.
    pub signed_seconds_ago: i64,
    /// A newline is added after it was signed.
    pub tampered: bool,
    /// The whole `Stripe-Signature`.
    pub signature: Option<String>,
}

impl CustomEvent {
    /// An event about an object as it is now.
    #[must_use]
    pub fn of(kind: impl Into<String>, object_id: impl Into<String>) -> Self {
        Self {
            kind: kind.into(),
            object_id: Some(object_id.into()),
            ..Self::default()
        }
    }

    /// An event with this object.
    #[must_use]
    pub fn with_object(kind: impl Into<String>, object: Value) -> Self {
        Self {
            kind: kind.into(),
            object: Some(object),
            ..Self::default()
        }
    }

    /// This event.
    #[must_use]
    pub fn raw(event: Value) -> Self {
        Self {
            raw: Some(event),
            ..Self::default()
        }
    }

    /// This body.
    #[must_use]
    pub fn body(body: impl Into<String>) -> Self {
        Self {
            body: Some(body.into()),
            ..Self::default()
        }
    }

    /// A thin event about an object.
    #[must_use]
    pub fn thin(kind: impl Into<String>, object_id: impl Into<String>) -> Self {
        Self {
            thin: true,
            ..Self::of(kind, object_id)
        }
    }

    /// The same event under this id.
    #[must_use]
    pub fn with_event_id(mut self, event_id: impl Into<String>) -> Self {
        self.event_id = Some(event_id.into());
        self
    }

    /// The same event, said to be of this version.
    #[must_use]
    pub fn with_api_version(mut self, version: impl Into<String>) -> Self {
        self.api_version = Some(version.into());
        self
    }

    /// The same event, said to be of this mode.
    #[must_use]
    pub fn in_livemode(mut self, livemode: bool) -> Self {
        self.livemode = Some(livemode);
        self
    }

    /// The same event, signed in another way.
    #[must_use]
    pub fn signed_with(mut self, sign_with: SignWith) -> Self {
        self.sign_with = sign_with;
        self
    }

    /// The same event, signed some time ago, or ahead.
    #[must_use]
    pub fn signed_seconds_ago(mut self, seconds: i64) -> Self {
        self.signed_seconds_ago = seconds;
        self
    }

    /// The same event with a newline that was added after it was signed.
    #[must_use]
    pub fn tampered(mut self) -> Self {
        self.tampered = true;
        self
    }

    /// The same event with this header.
    #[must_use]
    pub fn with_signature(mut self, header: impl Into<String>) -> Self {
        self.signature = Some(header.into());
        self
    }
}

/// What happened between the store and the merchant's server so far.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Calls {
    /// Calls of the API, by any of the account's keys.
    pub look_ups: LookUps,
    /// The store's deliveries: one entry a copy, in the order of sending.
    pub deliveries: Vec<DeliveryRecord>,
}

/// How often the API was called.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct LookUps {
    /// All calls, the refused ones too.
    pub total: u64,
    /// By the id that was asked for, or by which a list was filtered.
    pub by_object: BTreeMap<String, u64>,
    /// By the kind of the call, such as `subscription`, `events`.
    pub by_kind: BTreeMap<String, u64>,
    /// By what came of it: an HTTP status, `hang` or `malformed`.
    pub by_outcome: BTreeMap<String, u64>,
}
