//! Google's `SubscriptionPurchaseV2`. proto3 JSON leaves out default values, so every field may be
//! absent; a field that is present must have its documented form.

pub(in crate::connectors::android) mod money;
pub(in crate::connectors::android) mod receipt;
pub(in crate::connectors::android) mod voided;

use domain::{Timestamp, whole_milliseconds};
use serde::Deserialize;
use serde::de::{DeserializeOwned, IgnoredAny};
use serde_json::Value;

use money::Money;

/// Error: a field has an unknown format, or is required and missing.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("the field {0} is missing or has an unknown form")]
pub(super) struct UnknownForm(String);

/// Deserialises an answer.
pub(super) fn read<T: DeserializeOwned>(answer: &Value) -> Result<T, UnknownForm> {
    serde_path_to_error::deserialize(answer).map_err(|error| UnknownForm(error.path().to_string()))
}

/// Empty object whose presence is the information.
pub(super) type Mark = Option<IgnoredAny>;

/// RFC 3339 time, truncated to milliseconds.
#[derive(Clone, Copy, Deserialize)]
#[serde(from = "Timestamp")]
pub(super) struct Instant(pub(super) Timestamp);

impl From<Timestamp> for Instant {
    fn from(at: Timestamp) -> Self {
        Self(whole_milliseconds(at))
    }
}

/// Subscription. Has no `Debug`, because it contains purchase keys.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Purchase {
    pub(super) subscription_state: Option<String>,
    pub(super) region_code: Option<String>,
    pub(super) start_time: Option<Instant>,
    #[serde(default)]
    pub(super) line_items: Vec<Item>,
    pub(super) linked_purchase_token: Option<String>,
    pub(super) paused_state_context: Option<Pause>,
    pub(super) canceled_state_context: Option<Cancellation>,
    pub(super) in_grace_period_state_context: Option<Declined>,
    pub(super) on_hold_state_context: Option<Declined>,
    pub(super) test_purchase: Mark,
    pub(super) acknowledgement_state: Option<String>,
    pub(super) external_account_identifiers: Option<Accounts>,
    pub(super) out_of_app_purchase_context: Option<OutOfApp>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Pause {
    pub(super) auto_resume_time: Option<Instant>,
}

/// Reason for which it won't renew; one of the four.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Cancellation {
    pub(super) user_initiated_cancellation: Option<ByUser>,
    pub(super) system_initiated_cancellation: Mark,
    pub(super) developer_initiated_cancellation: Mark,
    pub(super) replacement_cancellation: Mark,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct ByUser {
    pub(super) cancel_time: Option<Instant>,
    pub(super) cancel_survey_result: Option<Survey>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Survey {
    pub(super) reason: Option<String>,
    pub(super) reason_user_input: Option<String>,
}

/// Renewal that was declined.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Declined {
    pub(super) renewal_declined: Option<Renewal>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Renewal {
    pub(super) pending_order_id: Option<String>,
}

/// Ids by which the app and Google know the buyer.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Accounts {
    pub(super) external_account_id: Option<String>,
    pub(super) obfuscated_external_account_id: Option<String>,
    pub(super) obfuscated_external_profile_id: Option<String>,
}

/// Context of a purchase made in Google Play itself after an earlier one had expired.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct OutOfApp {
    pub(super) expired_external_account_identifiers: Option<Accounts>,
    pub(super) expired_purchase_token: Option<String>,
}

/// Product of a subscription.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Item {
    pub(super) product_id: String,
    pub(super) expiry_time: Option<Instant>,
    pub(super) latest_successful_order_id: Option<String>,
    pub(super) auto_renewing_plan: Option<Plan>,
    pub(super) prepaid_plan: Mark,
    pub(super) offer_phase: Option<Phase>,
    pub(super) deferred_item_replacement: Option<Replacement>,
    pub(super) deferred_item_removal: Mark,
    pub(super) item_replacement: Option<Replaced>,
    pub(super) signup_promotion: Option<Promotion>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Plan {
    #[serde(default)]
    pub(super) auto_renew_enabled: bool,
    pub(super) recurring_price: Option<Money>,
    pub(super) price_change_details: Option<PriceChangeDetails>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct PriceChangeDetails {
    pub(super) new_price: Option<Money>,
    pub(super) price_change_state: Option<String>,
    pub(super) expected_new_price_charge_time: Option<Instant>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Phase {
    base_price: Mark,
    free_trial: Mark,
    pub(super) introductory_price: Mark,
    proration_period: Option<Proration>,
}

/// Remaining time of a replaced plan.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Proration {
    original_offer_phase_type: Option<String>,
}

impl Phase {
    /// Whether it is a free trial, or time converted from one; `None` for an unknown phase.
    pub(super) fn is_trial(&self) -> Option<bool> {
        if let Some(proration) = &self.proration_period {
            return match proration.original_offer_phase_type.as_deref() {
                Some("FREE_TRIAL") => Some(true),
                Some("BASE" | "INTRODUCTORY" | "ORIGINAL_OFFER_PHASE_TYPE_UNSPECIFIED") | None => {
                    Some(false)
                }
                Some(_) => None,
            };
        }
        // An empty phase may be a kind that does not exist yet.
        let paid = self.base_price.is_some() || self.introductory_price.is_some();
        (self.free_trial.is_some() || paid).then_some(self.free_trial.is_some())
    }
}

impl Item {
    /// Whether its plan is of an unknown kind: neither auto-renewing nor prepaid.
    pub(super) const fn has_no_known_plan(&self) -> bool {
        self.auto_renewing_plan.is_none() && self.prepaid_plan.is_none()
    }
}

/// Product that an item has replaced.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Replaced {
    pub(super) product_id: Option<String>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Replacement {
    pub(super) product_id: String,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Promotion {
    pub(super) one_time_code: Mark,
    pub(super) vanity_code: Option<VanityCode>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct VanityCode {
    pub(super) promotion_code: Option<String>,
}

impl Purchase {
    pub(super) fn read(answer: &Value) -> Result<Self, UnknownForm> {
        read(answer)
    }

    /// Returns the state without its prefix; empty if it has none.
    pub(super) fn state(&self) -> &str {
        let word = self.subscription_state.as_deref().unwrap_or_default();
        word.strip_prefix("SUBSCRIPTION_STATE_").unwrap_or_default()
    }

    pub(super) fn is_unpaid(&self) -> bool {
        matches!(self.state(), "PENDING" | "PENDING_PURCHASE_CANCELED")
    }

    pub(super) fn is_acknowledged(&self) -> bool {
        self.acknowledgement_state.as_deref() == Some("ACKNOWLEDGEMENT_STATE_ACKNOWLEDGED")
    }

    pub(super) fn was_replaced(&self) -> bool {
        let context = self.canceled_state_context.as_ref();
        matches!(self.state(), "CANCELED" | "EXPIRED")
            // Google keeps the reason only in these states.
            && context.is_some_and(|context| context.replacement_cancellation.is_some())
    }
}
