//! What a broadcaster configures: stores, offers, keys and endpoints.

use local_stack::broadcaster::Broadcaster;
use reqwest::Method;
use serde_json::{Value, json};
use store_simulator::vizio::Vizio;

use crate::story::broadcaster;

/// The status, code and message with which a call is refused.
pub async fn refused(
    broadcaster: &Broadcaster,
    method: Method,
    path: &str,
    body: Option<&Value>,
) -> (u16, String, String) {
    let answer = broadcaster.call(method, path, body).await.unwrap();
    (
        answer.status.as_u16(),
        answer.body["code"].as_str().unwrap_or_default().to_owned(),
        answer.body["message"]
            .as_str()
            .unwrap_or_default()
            .to_owned(),
    )
}

#[tokio::test]
async fn store_credentials_go_in_and_never_come_out() {
    let broadcaster = broadcaster().await;
    let shown = broadcaster
        .call(Method::GET, "/v1/stores/vizio", None)
        .await
        .unwrap();
    assert_eq!(shown.body["fieldsSet"]["apiKey"], true);
    assert_eq!(shown.body["fieldsSet"]["timestampHeader"], false);
    let text = shown.body.to_string();
    assert!(
        !text.contains(&broadcaster.secret::<Vizio>("apiKey"))
            && !text.contains(&broadcaster.secret::<Vizio>("signingKey"))
    );

    let put = |body: Value| {
        let broadcaster = broadcaster.clone();
        async move { refused(&broadcaster, Method::PUT, "/v1/stores/vizio", Some(&body)).await }
    };
    let (status, _, message) = put(json!({"partnerId": "p", "signingKeys": ["k"]})).await;
    assert!(status == 400 && message.contains("apiKey"), "{message}");
    let (status, _, message) = put(json!({"apiKey": "a", "partnerId": "p", "signingKeys": ["k"], "apiBaseUrl": "http://store.example"})).await;
    assert!(status == 400 && message.contains("apiBaseUrl"), "{message}");
    let (status, _, message) =
        put(json!({"apiKey": "a", "partnerId": "p", "signingKeys": ["k"], "colour": 1})).await;
    assert!(status == 400 && message.contains("colour"), "{message}");
    assert_eq!(
        refused(&broadcaster, Method::GET, "/v1/stores/cornershop", None)
            .await
            .0,
        404
    );
}

#[tokio::test]
async fn offers_are_put_listed_changed_and_deleted() {
    let broadcaster = broadcaster().await;
    let offer = json!({
        "title": "Yearly", "packageName": "Symphony Yearly", "tags": ["all"],
        "trial": {"days": 7}, "productIds": {"vizio": "demo_yearly"},
    });
    let put = broadcaster
        .call(Method::PUT, "/v1/offers/S9_US", Some(&offer))
        .await
        .unwrap();
    assert_eq!(put.status, 200);
    let again = broadcaster
        .call(Method::PUT, "/v1/offers/S9_US", Some(&offer))
        .await
        .unwrap();
    assert_eq!(put, again);
    let got = broadcaster
        .call(Method::GET, "/v1/offers/S9_US", None)
        .await
        .unwrap();
    assert_eq!(got.body["productIds"]["vizio"], "demo_yearly");
    let first = broadcaster
        .call(Method::GET, "/v1/offers?limit=2", None)
        .await
        .unwrap();
    assert_eq!(first.body["offers"].as_array().unwrap().len(), 2);
    let next = format!("/v1/offers?after={}", first.body["next"].as_str().unwrap());
    let second = broadcaster.call(Method::GET, &next, None).await.unwrap();
    assert_eq!(second.body["offers"].as_array().unwrap().len(), 1);

    let taken = refused(&broadcaster, Method::PUT, "/v1/offers/S8_US", Some(&offer)).await;
    assert_eq!(taken.0, 409, "{taken:?}");
    for (body, field) in [
        (json!({"packageName": "p"}), "title"),
        (json!({"title": "t"}), "packageName"),
        (json!({"title": "", "packageName": "p"}), "title"),
        (
            json!({"title": "t", "packageName": "p", "trial": {"days": 0}}),
            "trial.days",
        ),
        (
            json!({"title": "t", "packageName": "p", "productIds": {"cornershop": "x"}}),
            "productIds",
        ),
        (json!({"title": "t", "packageName": 3}), "packageName"),
        (
            json!({"title": "t", "packageName": "p", "price": 3}),
            "price",
        ),
    ] {
        let (status, _, message) =
            refused(&broadcaster, Method::PUT, "/v1/offers/S8_US", Some(&body)).await;
        assert!(
            status == 400 && message.contains(field),
            "{body}: {status} {message}"
        );
    }
    let deleted = broadcaster
        .call(Method::DELETE, "/v1/offers/S9_US", None)
        .await
        .unwrap();
    assert_eq!(deleted.status, 204);
    assert_eq!(
        refused(&broadcaster, Method::DELETE, "/v1/offers/S9_US", None)
            .await
            .0,
        404
    );
    assert_eq!(
        refused(&broadcaster, Method::GET, "/v1/offers/S9_US", None)
            .await
            .0,
        404
    );
    let freed = broadcaster
        .call(Method::PUT, "/v1/offers/S8_US", Some(&offer))
        .await
        .unwrap();
    assert_eq!(freed.status, 200, "the product of a deleted offer is free");
}

#[tokio::test]
async fn keys_must_be_public_and_asymmetric() {
    let broadcaster = broadcaster().await;
    let symmetric = json!({"keys": [{"kty": "oct", "k": "c2VjcmV0", "alg": "HS256"}]});
    for body in [
        json!({}),
        json!({"keys": []}),
        symmetric,
        json!({"keys": [{"kty": "EC"}]}),
    ] {
        let (status, _, message) =
            refused(&broadcaster, Method::PUT, "/v1/jwks", Some(&body)).await;
        assert_eq!(status, 400, "{body}");
        assert!(message.contains("keys"), "{body}: {message}");
    }
    let put = broadcaster
        .call(Method::PUT, "/v1/jwks", Some(&broadcaster.key.jwks()))
        .await
        .unwrap();
    assert_eq!(put.body, json!({"keyIds": [broadcaster.key.id()]}));
}

#[tokio::test]
async fn endpoints_are_https_and_name_known_topics() {
    let broadcaster = broadcaster().await;
    for (body, field) in [
        (json!({"feed": "beacon"}), "url"),
        (
            json!({"url": "http://owner.example/x", "feed": "beacon"}),
            "url",
        ),
        (json!({"url": "not a url", "feed": "beacon"}), "url"),
        (
            json!({"url": "https://owner.example/x", "feed": "post"}),
            "feed",
        ),
        (
            json!({"url": "https://owner.example/x", "feed": "beacon", "topics": ["sale"]}),
            "topics",
        ),
    ] {
        let (status, _, message) =
            refused(&broadcaster, Method::POST, "/v1/endpoints", Some(&body)).await;
        assert!(
            status == 400 && message.contains(field),
            "{body}: {status} {message}"
        );
    }
    let listed = broadcaster
        .call(Method::GET, "/v1/endpoints?limit=0", None)
        .await
        .unwrap();
    assert_eq!(listed.status, 400);
}
