//! JSON bodies of the control API, shared by client and server.

use std::collections::BTreeMap;

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use super::Subscription;
use crate::delivery::DeliveryRecord;

/// Purchase to make.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct NewSubscription {
    /// Subscription id of the store. Generated if not given.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub subscription_id: Option<String>,
    /// Plan that is bought.
    pub plan_code: String,
    /// Customer's id with the partner, if the purchase names one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub partner_account_id: Option<String>,
    /// Sends the notifications.
    #[serde(default = "yes")]
    pub notify: bool,
}

impl NewSubscription {
    /// Creates a purchase of this plan that names no customer.
    #[must_use]
    pub fn of_plan(plan_code: impl Into<String>) -> Self {
        Self {
            subscription_id: None,
            plan_code: plan_code.into(),
            partner_account_id: None,
            notify: true,
        }
    }

    /// Sets the subscription id.
    #[must_use]
    pub fn with_id(mut self, subscription_id: impl Into<String>) -> Self {
        self.subscription_id = Some(subscription_id.into());
        self
    }

    /// Names the partner's customer.
    #[must_use]
    pub fn for_account(mut self, partner_account_id: impl Into<String>) -> Self {
        self.partner_account_id = Some(partner_account_id.into());
        self
    }

    /// Suppresses the notifications.
    #[must_use]
    pub fn silently(mut self) -> Self {
        self.notify = false;
        self
    }
}

fn yes() -> bool {
    true
}

/// Result of an action.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct ActionOutcome {
    /// Subscription after the action.
    pub subscription: Subscription,
    /// Notifications that were handed to the delivery, in order.
    pub notifications: Vec<SentNotification>,
    /// The partner's clock after the action.
    pub now: Timestamp,
}

/// Notification that was handed to the delivery.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct SentNotification {
    /// Id in the body.
    pub notification_id: String,
    /// Event type, as the store names it.
    pub event_type: String,
}

/// Notification that no action causes. It is signed and delivered like any other.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, rename_all = "camelCase", deny_unknown_fields)]
pub struct CustomNotification {
    /// Event type, which the store need not know.
    pub event_type: Option<String>,
    /// Subscription whose current state it carries; without it there is no `data`.
    pub subscription_id: Option<String>,
    /// Whole body instead, JSON or not.
    pub raw: Option<String>,
}

/// Traffic between the store and the partner's server so far.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Calls {
    /// Calls of the partner to the store.
    pub lookups: LookupCalls,
    /// Calls of the store to the partner: one entry per copy, in the order of sending.
    pub notifications: Vec<DeliveryRecord>,
}

/// Numbers of subscription look-ups.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct LookupCalls {
    /// All look-ups, including refused ones.
    pub total: u64,
    /// Look-ups by the requested id, known or not.
    pub by_subscription: BTreeMap<String, u64>,
    /// Look-ups by result: an HTTP status, `hang` or `malformed`.
    pub by_outcome: BTreeMap<String, u64>,
}
