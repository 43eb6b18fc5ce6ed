//! What is made of each of the eighteen kinds of messages.

use serde_json::{Value, json};
use stores::Received;

use crate::keys::PUSH;
use crate::scene::{CHANNEL, ENDS_AT, FIRST, LATER, Scene, claims_of, message, now};

const TOLD_AT: &str = "2026-11-20T11:59:58.123Z";

/// Every kind, and what it leaves in the details besides its name, its time and its transaction.
fn kinds() -> Vec<(&'static str, Value)> {
    let cancelled = json!({ "cancelledAt": TOLD_AT });
    let refunded = json!({"refundedAt": TOLD_AT, "refundedAmount": "-8.99"});
    let charged_back = json!({ "chargedBackAt": TOLD_AT });
    vec![
        ("Sale", json!({})),
        ("GraceInitiated", json!({})),
        ("GraceRecovered", json!({})),
        ("OnHoldInitiated", json!({})),
        ("OnHoldRecovered", json!({})),
        ("Cancellation", cancelled),
        ("Resubscribe", json!({"cancelledAt": ""})),
        ("Refund", refunded),
        ("UpgradeSale", json!({})),
        ("UpgradeCancellation", json!({})),
        ("DowngradeSale", json!({})),
        ("DowngradeCancellation", json!({})),
        ("CancellationOfferInitiated", json!({})),
        ("CancellationOfferEnded", json!({})),
        ("Chargeback", charged_back.clone()),
        (
            "ChargebackReversed",
            json!({ "chargebackReversedAt": TOLD_AT }),
        ),
        ("SecondChargeback", charged_back),
    ]
}

#[tokio::test]
async fn each_kind_is_a_look_and_leaves_what_no_answer_shows() {
    let scene = Scene::set().await;
    for (kind, left) in kinds() {
        let about = scene.about(&message(kind, &json!({"price": -8.99}))).await;
        assert_eq!(about.kind, kind);
        assert_eq!(about.locator.key.as_str(), FIRST, "{kind}");
        assert_eq!(about.sent_at, Some(TOLD_AT.parse().unwrap()));
        assert_eq!((&about.notice, &about.voided), (&None, &None), "{kind}");
        let mut expected = json!({
            "originalTransactionId": FIRST,
            "told": kind, "toldAt": TOLD_AT, "toldTransactionId": LATER,
        });
        let fields = expected.as_object_mut().unwrap();
        fields.extend(left.as_object().unwrap().clone());
        assert_eq!(json!(about.locator.details), expected, "{kind}");
    }
}

#[tokio::test]
async fn every_kind_may_be_in_a_trial() {
    let scene = Scene::set().await;
    for (kind, _) in kinds() {
        let changes = json!({"isFreeTrial": true, "expirationDate": ENDS_AT});
        let details = scene.about(&message(kind, &changes)).await.locator.details;
        assert_eq!(details["trialEndsAt"], ENDS_AT, "{kind}");
        let changes = json!({"isFreeTrial": false, "expirationDate": ENDS_AT});
        let details = scene.about(&message(kind, &changes)).await.locator.details;
        assert!(!details.contains_key("trialEndsAt"), "{kind}");
    }
}

#[tokio::test]
async fn a_service_credit_is_about_no_purchase() {
    let scene = Scene::set().await;
    let credit = json!({
        "transactionType": "Credit", "transactionId": "1204477", "channelId": CHANNEL,
        "price": 2.0, "total": 2.0, "currency": "usd", "eventDate": TOLD_AT,
    });
    let read = scene.receive(&PUSH.sign(&claims_of(&credit))).await;
    assert_eq!(read, Ok(Received::Nothing("service credit")));
}

#[tokio::test]
async fn a_kind_that_nobody_knows_is_a_look() {
    let scene = Scene::set().await;
    for kind in ["CancellationOfferIntiated", "PriceChange", "sale"] {
        let about = scene.about(&message(kind, &json!({}))).await;
        assert_eq!(
            (about.kind.as_str(), about.locator.key.as_str()),
            (kind, FIRST)
        );
    }
    let long = scene.about(&message(&"x".repeat(500), &json!({}))).await;
    assert_eq!(long.kind, "x".repeat(64));
    assert_eq!(long.locator.details["told"], "x".repeat(64));
}

#[tokio::test]
async fn what_is_missing_is_taken_as_it_is() {
    let scene = Scene::set().await;
    let bare = json!({"transactionType": "Refund", "transactionId": LATER, "channelId": 712_345});
    let about = scene.about(&bare).await;
    assert_eq!(about.locator.key.as_str(), LATER);
    assert_eq!(about.sent_at, None);
    assert_eq!(about.locator.details["toldAt"], now().to_string());
    assert_eq!(about.locator.details["refundedAmount"], "");

    let only_original = message("Cancellation", &json!({"transactionId": null}));
    let about = scene.about(&only_original).await;
    assert_eq!(about.locator.key.as_str(), FIRST);
    assert!(!about.locator.details.contains_key("toldTransactionId"));

    let strange = message(
        "Sale",
        &json!({
            "eventDate": "soon", "expirationDate": {}, "isFreeTrial": "perhaps", "price": "much",
        }),
    );
    assert_eq!(scene.about(&strange).await.sent_at, None);
}

#[tokio::test]
async fn nobodys_data_is_kept() {
    let scene = Scene::set().await;
    let person = json!({
        "email": "ada@example.test", "zip": "95110", "gender": "f", "firstName": "Ada",
        "lastName": "Example", "birthMonth": 12, "birthYear": 1980,
        "federationToken": "token-ada", "pucId": "puc-ada",
    });
    let about = scene.about(&message("Sale", &person)).await;
    let kept = json!(about.locator).to_string();
    for value in [
        "ada",
        "Ada",
        "95110",
        "Example",
        "1980",
        "5b0f3c1d9a7e4412b6c8d2e0f4a19377",
    ] {
        assert!(!kept.contains(value), "{value}");
    }
}
