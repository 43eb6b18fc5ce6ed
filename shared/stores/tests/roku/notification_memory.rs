//! What is made of each of the eighteen kinds of messages.

use domain::Status;
use serde_json::{Value, json};
use stores::{Ignored, Received};

use crate::keys::PUSH;
use crate::scene::{
    BOUGHT_AT, CHANNEL, ENDS_AT, FIRST, LATER, Scene, at, claims_of, config, date, knowing, known,
    message, now, read_at, read_with, shown, transaction,
};

const TOLD_AT: &str = "2026-11-20T11:59:58.123Z";

/// Every kind that is about a purchase.
const KINDS: [&str; 17] = [
    "Sale",
    "GraceInitiated",
    "GraceRecovered",
    "OnHoldInitiated",
    "OnHoldRecovered",
    "Cancellation",
    "Resubscribe",
    "Refund",
    "UpgradeSale",
    "UpgradeCancellation",
    "DowngradeSale",
    "DowngradeCancellation",
    "CancellationOfferInitiated",
    "CancellationOfferEnded",
    "Chargeback",
    "ChargebackReversed",
    "SecondChargeback",
];

#[tokio::test]
async fn each_kind_is_a_look_and_tells_it_what_no_answer_shows() {
    let scene = Scene::set().await;
    for kind in KINDS {
        let about = scene.about(&message(kind, &json!({"price": -8.99}))).await;
        assert_eq!(about.kind, kind);
        assert_eq!(about.locator.key.as_str(), FIRST, "{kind}");
        assert_eq!(about.sent_at, Some(TOLD_AT.parse().unwrap()));
        assert_eq!((&about.notice, &about.voided), (&None, &None), "{kind}");
        let amount = if kind == "Refund" { "-8.99" } else { "" };
        let expected = json!({
            "originalTransactionId": FIRST,
            "told": kind, "toldAt": TOLD_AT, "toldTransactionId": LATER,
            "toldAmount": amount, "toldTrialEndsAt": "",
        });
        assert_eq!(json!(about.locator.details), expected, "{kind}");
    }
}

/// What each kind leaves in the details of a purchase that was cancelled.
fn left(kind: &str) -> Value {
    match kind {
        "Cancellation" => json!({ "cancelledAt": TOLD_AT }),
        "Resubscribe" => json!({}),
        "Refund" => json!({
            "cancelledAt": BOUGHT_AT, "refundedAt": TOLD_AT, "refundedAmount": "-8.99",
        }),
        "Chargeback" | "SecondChargeback" => {
            json!({"cancelledAt": BOUGHT_AT, "chargedBackAt": TOLD_AT})
        }
        "ChargebackReversed" => json!({
            "cancelledAt": BOUGHT_AT, "chargebackReversedAt": TOLD_AT,
        }),
        _ => json!({ "cancelledAt": BOUGHT_AT }),
    }
}

#[tokio::test]
async fn the_look_keeps_what_each_kind_told() {
    let scene = Scene::set().await;
    let names = [
        "cancelledAt",
        "chargebackReversedAt",
        "chargedBackAt",
        "refundedAmount",
        "refundedAt",
    ];
    for kind in KINDS
        .into_iter()
        .filter(|kind| *kind != "DowngradeCancellation")
    {
        let told = scene.about(&message(kind, &json!({"price": -8.99}))).await;
        let mut locator = told.locator;
        let before = ("cancelledAt".to_owned(), BOUGHT_AT.to_owned());
        locator.details.extend([before]);
        let answer = transaction(&json!({"cancelled": true}));
        let seen = read_with(&config(&json!({})), &locator, &answer, now()).unwrap();
        let mut details = known(seen).details;
        assert!(details.keys().all(|name| !name.starts_with("told")));
        assert_eq!(details.contains_key("refunds"), kind == "Refund");
        details.retain(|name, _| names.contains(&name.as_str()));
        assert_eq!(json!(details), left(kind), "{kind}");
    }
}

#[tokio::test]
async fn every_kind_may_be_in_a_trial() {
    let scene = Scene::set().await;
    for kind in KINDS {
        for (in_trial, expected) in [(true, ENDS_AT), (false, "")] {
            let changes = json!({"isFreeTrial": in_trial, "expirationDate": ENDS_AT});
            let details = scene.about(&message(kind, &changes)).await.locator.details;
            assert_eq!(details["toldTrialEndsAt"], expected, "{kind}");
        }
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
    assert_eq!(read, Ok(Received::Ignored(Ignored::ServiceCredit)));
}

#[tokio::test]
async fn a_kind_that_nobody_knows_is_a_look() {
    let scene = Scene::set().await;
    for kind in ["CancellationOfferIntiated", "PriceChange"] {
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
    assert_eq!(about.locator.details["toldAmount"], "");

    let only_original = message("Cancellation", &json!({"transactionId": null}));
    let about = scene.about(&only_original).await;
    assert_eq!(about.locator.key.as_str(), FIRST);
    assert_eq!(about.locator.details["toldTransactionId"], "");

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

/// A payment that is collected while on hold moves the billing period to its day.
#[test]
fn the_period_after_a_hold_begins_with_the_payment() {
    let paid_at = "2026-12-20T08:00:00Z";
    let told = |kind: &str| {
        json!({"told": kind, "toldAt": paid_at, "toldTransactionId": LATER,
            "transactionId": FIRST, "transactionAt": BOUGHT_AT, "paidUntil": ENDS_AT})
    };
    let answer = json!({"transactionId": LATER, "purchaseDate": date(paid_at),
        "expirationDate": date("2027-01-20T08:00:00Z")});
    let seen_at = at("2026-12-20T08:00:10Z");
    let start = |kind| known(read_at(&answer, &told(kind), seen_at)).period_start;
    assert_eq!(start("OnHoldRecovered"), Some(at(paid_at)));
    assert_eq!(start("Sale"), None);

    // The answer may lag behind the message.
    let behind = json!({"expirationDate": date("2026-12-02T10:15:00Z"), "isEntitled": false});
    let state = known(read_at(&behind, &told("OnHoldRecovered"), seen_at));
    assert_eq!((state.status, state.period_start), (Status::OnHold, None));
}

#[test]
fn a_kind_that_roku_does_not_document_decides_nothing_and_is_alarmed() {
    let told = |kind: &str| json!({"told": kind, "toldAt": TOLD_AT, "toldAmount": "-1.00"});
    for kind in KINDS
        .into_iter()
        .chain(["CancellationOfferIntiated", "CancellationOfferInitated"])
    {
        let seen = read_with(
            &config(&json!({})),
            &knowing(&told(kind)),
            &transaction(&json!({})),
            now(),
        );
        assert_eq!(seen.unwrap().unknown_status, None, "{kind}");
    }
    let seen = read_with(
        &config(&json!({})),
        &knowing(&told("PauseInitiated")),
        &transaction(&json!({})),
        now(),
    );
    let seen = seen.unwrap();
    assert_eq!(
        seen.unknown_status.as_deref(),
        Some("notification PauseInitiated")
    );
    assert_eq!(known(seen).status, Status::Active);
}

#[test]
fn webhooks_do_not_show_what_only_the_next_look_up_needs() {
    let of_an_earlier_version = knowing(&json!({
        "originalTransactionId": FIRST, "paidUntil": ENDS_AT, "refundedAt": BOUGHT_AT,
        "refundedAmount": "-1.00", "refunds": format!("{BOUGHT_AT} -1.00 -"),
    }));
    let answer = transaction(&json!({}));
    let seen = read_with(&config(&json!({})), &of_an_earlier_version, &answer, now()).unwrap();
    let documented = [
        "channelId",
        "originalTransactionId",
        "refundedAmount",
        "refundedAt",
        "transactionAt",
        "transactionId",
    ];
    assert_eq!(shown(&seen), documented);
    let memory = json!({"paidUntil": ENDS_AT, "refunds": format!("{BOUGHT_AT} -1.00 -")});
    assert_eq!(json!(seen.memory), memory);
}
