//! Purchase to make.

use serde::{Deserialize, Serialize};

use super::{Metadata, MissingPaymentMethod, Private};

/// Course of the first payment.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum Payment {
    /// It succeeds.
    #[default]
    Succeeds,
    /// It is declined.
    Fails,
    /// It takes days, by a delayed payment method.
    Delayed,
    /// There is nothing to pay.
    Free,
}

/// Purchase to make.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, rename_all = "camelCase", deny_unknown_fields)]
pub struct NewCheckout {
    /// Id of the subscription, or of the payment intent of a one-time purchase. Generated if not
    /// given.
    pub id: Option<String>,
    /// Price; a recurring one makes a subscription.
    pub price_id: String,
    /// Quantity. Defaults to one.
    pub quantity: Option<i64>,
    /// Customer. Generated if not given.
    pub customer_id: Option<String>,
    /// `client_reference_id` of the session.
    pub client_reference_id: Option<Private>,
    /// Metadata of the subscription, or of the single payment.
    pub metadata: Metadata,
    /// Metadata of the session only.
    pub session_metadata: Metadata,
    /// Whether it is made in test mode.
    pub test: bool,
    /// Length of a free trial in seconds.
    pub trial_seconds: Option<u64>,
    /// Whether the customer gives no payment method (for a trial).
    pub without_payment_method: bool,
    /// Treatment of a trial that ends without a payment method.
    pub missing_payment_method: MissingPaymentMethod,
    /// Course of the first payment.
    pub payment: Payment,
    /// Whether the first event says `incomplete`, and another one follows.
    pub created_incomplete: bool,
    /// Uses classic billing instead of flexible.
    pub classic: bool,
    /// Makes it by the API or the dashboard, without a session.
    pub without_checkout: bool,
    /// Suppresses the events.
    pub silent: bool,
}

impl NewCheckout {
    /// Creates a subscription to this price that names no user.
    #[must_use]
    pub fn subscription(price_id: impl Into<String>) -> Self {
        Self {
            price_id: price_id.into(),
            ..Self::default()
        }
    }

    /// Creates a one-time purchase, such as a rental.
    #[must_use]
    pub fn rental(price_id: impl Into<String>) -> Self {
        Self::subscription(price_id)
    }

    /// Names a user of the merchant: `client_reference_id`, and `app_user_id` in the metadata.
    #[must_use]
    pub fn for_user(self, user: &str) -> Self {
        self.with_client_reference(user)
            .with_metadata("app_user_id", user)
    }

    /// Sets the platform on which it was begun: `platform` in the metadata.
    #[must_use]
    pub fn on(self, platform: &str) -> Self {
        self.with_metadata("platform", platform)
    }

    /// Adds metadata to the subscription, or to the single payment.
    #[must_use]
    pub fn with_metadata(mut self, key: impl Into<String>, value: &str) -> Self {
        self.metadata.set(key, Some(value));
        self
    }

    /// Sets the client reference of the session only.
    #[must_use]
    pub fn with_client_reference(mut self, reference: &str) -> Self {
        self.client_reference_id = Some(reference.into());
        self
    }

    /// Adds a free trial.
    #[must_use]
    pub fn with_trial(mut self, seconds: u64) -> Self {
        self.trial_seconds = Some(seconds);
        self
    }

    /// Gives no payment method.
    #[must_use]
    pub fn without_payment_method(mut self) -> Self {
        self.without_payment_method = true;
        self
    }

    /// Sets the treatment of a trial that ends without a payment method.
    #[must_use]
    pub fn at_trial_end(mut self, rule: MissingPaymentMethod) -> Self {
        self.missing_payment_method = rule;
        self
    }

    /// Declines the first payment.
    #[must_use]
    pub fn incomplete(mut self) -> Self {
        self.payment = Payment::Fails;
        self
    }

    /// Uses a payment method that takes days.
    #[must_use]
    pub fn delayed(mut self) -> Self {
        self.payment = Payment::Delayed;
        self
    }

    /// Makes it free at first.
    #[must_use]
    pub fn at_no_cost(mut self) -> Self {
        self.payment = Payment::Free;
        self
    }

    /// Lets the first event say `incomplete`.
    #[must_use]
    pub fn created_incomplete(mut self) -> Self {
        self.created_incomplete = true;
        self
    }

    /// Uses classic billing.
    #[must_use]
    pub fn classic(mut self) -> Self {
        self.classic = true;
        self
    }

    /// Makes it in test mode.
    #[must_use]
    pub fn in_test_mode(mut self) -> Self {
        self.test = true;
        self
    }

    /// Makes it in live mode, which is the default.
    #[must_use]
    pub fn in_live_mode(mut self) -> Self {
        self.test = false;
        self
    }

    /// Sets the customer.
    #[must_use]
    pub fn of_customer(mut self, customer_id: impl Into<String>) -> Self {
        self.customer_id = Some(customer_id.into());
        self
    }

    /// Makes it without a checkout session.
    #[must_use]
    pub fn without_checkout(mut self) -> Self {
        self.without_checkout = true;
        self
    }

    /// Sets the quantity.
    #[must_use]
    pub fn quantity(mut self, quantity: i64) -> Self {
        self.quantity = Some(quantity);
        self
    }

    /// Sets the id.
    #[must_use]
    pub fn with_id(mut self, id: impl Into<String>) -> Self {
        self.id = Some(id.into());
        self
    }

    /// Suppresses the events.
    #[must_use]
    pub fn silently(mut self) -> Self {
        self.silent = true;
        self
    }
}
