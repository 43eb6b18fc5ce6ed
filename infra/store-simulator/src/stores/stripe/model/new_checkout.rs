//! What a customer buys.

use serde::{Deserialize, Serialize};

use super::{Metadata, MissingPaymentMethod, Private};

/// How the first payment goes.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum Payment {
    /// It succeeds.
    #[default]
    Succeeds,
    /// It is declined.
    Fails,
    /// It takes days, by a delayed method.
    Delayed,
    /// There is nothing to pay.
    Free,
}

/// A purchase to make.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, rename_all = "camelCase", deny_unknown_fields)]
pub struct NewCheckout {
    /// The subscription's id, or the payment intent's of what is bought once; made up if not given.
    pub id: Option<String>,
    /// What is bought; a price that renews makes a subscription.
    pub price_id: String,
    /// How many; one if not given.
    pub quantity: Option<i64>,
    /// The customer; a new one if not given.
    pub customer_id: Option<String>,
    /// The session's `client_reference_id`.
    pub client_reference_id: Option<Private>,
    /// Of the subscription, or of the single payment.
    pub metadata: Metadata,
    /// Of the session only.
    pub session_metadata: Metadata,
    /// In the test mode.
    pub test: bool,
    /// Length of a free trial.
    pub trial_seconds: Option<u64>,
    /// The customer gives no payment method (for a trial).
    pub without_payment_method: bool,
    /// What becomes of a trial without one.
    pub missing_payment_method: MissingPaymentMethod,
    /// How the first payment goes.
    pub payment: Payment,
    /// The first event says `incomplete`, and another one follows.
    pub created_incomplete: bool,
    /// Classic billing instead of flexible.
    pub classic: bool,
    /// Made by the API or the dashboard: there is no session.
    pub without_checkout: bool,
    /// No event is made.
    pub silent: bool,
}

impl NewCheckout {
    /// A subscription to this price that names no user.
    #[must_use]
    pub fn subscription(price_id: impl Into<String>) -> Self {
        Self {
            price_id: price_id.into(),
            ..Self::default()
        }
    }

    /// Something that is bought once, such as a rental.
    #[must_use]
    pub fn rental(price_id: impl Into<String>) -> Self {
        Self::subscription(price_id)
    }

    /// The same purchase by this user of the merchant's: `client_reference_id`, and `app_user_id`
    /// in the metadata.
    #[must_use]
    pub fn for_user(self, user: &str) -> Self {
        self.with_client_reference(user)
            .with_metadata("app_user_id", user)
    }

    /// The same purchase begun on this platform: `platform` in the metadata.
    #[must_use]
    pub fn on(self, platform: &str) -> Self {
        self.with_metadata("platform", platform)
    }

    /// The same purchase with a key and its value on the subscription, or on the single payment.
    #[must_use]
    pub fn with_metadata(mut self, key: impl Into<String>, value: &str) -> Self {
        self.metadata.set(key, Some(value));
        self
    }

    /// The same purchase with this reference on its session only.
    #[must_use]
    pub fn with_client_reference(mut self, reference: &str) -> Self {
        self.client_reference_id = Some(reference.into());
        self
    }

    /// The same purchase with a free trial.
    #[must_use]
    pub fn with_trial(mut self, seconds: u64) -> Self {
        self.trial_seconds = Some(seconds);
        self
    }

    /// The same purchase without a payment method.
    #[must_use]
    pub fn without_payment_method(mut self) -> Self {
        self.without_payment_method = true;
        self
    }

    /// The same purchase with a rule for the end of a trial that nobody can pay.
    #[must_use]
    pub fn at_trial_end(mut self, rule: MissingPaymentMethod) -> Self {
        self.missing_payment_method = rule;
        self
    }

    /// The same purchase, its first payment declined.
    #[must_use]
    pub fn incomplete(mut self) -> Self {
        self.payment = Payment::Fails;
        self
    }

    /// The same purchase by a payment method that takes days.
    #[must_use]
    pub fn delayed(mut self) -> Self {
        self.payment = Payment::Delayed;
        self
    }

    /// The same purchase with nothing to pay at first.
    #[must_use]
    pub fn at_no_cost(mut self) -> Self {
        self.payment = Payment::Free;
        self
    }

    /// The same purchase, told as incomplete first.
    #[must_use]
    pub fn created_incomplete(mut self) -> Self {
        self.created_incomplete = true;
        self
    }

    /// The same purchase with classic billing.
    #[must_use]
    pub fn classic(mut self) -> Self {
        self.classic = true;
        self
    }

    /// The same purchase in the test mode.
    #[must_use]
    pub fn in_test_mode(mut self) -> Self {
        self.test = true;
        self
    }

    /// The same purchase in the live mode, which is the default.
    #[must_use]
    pub fn in_live_mode(mut self) -> Self {
        self.test = false;
        self
    }

    /// The same purchase by this customer.
    #[must_use]
    pub fn of_customer(mut self, customer_id: impl Into<String>) -> Self {
        self.customer_id = Some(customer_id.into());
        self
    }

    /// The same purchase without a checkout session.
    #[must_use]
    pub fn without_checkout(mut self) -> Self {
        self.without_checkout = true;
        self
    }

    /// The same purchase of so many.
    #[must_use]
    pub fn quantity(mut self, quantity: i64) -> Self {
        self.quantity = Some(quantity);
        self
    }

    /// The same purchase under this id.
    #[must_use]
    pub fn with_id(mut self, id: impl Into<String>) -> Self {
        self.id = Some(id.into());
        self
    }

    /// The same purchase, but no event is made.
    #[must_use]
    pub fn silently(mut self) -> Self {
        self.silent = true;
        self
    }
}
