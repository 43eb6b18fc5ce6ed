//! The JSON of a look-up.

use serde_json::json;
use store_simulator::android::model::{
    Action, LookUp, NewPurchase, Options, Published, PublishedKind,
};

use crate::{
    PACKAGE,
    play::{DAY, Stage},
};

#[test]
fn it_is_shaped_as_documented() {
    let mut stage = Stage::set();
    let wanted = NewPurchase {
        profile_id: Some("p-01".to_owned()),
        ..NewPurchase::of("premium", "monthly")
            .for_account("a3f1c0de9b")
            .as_test()
    };
    let purchase = stage.buys(&wanted).purchase;
    let expected = json!({
        "kind": "androidpublisher#subscriptionPurchaseV2",
        "regionCode": "DE",
        "startTime": "2026-11-15T00:00:00Z",
        "subscriptionState": "SUBSCRIPTION_STATE_ACTIVE",
        "latestOrderId": purchase.order_id,
        "acknowledgementState": "ACKNOWLEDGEMENT_STATE_PENDING",
        "externalAccountIdentifiers": {
            "obfuscatedExternalAccountId": "a3f1c0de9b",
            "obfuscatedExternalProfileId": "p-01",
        },
        "lineItems": [{
            "productId": "premium",
            "expiryTime": "2026-12-15T00:00:00Z",
            "latestSuccessfulOrderId": purchase.order_id,
            "autoRenewingPlan": {
                "autoRenewEnabled": true,
                "recurringPrice": {"currencyCode": "EUR", "units": "9", "nanos": 990_000_000},
            },
            "offerDetails": {"basePlanId": "monthly"},
            "offerPhase": {"basePrice": {}},
        }],
        "etag": "\"00000001\"",
        "testPurchase": {},
    });
    assert_eq!(stage.get(&purchase.purchase_token), expected);
}

#[test]
fn a_prepaid_plan_does_not_renew() {
    let mut stage = Stage::set();
    let token = stage.buy("pass", "week");
    let item = &stage.get(&token)["lineItems"][0];
    assert!(item.get("autoRenewingPlan").is_none());
    let expected = json!({"allowExtendAfterTime": "2026-11-15T00:00:00Z"});
    assert_eq!(item["prepaidPlan"], expected);
}

#[test]
fn a_purchase_is_gone_sixty_days_after_its_end() {
    let (mut stage, token) = Stage::bought();
    stage.does(&token, Action::Expire);
    stage.passes(60 * DAY);
    assert!(stage.play.purchase_v2(&token, stage.now).is_some());
    stage.passes(1);
    assert!(stage.play.look_up(&token, stage.now) == LookUp::Gone);
    assert!(stage.play.look_up("other", stage.now) == LookUp::Unknown);
}

#[test]
fn what_is_replaced_is_told_for_sixty_days() {
    let (mut stage, old) = Stage::bought();
    let options = Options::to_plan("premium", "yearly");
    let new = stage.does_with(&old, Action::Replace, &options).purchase;
    let has = |stage: &Stage| {
        let item = &stage.get(&new.purchase_token)["lineItems"][0];
        item.get("itemReplacement").is_some()
    };
    stage.passes(60 * DAY);
    assert!(has(&stage));
    stage.passes(1);
    assert!(!has(&stage));
}

#[test]
fn developer_notifications_are_shaped_as_documented() {
    let at = "2026-11-15T00:00:00.123Z".parse().unwrap();
    let written = |kind| Published { at, kind }.developer_notification(PACKAGE);
    let subscription = PublishedKind::Subscription {
        number: 4,
        purchase_token: "token".into(),
    };
    let expected = json!({"version": "1.0", "packageName": PACKAGE,
        "eventTimeMillis": "1794700800123",
        "subscriptionNotification": {"version": "1.0", "notificationType": 4,
            "purchaseToken": "token"}});
    assert_eq!(written(subscription), expected);
    let voided = PublishedKind::Voided {
        purchase_token: "token".into(),
        order_id: "GPA.1..0".to_owned(),
    };
    let expected = json!({"version": "1.0", "packageName": PACKAGE,
        "eventTimeMillis": "1794700800123",
        "voidedPurchaseNotification": {"purchaseToken": "token", "orderId": "GPA.1..0",
            "productType": 1, "refundType": 1}});
    assert_eq!(written(voided), expected);
    let test = written(PublishedKind::Test);
    assert_eq!(test["testNotification"], json!({"version": "1.0"}));
}

#[test]
fn neither_tokens_nor_accounts_show_in_debug() {
    let mut stage = Stage::set();
    let wanted = NewPurchase::of("premium", "monthly")
        .with_token("secret-token")
        .for_account("secret-account");
    let outcome = stage.buys(&wanted);
    let shown = format!("{wanted:?} {outcome:?} {:?}", stage.play);
    assert!(!shown.contains("secret"), "{shown}");
}
