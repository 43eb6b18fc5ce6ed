//! The JSON bodies of the control API, as both its ends use them.

use std::collections::BTreeMap;

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use super::Subscription;
use crate::delivery::DeliveryRecord;

/// A purchase to make.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct NewSubscription {
    /// The store's id of it; made up if not given.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub subscription_id: Option<String>,
    /// Which plan is bought.
    pub plan_code: String,
    /// The customer's id with the partner, if the purchase names one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub partner_account_id: Option<String>,
    /// Send the notifications.
    #[serde(default = "yes")]
    pub notify: bool,
}

impl NewSubscription {
    /// A purchase of this plan that names no customer.
    #[must_use]
    pub fn of_plan(plan_code: impl Into<String>) -> Self {
        Self {
            subscription_id: None,
            plan_code: plan_code.into(),
            partner_account_id: None,
            notify: true,
        }
    }

    /// The same purchase under this subscription id.
    #[must_use]
    pub fn with_id(mut self, subscription_id: impl Into<String>) -> Self {
        self.subscription_id = Some(subscription_id.into());
        self
    }

    /// The same purchase, naming the partner's customer.
    #[must_use]
    pub fn for_account(mut self, partner_account_id: impl Into<String>) -> Self {
        self.partner_account_id = Some(partner_account_id.into());
        self
    }

    /// The same purchase, but nothing is sent.
    #[must_use]
    pub fn silently(mut self) -> Self {
        self.notify = false;
        self
    }
}

fn yes() -> bool {
    true
}

/// What an action did.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct ActionOutcome {
    /// The subscription after it.
    pub subscription: Subscription,
    /// The notifications that were handed to the delivery, in order.
    pub notifications: Vec<SentNotification>,
    /// The partner's clock after it.
    pub now: Timestamp,
}

/// A notification that was handed to the delivery.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct SentNotification {
    /// Its id in the body.
    pub notification_id: String,
    /// The store's name of the event.
    pub event_type: String,
}

/// A notification that no action causes. It is signed and delivered as any other.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, rename_all = "camelCase", deny_unknown_fields)]
pub struct CustomNotification {
    /// The event's name, which the store need not know.
    pub event_type: Option<String>,
    /// Whose present state it carries; without it there is no `data`.
    pub subscription_id: Option<String>,
    /// The whole body instead, JSON or not.
    pub raw: Option<String>,
}

/// What happened between the store and the partner's server so far.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Calls {
    /// The partner's calls to the store.
    pub lookups: LookupCalls,
    /// The store's calls to the partner: one entry a copy, in the order of sending.
    pub notifications: Vec<DeliveryRecord>,
}

/// How often subscriptions were looked up.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct LookupCalls {
    /// All look-ups, the refused ones too.
    pub total: u64,
    /// By the id that was asked for, known or not.
    pub by_subscription: BTreeMap<String, u64>,
    /// By what came of it: an HTTP status, `hang` or `malformed`.
    pub by_outcome: BTreeMap<String, u64>,
}
