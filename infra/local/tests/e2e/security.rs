//! Who may do what.

use local_stack::broadcaster::{Answered, MONTHLY_OFFER};
use reqwest::Method;
use serde_json::{Value, json};
use store_simulator::vizio::{CustomNotification, Vizio};
use store_simulator::{Chance, DeliveryFaults, Faults};

use crate::story::{SOON, beacon_types, broadcaster, claimed, may_watch, stack, subscriptions};

#[tokio::test]
async fn a_notification_that_was_changed_on_its_way_is_refused() {
    let broadcaster = broadcaster().await;
    let purchase = claimed(&broadcaster, "ada").await;
    let faults = Faults {
        delivery: DeliveryFaults {
            corrupt: Chance::ALWAYS,
            ..DeliveryFaults::default()
        },
        ..Faults::default()
    };
    broadcaster.vizio().set_faults(&faults).await.unwrap();
    broadcaster.vizio().refund(&purchase).await.unwrap();
    broadcaster.vizio().flush(SOON).await.unwrap();

    let calls = broadcaster.vizio().calls().await.unwrap();
    let statuses: Vec<_> = calls
        .notifications
        .iter()
        .flat_map(|delivery| {
            delivery
                .attempts
                .iter()
                .filter_map(|attempt| attempt.status)
        })
        .collect();
    assert_eq!(statuses, [401]);
    beacon_types(&broadcaster, &purchase, &["new"]).await;
    assert!(may_watch(&broadcaster, "ada", MONTHLY_OFFER).await);
}

#[tokio::test]
async fn both_live_signing_keys_are_accepted_and_an_old_one_is_not() {
    let broadcaster = broadcaster().await;
    let purchase = claimed(&broadcaster, "ada").await;
    let keys = json!({"signingKeys": ["the-first-signing-key", "the-second-signing-key", "the-third-signing-key"]});
    broadcaster.vizio().reconfigure(&keys).await.unwrap();
    let store = json!({
        "apiKey": broadcaster.secret::<Vizio>("apiKey"), "partnerId": broadcaster.vizio().partner_id(),
        "apiBaseUrl": stack().simulator_url, "signingKeys": ["the-first-signing-key", "the-second-signing-key"],
    });
    let put = broadcaster
        .call(Method::PUT, "/v1/stores/vizio", Some(&store))
        .await
        .unwrap();
    assert_eq!(put.status, 200);

    let mut told = vec!["new"];
    for key in [0, 1] {
        broadcaster.vizio().sign_with(key).await.unwrap();
        broadcaster.vizio().renew(&purchase).await.unwrap();
        told.push("renew");
        beacon_types(&broadcaster, &purchase, &told).await;
    }
    broadcaster.vizio().sign_with(2).await.unwrap();
    broadcaster.vizio().renew(&purchase).await.unwrap();
    broadcaster.vizio().flush(SOON).await.unwrap();
    let calls = broadcaster.vizio().calls().await.unwrap();
    let last = calls.notifications.last().unwrap();
    assert_eq!(last.attempts.last().unwrap().status, Some(401));
}

#[tokio::test]
async fn an_unknown_broadcaster_reads_like_a_bad_signature() {
    let broadcaster = broadcaster().await;
    let post = async |id: &str| {
        let path = format!("/vizio/notifications/broadcasters/{id}");
        let request = broadcaster.api.request(Method::POST, &path).body("{}");
        Answered::read(request.send().await.unwrap()).await.unwrap()
    };
    let known = post(&broadcaster.id).await;
    let unknown = post("999999999999").await;
    assert_eq!(known.status, 401);
    assert_eq!(unknown.status, 401);
    assert_eq!(known.body["message"], unknown.body["message"]);
    assert_eq!(known.body["code"], unknown.body["code"]);
}

#[tokio::test]
async fn a_signed_notification_that_cannot_be_read_is_kept_and_acknowledged() {
    let broadcaster = broadcaster().await;
    let odd = CustomNotification {
        raw: Some("not json at all".to_owned()),
        ..CustomNotification::default()
    };
    broadcaster.vizio().notify(&odd).await.unwrap();
    broadcaster.vizio().flush(SOON).await.unwrap();
    let calls = broadcaster.vizio().calls().await.unwrap();
    assert_eq!(calls.notifications[0].attempts[0].status, Some(200));

    let kept = dead_letters(&broadcaster.id).await;
    assert_eq!(kept["notification"], "not json at all");
}

/// Looks through the dead letters for one of this broadcaster.
async fn dead_letters(broadcaster: &str) -> Value {
    let stack = stack();
    let sqs = aws_sdk_sqs::Client::new(&stack.aws().unwrap());
    crate::story::eventually("the dead letter", async || {
        let received = sqs
            .receive_message()
            .queue_url(&stack.queues["verificationDeadLetters"])
            .max_number_of_messages(10)
            .visibility_timeout(1)
            .send()
            .await
            .unwrap();
        received
            .messages
            .unwrap_or_default()
            .into_iter()
            .filter_map(|message| serde_json::from_str::<Value>(&message.body?).ok())
            .find(|letter| letter["broadcasterId"] == broadcaster)
    })
    .await
}

#[tokio::test]
async fn another_tenant_s_token_sees_nothing() {
    let ours = broadcaster().await;
    let theirs = broadcaster().await;
    let purchase = claimed(&ours, "ada").await;
    let correlation = ours.submit("ada", &purchase).await.unwrap();
    let held = subscriptions(&ours, "ada").await;
    let id = held[0]["subscriptionId"].as_str().unwrap();

    let status = format!("/vizio/purchase-status?correlationId={correlation}");
    for path in [status.as_str(), &format!("/v1/subscriptions/{id}")] {
        let answer = theirs.call(Method::GET, path, None).await.unwrap();
        assert_eq!(
            (answer.status.as_u16(), &answer.body["code"]),
            (404, &json!("REQ0100")),
            "{path}"
        );
    }
    assert!(subscriptions(&theirs, "ada").await.is_empty());
    let resent = theirs
        .call(Method::POST, "/v1/customers/ada/resend", None)
        .await
        .unwrap();
    assert_eq!(resent.body, json!({"queued": 0}));
    let entitled = theirs
        .call(Method::GET, "/entitlements?customerId=ada", None)
        .await
        .unwrap();
    assert_eq!(entitled.body["responseData"]["entitlements"], json!([]));
    // The same purchase, claimed at another tenant, is another purchase.
    let outcome = crate::story::claim(&theirs, "eve", &purchase).await;
    assert_eq!(outcome["error"]["code"], "PURCHASE_NOT_FOUND");
    assert!(may_watch(&ours, "ada", MONTHLY_OFFER).await);
}

#[tokio::test]
async fn another_customer_s_submission_reads_as_unknown() {
    let broadcaster = broadcaster().await;
    let purchase = claimed(&broadcaster, "ada").await;
    let correlation = broadcaster.submit("ada", &purchase).await.unwrap();
    let path = format!("/vizio/purchase-status?correlationId={correlation}");
    let theirs = broadcaster
        .call_as("eve", Method::GET, &path, None)
        .await
        .unwrap();
    assert_eq!(theirs.status, 404);
    let publisher = broadcaster.call(Method::GET, &path, None).await.unwrap();
    assert_eq!(publisher.status, 200);
}

#[tokio::test]
async fn tokens_of_customers_are_checked_in_full() {
    let broadcaster = broadcaster().await;
    let now = jiff::Timestamp::now().as_second();
    let good = json!({"publisherId": broadcaster.id.parse::<u64>().unwrap(), "customerId": 417, "exp": now + 60});
    let ask = async |token: &str| {
        let request = broadcaster
            .api
            .request(Method::GET, "/entitlements")
            .bearer_auth(token);
        Answered::read(request.send().await.unwrap()).await.unwrap()
    };
    let signed = |claims: &Value| broadcaster.key.sign(claims).unwrap();
    let with = |field: &str, value: Value| {
        let mut claims = good.clone();
        claims[field] = value;
        claims
    };
    assert_eq!(
        ask(&signed(&good)).await.status,
        200,
        "numbers are ids, too"
    );

    let stranger = local_stack::customer_key::CustomerKey::generate().unwrap();
    let unsigned = {
        let token = signed(&good);
        let body = token.split('.').nth(1).unwrap();
        format!("eyJhbGciOiJub25lIiwidHlwIjoiSldUIn0.{body}.")
    };
    let mut without_end = good.clone();
    without_end.as_object_mut().unwrap().remove("exp");
    for (why, token) in [
        ("expired", signed(&with("exp", json!(now - 3600)))),
        ("no end", signed(&without_end)),
        ("not yet valid", signed(&with("nbf", json!(now + 3600)))),
        (
            "another broadcaster's",
            signed(&with("publisherId", json!("999999999999"))),
        ),
        ("another key", stranger.sign(&good).unwrap()),
        ("unsigned", unsigned),
        ("not a token", "abc".to_owned()),
    ] {
        let answer = ask(&token).await;
        assert_eq!(
            (answer.status.as_u16(), &answer.body["code"]),
            (401, &json!("AUTH0002")),
            "{why}"
        );
    }
}
