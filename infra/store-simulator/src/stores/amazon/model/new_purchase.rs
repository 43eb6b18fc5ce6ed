//! Purchase to make.

use serde::{Deserialize, Serialize};

use super::{Promotion, ReceiptId, UserId};

/// Purchase to make.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct NewPurchase {
    /// SKU; of a subscription that of the term.
    pub sku: String,
    /// Customer. Generated if not given.
    #[serde(default)]
    pub user_id: Option<UserId>,
    /// Receipt id. Generated if not given.
    #[serde(default)]
    pub receipt_id: Option<ReceiptId>,
    /// Country of the customer.
    #[serde(default = "united_states")]
    pub country_code: String,
    /// Bought with the store's test tool; only the sandbox knows it.
    #[serde(default)]
    pub sandbox: bool,
    /// Bought in a live test of the app.
    #[serde(default)]
    pub beta: bool,
    /// Takes the free trial, if the product has one.
    #[serde(default = "yes")]
    pub trial: bool,
    /// Promotions that the customer gets.
    #[serde(default)]
    pub promotions: Vec<Promotion>,
    /// Bought in the store's own pages, before the app was opened.
    #[serde(default)]
    pub quick_subscribe: bool,
    /// Whether the app has reported delivery to the customer.
    #[serde(default = "yes")]
    pub fulfilled: bool,
    /// Receipts that an add-on belongs to.
    #[serde(default)]
    pub base_receipts: Vec<ReceiptId>,
    /// Sends the message.
    #[serde(default = "yes")]
    pub notify: bool,
}

fn united_states() -> String {
    "US".to_owned()
}

fn yes() -> bool {
    true
}

// By hand: customers' ids are personal data.
impl std::fmt::Debug for NewPurchase {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter
            .debug_struct("NewPurchase")
            .field("sku", &self.sku)
            .field("sandbox", &self.sandbox)
            .field("trial", &self.trial)
            .finish_non_exhaustive()
    }
}

impl NewPurchase {
    /// Creates a purchase of this SKU by a new customer.
    #[must_use]
    pub fn of(sku: impl Into<String>) -> Self {
        Self {
            sku: sku.into(),
            user_id: None,
            receipt_id: None,
            country_code: united_states(),
            sandbox: false,
            beta: false,
            trial: true,
            promotions: Vec::new(),
            quick_subscribe: false,
            fulfilled: true,
            base_receipts: Vec::new(),
            notify: true,
        }
    }

    /// Sets the customer.
    #[must_use]
    pub fn for_user(mut self, user_id: impl Into<UserId>) -> Self {
        self.user_id = Some(user_id.into());
        self
    }

    /// Sets the receipt id.
    #[must_use]
    pub fn with_receipt_id(mut self, receipt_id: impl Into<ReceiptId>) -> Self {
        self.receipt_id = Some(receipt_id.into());
        self
    }

    /// Makes it with the store's test tool.
    #[must_use]
    pub fn in_sandbox(mut self) -> Self {
        self.sandbox = true;
        self
    }

    /// Makes it in a live test of the app.
    #[must_use]
    pub fn in_live_test(mut self) -> Self {
        self.beta = true;
        self
    }

    /// Takes no trial, so that it is paid from the first day.
    #[must_use]
    pub fn without_trial(mut self) -> Self {
        self.trial = false;
        self
    }

    /// Adds a promotion.
    #[must_use]
    pub fn with_promotion(mut self, promotion: Promotion) -> Self {
        self.promotions.push(promotion);
        self
    }

    /// Makes it in the store's own pages; the app has not reported delivery yet.
    #[must_use]
    pub fn as_quick_subscribe(mut self) -> Self {
        (self.quick_subscribe, self.fulfilled) = (true, false);
        self
    }

    /// Suppresses the notifications.
    #[must_use]
    pub fn silently(mut self) -> Self {
        self.notify = false;
        self
    }
}
