//! Configuration of an account, and delivery of its events.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use super::{
    ApiKey,
    model::{AfterRetries, ApiVersion, Price, Private, Settings},
};
use crate::tenant::Registration;

/// Default event types of an endpoint: those about subscriptions and single payments.
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

/// Configuration of an account, and switches of the simulator itself.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, rename_all = "camelCase", deny_unknown_fields)]
pub struct Configuration {
    /// API keys, of both modes.
    pub api_keys: Vec<ApiKey>,
    /// Secrets of the endpoint; events are signed with each.
    pub signing_secrets: Vec<Private>,
    /// Address of events, for both modes. Without it events are created, but not sent.
    pub notification_url: Option<String>,
    /// `Host` header of events, where the address alone does not identify the API.
    pub notification_host: Option<String>,
    /// Event types to which the endpoint is subscribed; `*` is all of them.
    pub enabled_events: Vec<String>,
    /// API version of events, and of responses to calls that name none.
    pub api_version: ApiVersion,
    /// Maximum number of attempts per delivery.
    pub delivery_attempts: u32,
    /// Delay before the second attempt, in milliseconds; it doubles with each further attempt.
    pub first_backoff_millis: u64,
    /// Prices for sale.
    pub prices: Vec<Price>,
    /// Treatment of a subscription after the last failed attempt at payment.
    pub after_retries: AfterRetries,
    /// Number of items that a subscription shows inline; beyond it `has_more` is set.
    pub inline_items: usize,
    /// Maximum number of calls of one kind per second (of real time).
    pub rate_limit: Option<u32>,
    /// Time to set the clock to. Without it the clock of a new account shows the real time, and
    /// that of a known one is unchanged.
    pub clock_start: Option<Timestamp>,
    /// Whether the clock moves only on request.
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

    /// Returns whether the endpoint is subscribed to events of this type.
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
