//! What the store itself said of a subscription.

use in_process_aws::Logs;
use serde_json::json;

use crate::{as_neighbour, call, changed, play, started, subscriptions};

const EVENTS: [&str; 2] = ["get-receipt", "get-subscription-purchase"];

#[tokio::test]
async fn the_receipt_is_the_store_s_own_answer() {
    let (aws, api) = started().await;
    play::bought(&aws).await;
    let expected =
        json!({"store": "android", "observedAt": play::BOUGHT_AT, "receipt": play::receipt()});
    assert_eq!(call(&api, "get-receipt").await, (200, expected));
}

#[tokio::test]
async fn a_google_receipt_is_shown_in_the_older_form_too() {
    let (aws, api) = started().await;
    play::bought(&aws).await;
    let (status, shown) = call(&api, "get-subscription-purchase").await;
    assert_eq!(status, 200);
    assert_eq!(shown["kind"], "androidpublisher#subscriptionPurchase");
    assert_eq!(shown["expiryTimeMillis"], "1796463000000");
    assert_eq!(shown["autoRenewing"], true);
    assert_eq!(shown["orderId"], "GPA.3311-0000-1111-22222");
    assert_eq!(shown["priceAmountMicros"], "8990000");
}

#[tokio::test]
async fn a_store_whose_answers_are_not_kept_has_no_receipt() {
    let (aws, api) = started().await;
    let purchase = subscriptions::bought(&aws).await;
    let id = purchase.current.unwrap().ownership.subscription_id;
    for name in EVENTS {
        let (status, body) = changed(&api, name, |event| {
            event["pathParameters"]["subscriptionId"] = json!(id);
        })
        .await;
        assert_eq!((status, &body["code"]), (404, &json!("REQ0100")), "{name}");
        assert_eq!(body["message"], "no receipt is kept of this subscription");
    }
}

#[tokio::test]
async fn a_receipt_in_a_form_that_the_store_never_had_is_not_found() {
    let (aws, api) = started().await;
    let purchase = subscriptions::bought(&aws).await;
    let id = purchase.current.as_ref().unwrap().ownership.subscription_id;
    subscriptions::receive(&aws, &purchase, &json!({"status": "ACTIVE"})).await;
    let at = |event: &mut serde_json::Value| {
        event["pathParameters"]["subscriptionId"] = json!(id);
    };
    let (status, body) = changed(&api, "get-receipt", at).await;
    assert_eq!(
        (status, &body["receipt"]),
        (200, &json!({"status": "ACTIVE"}))
    );
    let (status, body) = changed(&api, "get-subscription-purchase", at).await;
    assert_eq!((status, &body["code"]), (404, &json!("REQ0100")));
}

#[tokio::test]
async fn the_one_who_held_it_before_does_not_show_the_new_holder_s_receipt() {
    let (aws, api) = started().await;
    play::bought(&aws).await;
    play::transferred(&aws, "bob", Some(&play::receipt())).await;
    for name in EVENTS {
        assert_eq!(call(&api, name).await.0, 404, "{name}");
    }
}

#[tokio::test]
async fn a_receipt_of_no_subscription_or_another_broadcaster_s_is_not_found() {
    let (aws, api) = started().await;
    for name in EVENTS {
        let (status, body) = call(&api, name).await;
        assert_eq!((status, &body["code"]), (404, &json!("REQ0100")), "{name}");
        let (status, _) = changed(&api, name, |event| {
            event["pathParameters"]["subscriptionId"] = json!("not-a-uuid");
        })
        .await;
        assert_eq!(status, 404, "{name}");
    }
    play::bought(&aws).await;
    for name in EVENTS {
        let (status, body) = as_neighbour(&aws, &api, name).await;
        assert_eq!((status, &body["code"]), (404, &json!("REQ0100")), "{name}");
    }
}

#[tokio::test]
async fn the_log_tells_nothing_of_a_receipt() {
    let (aws, api) = started().await;
    play::bought(&aws).await;
    let logs = Logs::collect("trace");
    for name in EVENTS {
        assert_eq!(call(&api, name).await.0, 200);
    }
    let text = logs.text();
    assert!(text.contains("answered"), "{text}");
    for secret in [play::TOKEN, "GPA.3311"] {
        assert!(!text.contains(secret), "{secret}: {text}");
    }
}
