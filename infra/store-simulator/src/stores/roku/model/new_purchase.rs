//! Purchase to make.

use serde::{Deserialize, Serialize};

use super::TransactionId;

/// Place of a purchase, as in `purchaseChannel` and `purchaseContext`.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum Origin {
    /// In the channel on the television.
    #[default]
    Device,
    /// At sign-up, on a television.
    DeviceSignup,
    /// At sign-up, on the web.
    Web,
}

impl Origin {
    /// Returns `purchaseChannel` and `purchaseContext`, as notifications write them.
    pub(super) fn words(self) -> (&'static str, &'static str) {
        match self {
            Self::Device => ("DEVICE", "IAP"),
            Self::DeviceSignup => ("DEVICE", "ISU"),
            Self::Web => ("WEB", "ISU"),
        }
    }
}

/// Purchase to make.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct NewPurchase {
    /// Id of the first transaction. Generated if not given.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub transaction_id: Option<TransactionId>,
    /// Plan.
    pub product_code: String,
    /// Channel. Defaults to the plan's, or else to the account's first one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub channel_id: Option<String>,
    /// Customer's id with Roku. Generated if not given.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub customer_id: Option<String>,
    /// Place of the purchase.
    #[serde(default)]
    pub origin: Origin,
    /// Takes the plan's free trial, if it has one.
    #[serde(default = "yes")]
    pub with_trial: bool,
    /// Includes the customer's personal data in the notification, as after a sign-up.
    #[serde(default)]
    pub personal: bool,
    /// Sends the notification.
    #[serde(default = "yes")]
    pub notify: bool,
}

fn yes() -> bool {
    true
}

// By hand: customers' ids are personal data.
impl std::fmt::Debug for NewPurchase {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter
            .debug_struct("NewPurchase")
            .field("product_code", &self.product_code)
            .field("channel_id", &self.channel_id)
            .field("with_trial", &self.with_trial)
            .finish_non_exhaustive()
    }
}

impl NewPurchase {
    /// Creates a purchase of this plan by a new customer.
    #[must_use]
    pub fn of(product_code: impl Into<String>) -> Self {
        Self {
            transaction_id: None,
            product_code: product_code.into(),
            channel_id: None,
            customer_id: None,
            origin: Origin::Device,
            with_trial: true,
            personal: false,
            notify: true,
        }
    }

    /// Sets the Roku customer.
    #[must_use]
    pub fn by_customer(mut self, customer_id: impl Into<String>) -> Self {
        self.customer_id = Some(customer_id.into());
        self
    }

    /// Sets the id of the first transaction.
    #[must_use]
    pub fn with_id(mut self, id: impl Into<TransactionId>) -> Self {
        self.transaction_id = Some(id.into());
        self
    }

    /// Sets the channel.
    #[must_use]
    pub fn in_channel(mut self, channel_id: impl Into<String>) -> Self {
        self.channel_id = Some(channel_id.into());
        self
    }

    /// Takes no trial, so that it is paid from the start.
    #[must_use]
    pub fn without_trial(mut self) -> Self {
        self.with_trial = false;
        self
    }

    /// Suppresses the notification.
    #[must_use]
    pub fn silently(mut self) -> Self {
        self.notify = false;
        self
    }
}
