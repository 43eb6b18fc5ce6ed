//! How an account is set up, and how its events are delivered.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use super::{
    ApiKey,
    model::{AfterRetries, ApiVersion, Price, Private, Settings},
};
use crate::tenant::Registration;

/// The types of events that an endpoint is for, if it is not told otherwise: what tells about
/// subscriptions and single payments.
pub const MINIMAL_EVENTS: [&str; 24] = [
    "checkout.session.completed",
    "checkout.session.async_payment_succeeded",
    "checkout.session.async_payment_failed",
    "customer.subscription.created",
    "customer.subscription.updated",
    "customer.subscription.deleted",
    "customer.subscription.paused",
    "customer.subscription.resumed",
    "customer.subscription.trial_will_end",
    "customer.subscription.pending_update_applied",
    "customer.subscription.pending_update_expired",
    "invoice.paid",
    "invoice.payment_failed",
    "invoice.payment_action_required",
    "charge.refunded",
    "refund.created",
    "refund.updated",
    "refund.failed",
    "charge.dispute.created",
    "charge.dispute.closed",
    "charge.dispute.funds_withdrawn",
    "charge.dispute.funds_reinstated",
    "customer.deleted",
    "entitlements.active_entitlement_summary.updated",
];

/// An account's set-up, and a few switches of the stand-in itself.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, rename_all = "camelCase", deny_unknown_fields)]
pub struct Configuration {
    /// Its keys, of both modes.
    pub api_keys: Vec<ApiKey>,
    /// The endpoint's secrets; events are signed by each.
    pub signing_secrets: Vec<Private>,
    /// Where events are delivered; without it they are made, but not sent. Both modes are
    /// delivered there.
    pub notification_url: Option<String>,
    /// A `Host` header for them, where the address alone does not say which API is meant.
    pub notification_host: Option<String>,
    /// The types of events that the endpoint is subscribed to; `*` is all of them.
    pub enabled_events: Vec<String>,
    /// The version that events are written in, and answers to calls that name none.
    pub api_version: ApiVersion,
    /// How often a delivery is tried at most.
    pub delivery_attempts: u32,
    /// How long the second attempt waits, in milliseconds; each further one twice as long.
    pub first_backoff_millis: u64,
    /// What is for sale.
    pub prices: Vec<Price>,
    /// What becomes of a subscription whose last attempt at payment failed.
    pub after_retries: AfterRetries,
    /// How many items a subscription shows before it says that there are more.
    pub inline_items: usize,
    /// How many calls of one kind are answered within a second (of real time).
    pub rate_limit: Option<u32>,
    /// Sets the clock. Without it the clock of a new account shows the real time, that of a known
    /// one is left alone.
    pub clock_start: Option<Timestamp>,
    /// The clock moves only when it is told to.
    pub clock_frozen: bool,
}

impl Default for Configuration {
    fn default() -> Self {
        let settings = Settings::default();
        Self {
            api_keys: Vec::new(),
            signing_secrets: Vec::new(),
            notification_url: None,
            notification_host: None,
            enabled_events: MINIMAL_EVENTS.map(str::to_owned).to_vec(),
            api_version: settings.api_version,
            delivery_attempts: 5,
            first_backoff_millis: 100,
            prices: Vec::new(),
            after_retries: settings.after_retries,
            inline_items: settings.inline_items,
            rate_limit: None,
            clock_start: None,
            clock_frozen: false,
        }
    }
}

impl Configuration {
    pub(super) fn settings(&self) -> Settings {
        Settings {
            api_version: self.api_version.clone(),
            after_retries: self.after_retries,
            inline_items: self.inline_items,
        }
    }

    /// The endpoint is subscribed to events of this type.
    pub(super) fn wants(&self, kind: &str) -> bool {
        let mut enabled = self.enabled_events.iter();
        enabled.any(|one| one == "*" || one == kind)
    }
}

impl Registration for Configuration {
    fn check(&self) -> Result<(), String> {
        if let Some(address) = &self.notification_url {
            url::Url::parse(address).map_err(|error| format!("notificationUrl: {error}"))?;
        }
        if self.api_keys.iter().any(|key| key.livemode().is_none()) {
            return Err("apiKeys: a key begins with sk_ or rk_, and live_ or test_".to_owned());
        }
        if self.signing_secrets.iter().any(|secret| secret.is_empty()) {
            return Err("signingSecrets: one is empty".to_owned());
        }
        for price in &self.prices {
            price.check().map_err(|error| error.to_string())?;
        }
        Ok(())
    }

    fn take_clock(&mut self) -> (Option<Timestamp>, bool) {
        (self.clock_start.take(), self.clock_frozen)
    }
}
