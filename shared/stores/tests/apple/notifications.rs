//! What becomes of a notification: a look at a purchase, nothing, or a refusal.

use domain::{Environment, Store};
use serde_json::{Value, json};
use stores::{Connector, ConnectorContext, Ignored, NotificationError, Received};

use crate::authority::{APPLE, Authority, signed};
use crate::json::changed;
use crate::scene::{
    APP, BUNDLE, ORIGINAL, about, at, config, data, millis, now, one_time, parse, payload, receive,
    receive_by, renewal, settings, transaction,
};

async fn nothing(payload: &Value) -> &'static str {
    match receive(payload).await.unwrap() {
        Received::Ignored(why) => why.as_str(),
        other => panic!("{other:?}"),
    }
}

#[tokio::test]
async fn it_names_the_purchase_by_what_stays() {
    let about = about(&payload(
        "DID_RENEW",
        &json!({"subtype": "BILLING_RECOVERY"}),
    ))
    .await;
    assert_eq!(about.id, "5b0c1f6e-6f7f-4a64-9b0a-7f1f0c2b9a10");
    assert_eq!(about.kind, "DID_RENEW/BILLING_RECOVERY");
    assert_eq!(about.sent_at, Some(at("2026-11-20T11:59:01Z")));
    assert_eq!(about.locator.key.as_str(), ORIGINAL);
    let details = serde_json::to_value(&about.locator.details).unwrap();
    let expected = json!({
        "originalTransactionId": ORIGINAL,
        "environment": "Production",
        "type": "Auto-Renewable Subscription",
    });
    assert_eq!(details, expected);
    assert_eq!(about.voided, None);
}

#[tokio::test]
async fn the_kind_is_short_and_the_id_is_there() {
    let long = "A".repeat(300);
    let about = about(&payload(&long, &json!({"notificationUUID": long}))).await;
    assert_eq!(about.kind.len(), 64);
    assert_eq!(about.id.len(), 64);
    let unnamed = payload(
        "DID_RENEW",
        &json!({"notificationUUID": null, "subtype": ""}),
    );
    let signed = signed(&unnamed);
    let mut ids = Vec::new();
    for _ in 0..2 {
        let Ok(Received::About(about)) = receive_by(&json!({}), &signed).await else {
            panic!();
        };
        assert_eq!(about.kind, "DID_RENEW");
        ids.push(about.id);
    }
    assert_eq!(ids[0], ids[1]);
    assert_eq!(ids[0].len(), 64);
}

#[tokio::test]
async fn a_kind_that_nobody_knows_leads_to_a_look() {
    let about = about(&payload("SOMETHING_NEW", &json!({"subtype": "OTHERWISE"}))).await;
    assert_eq!(about.kind, "SOMETHING_NEW/OTHERWISE");
    assert_eq!(about.notice, None);
}

#[tokio::test]
async fn a_purchase_of_one_thing_is_looked_at_by_its_transaction() {
    let changes = json!({"signedTransactionInfo": signed(&one_time(&json!({}))),
        "signedRenewalInfo": null, "status": null});
    let bought = payload("ONE_TIME_CHARGE", &json!({"data": data(&changes)}));
    let about = about(&bought).await;
    assert_eq!(about.locator.key.as_str(), ORIGINAL);
    assert!(!about.locator.details.contains_key("type"));
}

#[tokio::test]
async fn what_concerns_no_purchase_is_forgotten() {
    let bare = json!({"signedTransactionInfo": null, "signedRenewalInfo": null, "status": null});
    let test = payload("TEST", &json!({"data": data(&bare)}));
    assert_eq!(nothing(&test).await, "test notification");
    let other = payload("METADATA_UPDATE", &json!({"data": data(&bare)}));
    assert_eq!(nothing(&other).await, "no transaction");
    let part = json!({"environment": "Production", "bundleId": BUNDLE, "appAppleId": APP});
    for (name, what) in [
        ("summary", "summary"),
        ("externalPurchaseToken", "external purchase"),
        ("appData", "app data"),
    ] {
        let payload = payload("ANY", &json!({"data": null, name: part}));
        assert_eq!(nothing(&payload).await, what);
    }
    let empty = payload(
        "ANY",
        &json!({"data": null, "somethingNew": {"bundleId": BUNDLE}}),
    );
    assert_eq!(nothing(&empty).await, "unknown kind");
}

#[tokio::test]
async fn another_app_is_none_of_ours() {
    let other = Err(NotificationError::OtherApplication);
    for changes in [
        json!({"bundleId": "com.example.streaming.tv"}),
        json!({"bundleId": "com.example.streaming.tv", "appAppleId": null}),
        json!({"appAppleId": 1_234_567_891}),
        json!({"appAppleId": 1_234_567_891, "bundleId": null}),
        json!({"environment": "Sandbox"}),
        json!({"environment": "Xcode"}),
        json!({"environment": "LocalTesting"}),
    ] {
        let whole = payload("DID_RENEW", &json!({"data": data(&changes)}));
        assert_eq!(receive(&whole).await, other, "{changes}");
        for name in ["summary", "appData"] {
            let whole = payload("ANY", &json!({"data": null, name: data(&changes)}));
            assert_eq!(receive(&whole).await, other, "{name} {changes}");
        }
    }
}

/// Apple signs for all apps: only what is about ours is kept for people to read, or accepted.
#[tokio::test]
async fn what_cannot_be_read_and_does_not_name_our_app_is_of_another() {
    let other = Err(NotificationError::OtherApplication);
    let foreign = json!({"bundleId": "com.example.other", "environment": "Production"});
    for whole in [
        transaction(&json!({})),
        transaction(&json!({"signedDate": null})),
        payload("DID_RENEW", &json!({"data": "text"})),
        payload("DID_RENEW", &json!({"data": null})),
        payload("DID_RENEW", &json!({"data": foreign, "signedDate": null})),
        payload("ANY", &json!({"data": null, "newPart": foreign})),
    ] {
        assert_eq!(receive(&whole).await, other, "{whole}");
    }
    let ours = json!({"bundleId": BUNDLE, "environment": "Production"});
    let new = payload("ANY", &json!({"data": null, "newPart": ours}));
    assert_eq!(nothing(&new).await, "unknown kind");
}

#[tokio::test]
async fn an_external_purchase_names_its_environment_in_its_id() {
    for (id, is_ours) in [("SANDBOX_1", false), ("1", true)] {
        let part = json!({"externalPurchaseId": id, "bundleId": BUNDLE, "appAppleId": APP});
        let whole = json!({"data": null, "externalPurchaseToken": part});
        let read = receive(&payload("EXTERNAL_PURCHASE_TOKEN", &whole)).await;
        assert_eq!(read.is_ok(), is_ours, "{id}");
    }
}

#[tokio::test]
async fn a_part_of_another_app_in_it_does_not_count() {
    for changes in [
        json!({"bundleId": "com.example.other"}),
        json!({"environment": "Sandbox"}),
        json!({"environment": "Xcode"}),
    ] {
        let part = signed(&transaction(&changes));
        let whole = json!({"data": data(&json!({"signedTransactionInfo": part}))});
        let read = receive(&payload("DID_RENEW", &whole)).await;
        assert_eq!(read, Err(NotificationError::OtherApplication), "{changes}");
    }
    let part = signed(&renewal(&json!({"environment": "Sandbox"})));
    let whole = json!({"data": data(&json!({"signedRenewalInfo": part}))});
    let read = receive(&payload("DID_RENEW", &whole)).await;
    assert_eq!(read, Err(NotificationError::OtherApplication));
}

#[tokio::test]
async fn a_part_that_apple_did_not_sign_does_not_count() {
    let other = Authority::new();
    for changes in [
        json!({"signedTransactionInfo": other.sign(&transaction(&json!({})))}),
        json!({"signedRenewalInfo": other.sign(&renewal(&json!({})))}),
        json!({"signedTransactionInfo": "a.b.c"}),
        json!({"signedTransactionInfo": ""}),
    ] {
        let whole = payload("DID_RENEW", &json!({"data": data(&changes)}));
        assert_eq!(receive(&whole).await, Err(NotificationError::Forged));
    }
}

#[tokio::test]
async fn parts_of_different_purchases_are_a_dead_letter() {
    let part = signed(&renewal(
        &json!({"originalTransactionId": "700001230000009"}),
    ));
    let whole = json!({"data": data(&json!({"signedRenewalInfo": part}))});
    let read = receive(&payload("DID_RENEW", &whole)).await;
    assert!(
        matches!(read, Err(NotificationError::Unreadable(_))),
        "{read:?}"
    );
}

#[tokio::test]
async fn what_cannot_be_read_is_a_dead_letter() {
    let parts = |changes: Value| json!({"data": data(&changes)});
    for changes in [
        json!({"signedDate": null}),
        json!({"signedDate": "yesterday"}),
        json!({"signedDate": i64::MAX}),
        json!({"notificationType": 7}),
        parts(
            json!({"signedTransactionInfo": signed(&transaction(&json!({"originalTransactionId": null})))}),
        ),
        parts(
            json!({"signedTransactionInfo": signed(&transaction(&json!({"originalTransactionId": "../1"})))}),
        ),
        parts(
            json!({"signedTransactionInfo": signed(&transaction(&json!({"expiresDate": "soon"})))}),
        ),
    ] {
        let read = receive(&payload("DID_RENEW", &changes)).await;
        assert!(
            matches!(read, Err(NotificationError::Unreadable(_))),
            "{read:?}"
        );
    }
}

#[tokio::test]
async fn a_body_without_a_signed_payload_is_refused_unread() {
    let config = config(&json!({}));
    let context = ConnectorContext::new().unwrap();
    for body in [
        "",
        "null",
        "[]",
        "{}",
        r#"{"signedPayload": 1}"#,
        r#"{"signedPayload": ""}"#,
        "signedPayload",
    ] {
        let read = config.read_notification(&context, &[], body.as_bytes(), now());
        assert_eq!(read.await, Err(NotificationError::Forged), "{body}");
    }
}

#[tokio::test]
async fn it_may_be_ten_days_on_its_way() {
    let sent = |text: &str| payload("DID_RENEW", &json!({"signedDate": millis(text)}));
    for fresh in [
        "2026-11-20T12:04:00Z",
        "2026-11-11T00:00:00Z",
        "2026-11-10T12:00:00Z",
    ] {
        assert!(receive(&sent(fresh)).await.is_ok(), "{fresh}");
    }
    for stale in ["2026-11-10T11:59:59.999Z", "2025-11-20T12:00:00Z"] {
        let read = receive(&sent(stale)).await;
        assert_eq!(read, Err(NotificationError::Forged), "{stale}");
    }
}

/// As it comes to a stack of the sandbox.
async fn at_the_sandbox(changes: &Value) -> Result<Received, NotificationError> {
    let settings = settings("http://localhost:1", &json!({}));
    let config = parse(&settings, Environment::Sandbox).unwrap();
    let parts = json!({"environment": "Sandbox"});
    let inner = json!({
        "appAppleId": null,
        "environment": "Sandbox",
        "signedTransactionInfo": signed(&transaction(&parts)),
        "signedRenewalInfo": signed(&renewal(&parts)),
    });
    let data = data(&changed(inner, changes));
    let whole = APPLE.sign(&payload("DID_RENEW", &json!({ "data": data })));
    let body = json!({ "signedPayload": whole }).to_string();
    let context = ConnectorContext::new().unwrap();
    config
        .read_notification(&context, &[], body.as_bytes(), now())
        .await
        .map(|accepted| accepted.received)
}

#[tokio::test]
async fn the_sandbox_takes_its_own_and_nothing_of_production() {
    let read = at_the_sandbox(&json!({})).await;
    assert!(matches!(read, Ok(Received::About(_))), "{read:?}");
    for changes in [
        json!({"environment": "Production"}),
        json!({"signedTransactionInfo": signed(&transaction(&json!({})))}),
        json!({"signedRenewalInfo": signed(&renewal(&json!({})))}),
        json!({"bundleId": "com.example.other"}),
    ] {
        let read = at_the_sandbox(&changes).await;
        assert_eq!(read, Err(NotificationError::OtherApplication), "{changes}");
    }
}

#[tokio::test]
async fn production_takes_the_sandboxs_only_by_its_switch() {
    let parts = json!({"environment": "Sandbox"});
    let inner = json!({
        "appAppleId": null,
        "environment": "Sandbox",
        "signedTransactionInfo": signed(&transaction(&parts)),
        "signedRenewalInfo": signed(&renewal(&parts)),
    });
    let whole = signed(&payload("DID_RENEW", &json!({"data": data(&inner)})));
    let wanted = json!({"sandboxPurchases": true});
    let Ok(Received::About(about)) = receive_by(&wanted, &whole).await else {
        panic!();
    };
    assert_eq!(about.locator.details["environment"], "Sandbox");
    let read = receive_by(&json!({}), &whole).await;
    assert_eq!(read, Err(NotificationError::OtherApplication));
}

#[tokio::test]
async fn a_family_members_purchase_is_forgotten_where_none_are_wanted() {
    let part = signed(&transaction(
        &json!({"inAppOwnershipType": "FAMILY_SHARED"}),
    ));
    let whole = json!({"data": data(&json!({"signedTransactionInfo": part}))});
    let whole = signed(&payload("SUBSCRIBED", &whole));
    let read = receive_by(&json!({}), &whole).await;
    assert!(matches!(read, Ok(Received::About(_))), "{read:?}");
    let read = receive_by(&json!({"familySharing": false}), &whole).await;
    assert_eq!(read, Ok(Received::Ignored(Ignored::FamilySharing)));
}

#[test]
fn apple_keeps_what_nobody_took() {
    assert!(stores::profile(Store::Apple).lists_undelivered);
}
