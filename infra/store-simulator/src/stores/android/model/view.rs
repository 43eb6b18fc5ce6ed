//! Response of `purchases.subscriptionsv2.get`: a purchase as `SubscriptionPurchaseV2` in the JSON
//! of protocol buffers, where defaults are omitted.

use std::time::Duration;

use jiff::Timestamp;
use serde_json::{Map, Value, json};

use super::{Cancellation, CancelledBy, Installments, Item, Phase, Purchase, State};

const REPLACEMENT_KEPT: Duration = Duration::from_secs(60 * 86_400);

/// Object from which absent and default values are omitted.
#[derive(Default)]
struct Fields(Map<String, Value>);

impl Fields {
    fn with(mut self, name: &str, value: impl Into<Value>) -> Self {
        let value = value.into();
        let is_default = match &value {
            Value::Null => true,
            Value::Bool(value) => !value,
            Value::Number(number) => number.as_i64() == Some(0),
            Value::String(text) => text.is_empty(),
            Value::Array(items) => items.is_empty(),
            Value::Object(_) => false,
        };
        if !is_default {
            self.0.insert(name.to_owned(), value);
        }
        self
    }

    fn with_time(self, name: &str, at: Option<Timestamp>) -> Self {
        self.with(name, at.map(|at| at.to_string()))
    }

    fn object(self) -> Value {
        Value::Object(self.0)
    }

    /// Returns the object; `None` if it would be empty.
    fn filled(self) -> Option<Value> {
        (!self.0.is_empty()).then_some(Value::Object(self.0))
    }
}

pub(super) fn json(purchase: &Purchase, now: Timestamp) -> Value {
    let state = purchase.state_at(now);
    let shown = purchase.shown_state.as_deref();
    let acknowledged = if purchase.acknowledged {
        "ACKNOWLEDGEMENT_STATE_ACKNOWLEDGED"
    } else {
        "ACKNOWLEDGEMENT_STATE_PENDING"
    };
    let items: Vec<Value> = purchase
        .items
        .iter()
        .map(|one| item(one, purchase, now))
        .collect();
    let token = purchase.linked_purchase_token.as_deref();
    let cancelled = matches!(state, State::Canceled | State::Expired);
    let cancellation = purchase.cancellation.as_ref().filter(|_| cancelled);
    Fields::default()
        .with("kind", "androidpublisher#subscriptionPurchaseV2")
        .with("regionCode", purchase.region_code.as_str())
        .with_time("startTime", purchase.start)
        .with("subscriptionState", shown.unwrap_or(state.as_str()))
        .with("latestOrderId", purchase.latest_order_id())
        .with("linkedPurchaseToken", token)
        .with("pausedStateContext", paused(purchase))
        .with("canceledStateContext", cancellation.map(canceled))
        .with(
            "inGracePeriodStateContext",
            declined(purchase, State::InGracePeriod),
        )
        .with("onHoldStateContext", declined(purchase, State::OnHold))
        .with("testPurchase", purchase.test.then(|| json!({})))
        .with("acknowledgementState", acknowledged)
        .with("externalAccountIdentifiers", owner(purchase))
        .with("outOfAppPurchaseContext", out_of_app(purchase))
        .with("lineItems", items)
        .with("etag", format!("\"{:08x}\"", purchase.version))
        .object()
}

fn identifiers(account_id: Option<&String>, profile_id: Option<&String>) -> Option<Value> {
    Fields::default()
        .with("obfuscatedExternalAccountId", account_id.cloned())
        .with("obfuscatedExternalProfileId", profile_id.cloned())
        .filled()
}

fn owner(purchase: &Purchase) -> Option<Value> {
    identifiers(purchase.account_id.as_ref(), purchase.profile_id.as_ref())
}

fn out_of_app(purchase: &Purchase) -> Option<Value> {
    let context = purchase.out_of_app.as_ref()?;
    let owner = identifiers(context.account_id.as_ref(), context.profile_id.as_ref());
    let fields = Fields::default()
        .with("expiredExternalAccountIdentifiers", owner)
        .with(
            "expiredPurchaseToken",
            context.expired_purchase_token.as_str(),
        );
    Some(fields.object())
}

fn paused(purchase: &Purchase) -> Option<Value> {
    let at = purchase.resumes_at?;
    (purchase.state == State::Paused).then(|| json!({"autoResumeTime": at.to_string()}))
}

fn declined(purchase: &Purchase, state: State) -> Option<Value> {
    let order_id = purchase.pending_order_id.as_ref()?;
    (purchase.state == state).then(|| json!({"renewalDeclined": {"pendingOrderId": order_id}}))
}

fn canceled(cancellation: &Cancellation) -> Value {
    match cancellation.by {
        CancelledBy::System => json!({"systemInitiatedCancellation": {}}),
        CancelledBy::Developer => json!({"developerInitiatedCancellation": {}}),
        CancelledBy::Replacement => json!({"replacementCancellation": {}}),
        CancelledBy::User => {
            let survey = cancellation.reason.as_ref().map(|reason| {
                let reason = format!("CANCEL_SURVEY_REASON_{reason}");
                json!({ "reason": reason })
            });
            let fields = Fields::default()
                .with("cancelSurveyResult", survey)
                .with_time("cancelTime", Some(cancellation.at));
            json!({"userInitiatedCancellation": fields.object()})
        }
    }
}

fn item(item: &Item, purchase: &Purchase, now: Timestamp) -> Value {
    let (order_id, tags) = (&item.latest_successful_order_id, &item.offer_tags);
    let offer = Fields::default()
        .with("basePlanId", item.base_plan_id.as_str())
        .with("offerId", item.offer_id.clone())
        .with("offerTags", tags.clone());
    let later = item.deferred_replacement.as_ref();
    let kept = purchase.start.is_none_or(|start| {
        let age = start.duration_until(now);
        age.unsigned_abs() <= REPLACEMENT_KEPT
    });
    Fields::default()
        .with("productId", item.product_id.as_str())
        .with_time("expiryTime", item.expiry)
        .with("latestSuccessfulOrderId", order_id.clone())
        .with("autoRenewingPlan", auto_renewing(item))
        .with("prepaidPlan", prepaid(item, purchase))
        .with("offerDetails", offer.object())
        .with("offerPhase", phase(item))
        .with(
            "deferredItemReplacement",
            later.map(|product_id| json!({ "productId": product_id })),
        )
        .with("itemReplacement", replacement(item).filter(|_| kept))
        .object()
}

fn auto_renewing(item: &Item) -> Option<Value> {
    if item.prepaid {
        return None;
    }
    let fields = Fields::default()
        .with("autoRenewEnabled", item.auto_renew)
        .with("recurringPrice", item.price.json())
        .with(
            "installmentDetails",
            item.installments.as_ref().map(installments),
        );
    Some(fields.object())
}

fn installments(installments: &Installments) -> Value {
    Fields::default()
        .with("initialCommittedPaymentsCount", installments.payments)
        .with("subsequentCommittedPaymentsCount", installments.payments)
        .with("remainingCommittedPaymentsCount", installments.remaining)
        .object()
}

fn prepaid(item: &Item, purchase: &Purchase) -> Option<Value> {
    let fields = Fields::default().with_time("allowExtendAfterTime", purchase.start);
    item.prepaid.then(|| fields.object())
}

fn phase(item: &Item) -> Option<Value> {
    item.expiry?;
    Some(match item.phase {
        Phase::BasePrice => json!({"basePrice": {}}),
        Phase::FreeTrial => json!({"freeTrial": {}}),
        Phase::IntroductoryPrice { .. } => json!({"introductoryPrice": {}}),
        Phase::ProrationPeriod => json!({"prorationPeriod": {"originalOfferPhaseType": "BASE"}}),
    })
}

fn replacement(item: &Item) -> Option<Value> {
    let replaced = item.replacement.as_ref()?;
    let fields = Fields::default()
        .with("productId", replaced.product_id.as_str())
        .with("basePlanId", replaced.base_plan_id.as_str())
        .with("offerId", replaced.offer_id.clone())
        .with("replacementMode", replaced.mode.as_str());
    Some(fields.object())
}
