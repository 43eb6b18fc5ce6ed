//! The JSON bodies of the control API, as both its ends use them.

use std::collections::BTreeMap;

use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use super::model::{OneTimePurchase, Purchase, PurchaseToken};
use crate::delivery::DeliveryRecord;

/// What an action did.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct ActionOutcome {
    /// The purchase after it; where another one takes its place, that one.
    pub purchase: Purchase,
    /// The notifications that were handed to the delivery, in order.
    pub pushes: Vec<SentPush>,
    /// The app's clock after it.
    pub now: Timestamp,
}

/// What an action did to something that was bought once.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct OneTimeSold {
    /// The purchase after it.
    pub purchase: OneTimePurchase,
    /// The notifications that were handed to the delivery, in order.
    pub pushes: Vec<SentPush>,
    /// The app's clock after it.
    pub now: Timestamp,
}

/// A notification that was handed to the delivery.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct SentPush {
    /// Its message id.
    pub message_id: String,
    /// Its `notificationType` (of what was bought once: `oneTime` before it), or `voided`, `test`,
    /// `raw`.
    pub kind: String,
}

/// Who signs the token of a push.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum SignWith {
    /// The key that signs all pushes.
    #[default]
    CurrentKey,
    /// A key that is not published, under its own id.
    UnknownKey,
    /// A key that is not published, under the id of the current one.
    WrongKey,
    /// Nobody: the token's header says `none`.
    AlgNone,
    /// There is no token at all.
    None,
}

/// A push that no action causes. Of `body`, `raw`, `voided`, `test` and `notification_type`, the
/// first one that is given decides what it carries.
#[derive(Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, rename_all = "camelCase", deny_unknown_fields)]
pub struct CustomPush {
    /// The number of a subscription's notification, which the store need not know.
    pub notification_type: Option<u32>,
    /// The purchase that it is about, known or not.
    pub purchase_token: Option<PurchaseToken>,
    /// The `voidedPurchaseNotification`.
    pub voided: Option<Value>,
    /// A `testNotification`.
    pub test: bool,
    /// The whole `DeveloperNotification`.
    pub raw: Option<Value>,
    /// The whole body instead of an envelope, JSON or not.
    pub body: Option<String>,
    /// The message id; a new one if not given.
    pub message_id: Option<String>,
    /// Claims of the token that differ; `null` takes one away.
    pub claims: Map<String, Value>,
    /// Who signs the token.
    pub sign_with: SignWith,
}

// By hand: what it carries names purchases.
impl std::fmt::Debug for CustomPush {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter
            .debug_struct("CustomPush")
            .field("notification_type", &self.notification_type)
            .field("claims", &self.claims)
            .field("sign_with", &self.sign_with)
            .finish_non_exhaustive()
    }
}

impl CustomPush {
    /// A subscription's notification with this number.
    #[must_use]
    pub fn of_type(number: u32, token: impl Into<PurchaseToken>) -> Self {
        Self {
            notification_type: Some(number),
            purchase_token: Some(token.into()),
            ..Self::default()
        }
    }

    /// What the console's test button sends.
    #[must_use]
    pub fn test() -> Self {
        Self {
            test: true,
            ..Self::default()
        }
    }

    /// This `DeveloperNotification`.
    #[must_use]
    pub fn raw(notification: Value) -> Self {
        Self {
            raw: Some(notification),
            ..Self::default()
        }
    }

    /// The same push with another claim in its token; `null` takes it away.
    #[must_use]
    pub fn with_claim(mut self, name: impl Into<String>, value: Value) -> Self {
        self.claims.insert(name.into(), value);
        self
    }

    /// The same push, its token signed by another key or not at all.
    #[must_use]
    pub fn signed_with(mut self, sign_with: SignWith) -> Self {
        self.sign_with = sign_with;
        self
    }
}

/// Whether the keys that signed before stay published.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Rotation {
    /// They do.
    pub keep_old: bool,
}

/// The key that signs from now on.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct CurrentKey {
    /// Its id.
    pub kid: String,
}

/// What happened between the store and the developer's server so far.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Calls {
    /// Look-ups of purchases.
    pub gets: Gets,
    /// Acknowledgements that were accepted, by token; repeated ones count.
    pub acknowledges: BTreeMap<PurchaseToken, u64>,
    /// Access tokens that were given.
    pub grants: u64,
    /// Access tokens that were refused to this app's account.
    pub refused_grants: u64,
    /// How often the push tokens' keys were fetched, by anyone, since the app is registered.
    pub certs: u64,
    /// How often the list of voided purchases was read.
    pub voided_lists: u64,
    /// The store's pushes: one entry a copy, in the order of sending.
    pub deliveries: Vec<DeliveryRecord>,
}

/// How often purchases were looked up.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Gets {
    /// All look-ups, the refused ones too.
    pub total: u64,
    /// By the token that was asked for, known or not.
    pub by_token: BTreeMap<PurchaseToken, u64>,
    /// By what came of it: an HTTP status, `hang` or `malformed`.
    pub by_outcome: BTreeMap<String, u64>,
}
