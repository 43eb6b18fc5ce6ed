//! Receipts in the older form `SubscriptionPurchase`, which Google shuts down in 2027.

use serde_json::{Value, json};

use super::money::Money;
use crate::connectors::android::wire::{
    ByUser, Cancellation, Instant, Item, Plan, Promotion, Purchase,
};

/// Converts Google's answer to the older form, for a product or, if the answer does not contain it,
/// for the first product; `None` if it is not such an answer.
///
/// 64-bit integers are strings and absent values are left out, as in the original. It contains no
/// names and addresses of people, and no details of an introductory price, which the newer form
/// does not have.
pub(crate) fn subscription_purchase(receipt: &Value, product_id: &str) -> Option<Value> {
    let purchase = Purchase::read(receipt).ok()?;
    let products = purchase.products();
    let wanted = products.iter().find(|item| item.product_id == product_id);
    let item = *wanted.or(products.first())?;
    let plan = purchase.next_plan(item);
    let price = plan.and_then(|plan| plan.recurring_price.as_ref());
    let phase = item.offer_phase.as_ref();
    let pause = purchase.paused_state_context.as_ref();
    let accounts = purchase.external_account_identifiers.as_ref();
    let cancellation = purchase.canceled_state_context.as_ref();
    let by_user = cancellation.and_then(|c| c.user_initiated_cancellation.as_ref());
    let promotion = item.signup_promotion.as_ref();
    let introductory = phase.and_then(|phase| phase.introductory_price.as_ref());
    let renews = !has_ended(&purchase) && plan.is_some_and(|plan| plan.auto_renew_enabled);
    let fields = [
        ("kind", Some(json!("androidpublisher#subscriptionPurchase"))),
        ("startTimeMillis", millis(purchase.start_time)),
        ("expiryTimeMillis", millis(item.expiry_time)),
        (
            "autoResumeTimeMillis",
            millis(pause.and_then(|p| p.auto_resume_time)),
        ),
        ("autoRenewing", Some(json!(renews))),
        (
            "priceCurrencyCode",
            price.and_then(|p| Some(json!(p.price()?.currency))),
        ),
        ("priceAmountMicros", price.and_then(micros)),
        // The older form says that there is one; price and period are not known.
        ("introductoryPriceInfo", introductory.map(|_| json!({}))),
        ("countryCode", text(purchase.region_code.as_ref())),
        // Present and empty in Google's own answers.
        ("developerPayload", Some(json!(""))),
        ("paymentState", payment_state(&purchase, item)),
        ("cancelReason", cancellation.and_then(cancel_reason)),
        (
            "userCancellationTimeMillis",
            millis(by_user.and_then(|u| u.cancel_time)),
        ),
        ("cancelSurveyResult", by_user.and_then(survey)),
        ("orderId", text(order_id(&purchase, item))),
        (
            "linkedPurchaseToken",
            text(purchase.linked_purchase_token.as_ref()),
        ),
        ("purchaseType", purchase_type(&purchase, promotion)),
        (
            "priceChange",
            plan.filter(|_| renews).and_then(price_change),
        ),
        (
            "acknowledgementState",
            Some(json!(u8::from(purchase.is_acknowledged()))),
        ),
        (
            "externalAccountId",
            text(accounts.and_then(|a| a.external_account_id.as_ref())),
        ),
        (
            "obfuscatedExternalAccountId",
            text(accounts.and_then(|a| a.obfuscated_external_account_id.as_ref())),
        ),
        (
            "obfuscatedExternalProfileId",
            text(accounts.and_then(|a| a.obfuscated_external_profile_id.as_ref())),
        ),
        ("promotionType", promotion.and_then(promotion_type)),
        ("promotionCode", promotion.and_then(promotion_code)),
    ];
    let given = fields
        .into_iter()
        .filter_map(|(name, value)| Some((name.to_owned(), value?)));
    Some(Value::Object(given.collect()))
}

fn millis(at: Option<Instant>) -> Option<Value> {
    at.map(|at| json!(at.0.as_millisecond().to_string()))
}

fn text(text: Option<&String>) -> Option<Value> {
    text.map(|text| json!(text))
}

fn micros(money: &Money) -> Option<Value> {
    Some(json!(money.price()?.amount_micros.to_string()))
}

fn has_ended(purchase: &Purchase) -> bool {
    let state = purchase.state();
    matches!(state, "CANCELED" | "EXPIRED" | "PENDING_PURCHASE_CANCELED")
}

/// Returns 0 pending, 1 received, 2 free trial, 3 pending change of plan; `None` for a purchase
/// that has ended and for an unknown state.
fn payment_state(purchase: &Purchase, item: &Item) -> Option<Value> {
    let phase = item.offer_phase.as_ref();
    let number = match purchase.state() {
        _ if has_ended(purchase) => return None,
        "PENDING" | "IN_GRACE_PERIOD" | "ON_HOLD" => 0,
        "ACTIVE" | "PAUSED" if item.deferred_item_replacement.is_some() => 3,
        "ACTIVE" | "PAUSED" if phase.is_some_and(|phase| phase.is_trial() == Some(true)) => 2,
        "ACTIVE" | "PAUSED" => 1,
        _ => return None,
    };
    Some(json!(number))
}

/// Returns the order that awaits payment, or the last paid one.
fn order_id<'a>(purchase: &'a Purchase, item: &'a Item) -> Option<&'a String> {
    let declined = match purchase.state() {
        "IN_GRACE_PERIOD" => purchase.in_grace_period_state_context.as_ref(),
        "ON_HOLD" => purchase.on_hold_state_context.as_ref(),
        _ => None,
    };
    let pending = declined.and_then(|d| d.renewal_declined.as_ref()?.pending_order_id.as_ref());
    pending.or(item.latest_successful_order_id.as_ref())
}

/// Returns 0 for a test purchase, 1 for a promotion; `None` for an ordinary purchase.
fn purchase_type(purchase: &Purchase, promotion: Option<&Promotion>) -> Option<Value> {
    match (&purchase.test_purchase, promotion) {
        (Some(_), _) => Some(json!(0)),
        (None, Some(_)) => Some(json!(1)),
        (None, None) => None,
    }
}

/// Returns a price change that is still to come, with 0 outstanding or 1 accepted. One that was
/// applied or cancelled is left out.
fn price_change(plan: &Plan) -> Option<Value> {
    let details = plan.price_change_details.as_ref()?;
    let state = match details.price_change_state.as_deref()? {
        "OUTSTANDING" => 0,
        "CONFIRMED" => 1,
        _ => return None,
    };
    let new = details.new_price.as_ref()?;
    let currency = new.price()?.currency;
    Some(json!({"newPrice": {"priceMicros": micros(new)?, "currency": currency}, "state": state}))
}

/// Returns 0 by the customer, 1 by the system, 2 replaced, 3 by the developer.
fn cancel_reason(cancellation: &Cancellation) -> Option<Value> {
    let reasons = [
        (cancellation.user_initiated_cancellation.is_some(), 0),
        (cancellation.system_initiated_cancellation.is_some(), 1),
        (cancellation.replacement_cancellation.is_some(), 2),
        (cancellation.developer_initiated_cancellation.is_some(), 3),
    ];
    let given = reasons.into_iter().find(|(given, _)| *given);
    given.map(|(_, number)| json!(number))
}

/// Returns the customer's answer to the question about the reason.
fn survey(by_user: &ByUser) -> Option<Value> {
    let survey = by_user.cancel_survey_result.as_ref()?;
    let reason = survey.reason.as_deref().unwrap_or_default();
    let number = match reason.strip_prefix("CANCEL_SURVEY_REASON_") {
        Some("NOT_ENOUGH_USAGE") => 1,
        Some("TECHNICAL_ISSUES") => 2,
        Some("COST_RELATED") => 3,
        Some("FOUND_BETTER_APP") => 4,
        _ => 0,
    };
    Some(match &survey.reason_user_input {
        Some(input) => json!({"cancelSurveyReason": number, "userInputCancelReason": input}),
        None => json!({ "cancelSurveyReason": number }),
    })
}

/// Returns 0 for a one-time code, 1 for a vanity code.
fn promotion_type(promotion: &Promotion) -> Option<Value> {
    match (&promotion.one_time_code, &promotion.vanity_code) {
        (Some(_), _) => Some(json!(0)),
        (None, Some(_)) => Some(json!(1)),
        (None, None) => None,
    }
}

fn promotion_code(promotion: &Promotion) -> Option<Value> {
    text(promotion.vanity_code.as_ref()?.promotion_code.as_ref())
}
