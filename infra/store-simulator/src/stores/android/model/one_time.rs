//! One-time purchases: a film to rent or to keep.

use std::time::Duration;

use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value, json};

use super::{AcknowledgeError, ActionError, NewOneTimePurchase, OneTimeState, PurchaseToken};

const THREE_DAYS: Duration = Duration::from_secs(3 * 86_400);
const THREE_MINUTES: Duration = Duration::from_secs(180);

/// The store's record of a one-time purchase.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct OneTimePurchase {
    /// Purchase token.
    pub purchase_token: PurchaseToken,
    /// Id of its only order.
    pub order_id: String,
    /// One-time product.
    pub product_id: String,
    /// State.
    pub state: OneTimeState,
    /// State that look-ups show instead.
    pub shown_state: Option<String>,
    /// Time of payment.
    pub completed_at: Option<Timestamp>,
    /// Billing country.
    pub region_code: String,
    /// `obfuscatedExternalAccountId`.
    pub account_id: Option<String>,
    /// `obfuscatedExternalProfileId`.
    pub profile_id: Option<String>,
    /// Whether a licence tester bought it.
    pub test: bool,
    /// Whether the developer has acknowledged it.
    pub acknowledged: bool,
    /// Time at which the store refunds it without an acknowledgement.
    pub acknowledge_by: Option<Timestamp>,
    /// Number of units bought.
    pub quantity: u32,
    /// Number of units that are not refunded.
    pub refundable_quantity: u32,
}

// By hand: accounts are personal data.
impl std::fmt::Debug for OneTimePurchase {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter
            .debug_struct("OneTimePurchase")
            .field("product_id", &self.product_id)
            .field("state", &self.state)
            .field("completed_at", &self.completed_at)
            .field("acknowledged", &self.acknowledged)
            .finish_non_exhaustive()
    }
}

impl OneTimePurchase {
    /// Creates an unpaid purchase.
    pub(super) fn draft(
        wanted: &NewOneTimePurchase,
        purchase_token: PurchaseToken,
        order_id: String,
    ) -> Self {
        Self {
            purchase_token,
            order_id,
            product_id: wanted.product_id.clone(),
            state: OneTimeState::Pending,
            shown_state: None,
            completed_at: None,
            region_code: wanted.region_code.clone(),
            account_id: wanted.account_id.clone(),
            profile_id: wanted.profile_id.clone(),
            test: wanted.test,
            acknowledged: false,
            acknowledge_by: None,
            quantity: wanted.quantity,
            refundable_quantity: wanted.quantity,
        }
    }

    pub(super) fn complete(&mut self, now: Timestamp) -> Result<(), ActionError> {
        self.must_be(OneTimeState::Pending)?;
        let patience = if self.test { THREE_MINUTES } else { THREE_DAYS };
        let due = now.checked_add(patience);
        self.acknowledge_by = Some(due.map_err(|error| ActionError::Period(error.to_string()))?);
        self.state = OneTimeState::Purchased;
        self.completed_at = Some(now);
        Ok(())
    }

    pub(super) fn acknowledge(&mut self, product_id: &str) -> Result<(), AcknowledgeError> {
        if self.product_id != product_id {
            return Err(AcknowledgeError::WrongProduct);
        }
        if self.state != OneTimeState::Purchased {
            return Err(AcknowledgeError::NotOwned);
        }
        self.acknowledged = true;
        self.acknowledge_by = None;
        Ok(())
    }

    pub(super) fn must_be(&self, state: OneTimeState) -> Result<(), ActionError> {
        if self.state == state {
            Ok(())
        } else {
            Err(ActionError::WrongOneTimeState(self.state))
        }
    }

    /// Returns whether it was not acknowledged in time.
    pub(super) fn is_due_back(&self, now: Timestamp) -> bool {
        let paid = self.state == OneTimeState::Purchased;
        paid && self.acknowledge_by.is_some_and(|by| by <= now)
    }

    /// Builds the `ProductPurchaseV2`, in the JSON of protocol buffers, where defaults are omitted.
    pub(super) fn json(&self) -> Value {
        let acknowledged = if self.acknowledged {
            "ACKNOWLEDGEMENT_STATE_ACKNOWLEDGED"
        } else {
            "ACKNOWLEDGEMENT_STATE_PENDING"
        };
        let word = self.shown_state.as_deref();
        let mut offer = json!({
            "purchaseOptionId": "buy",
            "quantity": self.quantity,
            "consumptionState": "CONSUMPTION_STATE_YET_TO_BE_CONSUMED",
        });
        if let Some(offer) = offer.as_object_mut()
            && self.refundable_quantity > 0
        {
            offer.insert(
                "refundableQuantity".to_owned(),
                json!(self.refundable_quantity),
            );
        }
        let fields = [
            ("kind", Some(json!("androidpublisher#productPurchaseV2"))),
            ("orderId", Some(json!(self.order_id))),
            ("regionCode", Some(json!(self.region_code))),
            (
                "purchaseCompletionTime",
                self.completed_at.map(|at| json!(at.to_string())),
            ),
            ("acknowledgementState", Some(json!(acknowledged))),
            (
                "purchaseStateContext",
                Some(json!({"purchaseState": word.unwrap_or(self.state.as_str())})),
            ),
            (
                "testPurchaseContext",
                self.test.then(|| json!({"fopType": "TEST"})),
            ),
            (
                "obfuscatedExternalAccountId",
                self.account_id.as_ref().map(|id| json!(id)),
            ),
            (
                "obfuscatedExternalProfileId",
                self.profile_id.as_ref().map(|id| json!(id)),
            ),
            (
                "productLineItem",
                Some(json!([{"productId": self.product_id, "productOfferDetails": offer}])),
            ),
        ];
        let given = fields
            .into_iter()
            .filter_map(|(name, value)| Some((name.to_owned(), value?)));
        Value::Object(given.collect::<Map<_, _>>())
    }
}
