//! What a customer buys.

use serde::{Deserialize, Serialize};

use super::TransactionId;

/// Where a purchase is made, as `purchaseChannel` and `purchaseContext` say it.
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
    /// `purchaseChannel` and `purchaseContext`, as notifications write them.
    pub(super) fn words(self) -> (&'static str, &'static str) {
        match self {
            Self::Device => ("DEVICE", "IAP"),
            Self::DeviceSignup => ("DEVICE", "ISU"),
            Self::Web => ("WEB", "ISU"),
        }
    }
}

/// A purchase to make.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct NewPurchase {
    /// Its first transaction's id; made up if not given.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub transaction_id: Option<TransactionId>,
    /// Which plan.
    pub product_code: String,
    /// In which channel; the plan's or the account's first one, if not given.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub channel_id: Option<String>,
    /// The customer's id with Roku; made up if not given.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub customer_id: Option<String>,
    /// Where it is made.
    #[serde(default)]
    pub origin: Origin,
    /// With the plan's free trial, if it has one.
    #[serde(default = "yes")]
    pub with_trial: bool,
    /// The notification tells who the customer is, as after a sign-up.
    #[serde(default)]
    pub personal: bool,
    /// Send the notification.
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
    /// A purchase of this plan by a new customer.
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

    /// The same purchase by this customer of Roku.
    #[must_use]
    pub fn by_customer(mut self, customer_id: impl Into<String>) -> Self {
        self.customer_id = Some(customer_id.into());
        self
    }

    /// The same purchase under this id.
    #[must_use]
    pub fn with_id(mut self, id: impl Into<TransactionId>) -> Self {
        self.transaction_id = Some(id.into());
        self
    }

    /// The same purchase in this channel.
    #[must_use]
    pub fn in_channel(mut self, channel_id: impl Into<String>) -> Self {
        self.channel_id = Some(channel_id.into());
        self
    }

    /// The same purchase, paid from the start.
    #[must_use]
    pub fn without_trial(mut self) -> Self {
        self.with_trial = false;
        self
    }

    /// The same purchase, told to nobody.
    #[must_use]
    pub fn silently(mut self) -> Self {
        self.notify = false;
        self
    }
}
