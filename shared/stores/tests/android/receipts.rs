//! A kept receipt in Google's older form.

use domain::Store;
use serde_json::{Value, json};

use crate::scene::{OLD_TOKEN, ORDER, item, purchase};

fn view(changes: &Value) -> Value {
    stores::profile(Store::Android)
        .receipt_view(&purchase(changes), "premium")
        .unwrap()
}

/// What one field of the older form is; `null` if it isn't there.
fn field(name: &str, changes: &Value) -> Value {
    view(changes)[name].clone()
}

fn of_item(name: &str, changes: &Value) -> Value {
    field(name, &json!({"lineItems": [item(changes)]}))
}

fn in_state(word: &str) -> Value {
    json!({"subscriptionState": format!("SUBSCRIPTION_STATE_{word}")})
}

#[test]
fn an_active_subscription() {
    let expected = json!({
        "kind": "androidpublisher#subscriptionPurchase",
        "startTimeMillis": "1794700801250",
        "expiryTimeMillis": "1797292801250",
        "autoRenewing": true,
        "priceCurrencyCode": "EUR",
        "priceAmountMicros": "9990000",
        "countryCode": "DE",
        "developerPayload": "",
        "paymentState": 1,
        "orderId": ORDER,
        "acknowledgementState": 1,
    });
    assert_eq!(view(&json!({})), expected);
}

#[test]
fn the_payment_state_follows_from_state_and_offer() {
    for (word, number) in [
        ("PENDING", json!(0)),
        ("IN_GRACE_PERIOD", json!(0)),
        ("ON_HOLD", json!(0)),
        ("ACTIVE", json!(1)),
        ("PAUSED", json!(1)),
        ("CANCELED", Value::Null),
        ("EXPIRED", Value::Null),
        ("PENDING_PURCHASE_CANCELED", Value::Null),
    ] {
        assert_eq!(field("paymentState", &in_state(word)), number, "{word}");
    }
    let trial = json!({"offerPhase": {"freeTrial": {}}});
    assert_eq!(of_item("paymentState", &trial), 2);
    let switch = json!({"deferredItemReplacement": {"productId": "basic"}});
    assert_eq!(of_item("paymentState", &switch), 3);
}

#[test]
fn who_cancelled_and_why() {
    for (by, number) in [
        ("userInitiatedCancellation", 0),
        ("systemInitiatedCancellation", 1),
        ("replacementCancellation", 2),
        ("developerInitiatedCancellation", 3),
    ] {
        let mut cancelled = in_state("CANCELED");
        cancelled["canceledStateContext"] = json!({ by: {} });
        assert_eq!(field("cancelReason", &cancelled), number, "{by}");
        assert_eq!(field("autoRenewing", &cancelled), false);
    }
    for (word, number) in [
        ("OTHERS", 0),
        ("NOT_ENOUGH_USAGE", 1),
        ("TECHNICAL_ISSUES", 2),
        ("COST_RELATED", 3),
        ("FOUND_BETTER_APP", 4),
    ] {
        let survey = json!({"reason": format!("CANCEL_SURVEY_REASON_{word}")});
        let by_user = json!({"cancelTime": "2026-11-18T08:00:00Z", "cancelSurveyResult": survey});
        let mut cancelled = in_state("CANCELED");
        cancelled["canceledStateContext"] = json!({ "userInitiatedCancellation": by_user });
        let result = json!({ "cancelSurveyReason": number });
        assert_eq!(field("cancelSurveyResult", &cancelled), result);
        assert_eq!(
            field("userCancellationTimeMillis", &cancelled),
            "1794988800000"
        );
    }
    let survey = json!({"reason": "CANCEL_SURVEY_REASON_OTHERS", "reasonUserInput": "moved"});
    let by_user = json!({ "userInitiatedCancellation": {"cancelSurveyResult": survey} });
    let result = json!({"cancelSurveyReason": 0, "userInputCancelReason": "moved"});
    let cancelled = json!({ "canceledStateContext": by_user });
    assert_eq!(field("cancelSurveyResult", &cancelled), result);
}

#[test]
fn the_order_is_the_one_that_awaits_payment_if_one_does() {
    let declined = json!({"renewalDeclined": {"pendingOrderId": "GPA.3300-1111-2222-33333..1"}});
    for (word, context) in [
        ("IN_GRACE_PERIOD", "inGracePeriodStateContext"),
        ("ON_HOLD", "onHoldStateContext"),
    ] {
        let mut waiting = in_state(word);
        assert_eq!(field("orderId", &waiting), ORDER);
        waiting[context] = declined.clone();
        assert_eq!(field("orderId", &waiting), "GPA.3300-1111-2222-33333..1");
    }
}

#[test]
fn tests_promotions_and_codes() {
    let promoted = |by: Value| json!({"lineItems": [item(&json!({ "signupPromotion": by }))]});
    let (once, vanity) = (
        json!({"oneTimeCode": {}}),
        json!({"vanityCode": {"promotionCode": "TV4ALL"}}),
    );
    assert_eq!(field("purchaseType", &json!({})), Value::Null);
    assert_eq!(field("purchaseType", &json!({"testPurchase": {}})), 0);
    assert_eq!(field("purchaseType", &promoted(once.clone())), 1);
    assert_eq!(field("promotionType", &promoted(once)), 0);
    assert_eq!(field("promotionType", &promoted(vanity.clone())), 1);
    assert_eq!(field("promotionCode", &promoted(vanity)), "TV4ALL");
}

fn change_of_price(word: &str, renews: bool) -> Value {
    let details = json!({
        "newPrice": {"currencyCode": "EUR", "units": "11"}, "priceChangeState": word,
    });
    item(&json!({
        "autoRenewingPlan": {"autoRenewEnabled": renews, "priceChangeDetails": details},
    }))
}

#[test]
fn a_change_of_price_that_is_to_come_is_outstanding_or_accepted() {
    for (word, number) in [("OUTSTANDING", 0), ("CONFIRMED", 1)] {
        let expected =
            json!({"newPrice": {"priceMicros": "11000000", "currency": "EUR"}, "state": number});
        let items = json!({"lineItems": [change_of_price(word, true)]});
        assert_eq!(field("priceChange", &items), expected, "{word}");
    }
}

#[test]
fn a_change_of_price_that_will_not_come_any_more_is_none() {
    for word in ["APPLIED", "CANCELED", "SOMETHING_NEW"] {
        let items = json!({"lineItems": [change_of_price(word, true)]});
        assert_eq!(field("priceChange", &items), Value::Null, "{word}");
    }
    for word in ["OUTSTANDING", "CONFIRMED"] {
        let opted_out = json!({"lineItems": [change_of_price(word, false)]});
        assert_eq!(field("priceChange", &opted_out), Value::Null, "{word}");
        for state in ["CANCELED", "EXPIRED"] {
            let mut over = in_state(state);
            over["lineItems"] = json!([change_of_price(word, true)]);
            assert_eq!(field("priceChange", &over), Value::Null, "{word} {state}");
        }
    }
}

#[test]
fn a_receipt_of_several_products_is_about_the_one_that_is_asked_for() {
    let sports = item(&json!({
        "productId": "sports", "expiryTime": "2027-11-15T00:00:01.250Z",
    }));
    let items = json!({"lineItems": [sports, item(&json!({}))]});
    assert_eq!(field("expiryTimeMillis", &items), "1797292801250");
    let of_sports = stores::profile(Store::Android)
        .receipt_view(&purchase(&items), "sports")
        .unwrap();
    assert_eq!(of_sports["expiryTimeMillis"], "1826236801250");
}

#[test]
fn a_state_that_nobody_knows_has_no_payment_state() {
    let unknown = field("paymentState", &in_state("SOMETHING_NEW"));
    assert_eq!(unknown, Value::Null);
}

#[test]
fn the_rest_has_one_source_each() {
    let mut paused = in_state("PAUSED");
    paused["pausedStateContext"] = json!({"autoResumeTime": "2026-12-15T00:00:01.250Z"});
    assert_eq!(field("autoResumeTimeMillis", &paused), "1797292801250");
    assert_eq!(
        field(
            "linkedPurchaseToken",
            &json!({"linkedPurchaseToken": OLD_TOKEN})
        ),
        OLD_TOKEN
    );
    let unheard = json!({"acknowledgementState": "ACKNOWLEDGEMENT_STATE_PENDING"});
    assert_eq!(field("acknowledgementState", &unheard), 0);
    let introductory = json!({"offerPhase": {"introductoryPrice": {}}});
    assert_eq!(of_item("introductoryPriceInfo", &introductory), json!({}));
    for name in [
        "externalAccountId",
        "obfuscatedExternalAccountId",
        "obfuscatedExternalProfileId",
    ] {
        let accounts = json!({"externalAccountIdentifiers": { name: "a3f1c0de9b" }});
        assert_eq!(field(name, &accounts), "a3f1c0de9b");
    }
}

#[test]
fn names_and_addresses_are_not_in_it() {
    let person = json!({"subscribeWithGoogleInfo":
        {"emailAddress": "ada@example.test", "givenName": "Ada", "profileId": "1"}});
    assert_eq!(view(&person), view(&json!({})));
}

#[test]
fn what_is_no_receipt_of_google_play_has_no_older_form() {
    assert_eq!(
        stores::profile(Store::Android).receipt_view(&json!([]), "premium"),
        None
    );
    assert_eq!(
        stores::profile(Store::Android).receipt_view(&json!({}), "premium"),
        None
    );
    for store in [Store::Vizio, Store::SamsungTv] {
        assert_eq!(
            stores::profile(store).receipt_view(&purchase(&json!({})), "premium"),
            None
        );
    }
}
