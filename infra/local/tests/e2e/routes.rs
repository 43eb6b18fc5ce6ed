//! Every route with good, bad, unauthorised, duplicate and oversized requests.

use domain::Store;
use local_stack::broadcaster::{Answered, MONTHLY_OFFER};
use local_stack::layout::Layout;
use reqwest::Method;
use serde_json::json;

use crate::configuration::refused;
use crate::story::{bought, broadcaster, claimed, stack};

/// Paths on which stores notify: the store proves who it is, not a token.
const NOTIFICATIONS: [&str; 3] = [
    "/{store}/notifications/broadcasters/{broadcasterId}",
    "/2.0/in_app/subscriptions/android/status_update_notification/{publisherId}",
    "/roku/push-notification/{publisherId}",
];

/// Method and path of every route of `template.yaml`, as it is written there.
fn deployed() -> Vec<(Method, String)> {
    let template = Layout::find().unwrap().template();
    let template = std::fs::read_to_string(template).unwrap();
    let keys = template
        .lines()
        .filter_map(|line| line.trim().strip_prefix("RouteKey: "));
    let routes = keys.map(|key| key.split_once(' ').unwrap());
    routes
        .map(|(method, path)| (method.parse().unwrap(), path.to_owned()))
        .collect()
}

/// Every route that wants credentials, each with something in place of its parameters, and those of
/// stores once for each store.
fn guarded() -> Vec<(Method, String)> {
    let id = "0d4a3a0e-5b6f-4c0e-8f0a-6a7a54c0b0d1";
    let mut routes = deployed();
    routes.retain(|(_, path)| !NOTIFICATIONS.contains(&path.as_str()));
    let mut guarded = Vec::new();
    for (method, path) in routes {
        let path = path
            .replace("{offerId}", "S300200111_US")
            .replace("{code}", "SUMMER10")
            .replace("{endpointId}", "x")
            .replace("{replayId}", "x")
            .replace("{customerId}", "ada")
            .replace("{subscriptionId}", id)
            .replace(
                "purchase-status",
                &format!("purchase-status?correlationId={id}"),
            );
        if path.contains("{store}") {
            let of_stores = Store::ALL.map(|store| path.replace("{store}", &store.to_string()));
            guarded.extend(of_stores.map(|path| (method.clone(), path)));
        } else {
            guarded.push((method, path));
        }
    }
    guarded
}

#[test]
fn the_routes_of_the_template_are_known() {
    let deployed = deployed();
    for path in NOTIFICATIONS {
        let known = (Method::POST, path.to_owned());
        assert!(deployed.contains(&known), "{path} is no route any more");
    }
    for (method, path) in guarded() {
        assert!(
            !path.contains('{'),
            "{method} {path}: nothing stands for its parameter"
        );
    }
}

#[tokio::test]
async fn without_credentials_or_with_wrong_ones_every_route_answers_401() {
    let broadcaster = broadcaster().await;
    for (method, path) in guarded() {
        let bare = broadcaster
            .api
            .request(method.clone(), &path)
            .json(&json!({}));
        let bare = Answered::read(bare.send().await.unwrap()).await.unwrap();
        assert_eq!(
            (bare.status.as_u16(), &bare.body["code"]),
            (401, &json!("AUTH0001")),
            "{method} {path}"
        );
        assert!(bare.body["correlationId"].is_string());

        let wrong = broadcaster
            .api
            .request(method.clone(), &path)
            .header("x-publisher-token", "x".repeat(48))
            .json(&json!({}));
        let wrong = Answered::read(wrong.send().await.unwrap()).await.unwrap();
        assert_eq!(
            (wrong.status.as_u16(), &wrong.body["code"]),
            (401, &json!("AUTH0002")),
            "{method} {path}"
        );
    }
}

#[tokio::test]
async fn a_customer_s_token_opens_no_broadcaster_route() {
    let broadcaster = broadcaster().await;
    for (method, path) in guarded() {
        if path.starts_with("/v1/") {
            let answer = broadcaster
                .call_as("ada", method.clone(), &path, Some(&json!({})))
                .await
                .unwrap();
            assert_eq!(answer.status, 401, "{method} {path}");
        }
    }
}

#[tokio::test]
async fn an_oversized_body_is_refused_where_a_body_is_read() {
    let broadcaster = broadcaster().await;
    let big = json!({"title": "x".repeat(70_000)});
    for (method, path) in guarded() {
        if method == Method::PUT
            || path.ends_with("validation")
            || path == "/v1/endpoints" && method == Method::POST
        {
            let answer = broadcaster
                .call(method.clone(), &path, Some(&big))
                .await
                .unwrap();
            assert_eq!(answer.status, 413, "{method} {path}");
        }
    }
    let path = format!("/vizio/notifications/broadcasters/{}", broadcaster.id);
    let request = broadcaster
        .api
        .request(Method::POST, &path)
        .body("x".repeat(600_000));
    assert_eq!(request.send().await.unwrap().status(), 413);
}

#[tokio::test]
async fn a_bad_submission_names_the_field_and_the_rule() {
    let broadcaster = broadcaster().await;
    for (body, field) in [
        (json!({"customerId": "ada"}), "subscriptionId"),
        (
            json!({"customerId": "ada", "subscriptionId": ""}),
            "subscriptionId",
        ),
        (
            json!({"customerId": "ada", "subscriptionId": "x".repeat(2049)}),
            "subscriptionId",
        ),
        (
            json!({"customerId": "x".repeat(256), "subscriptionId": "v"}),
            "customerId",
        ),
        (json!({"subscriptionId": "v"}), "customerId"),
        (
            json!({"customerId": "undefined", "subscriptionId": "v"}),
            "customerId",
        ),
        (json!([1]), "object"),
    ] {
        let (status, code, message) = refused(
            &broadcaster,
            Method::POST,
            "/vizio/purchase-validation",
            Some(&body),
        )
        .await;
        assert_eq!(
            (status, code.as_str()),
            (400, "REQ0001"),
            "{body}: {message}"
        );
        assert!(message.contains(field), "{body}: {message}");
    }
}

#[tokio::test]
async fn a_submission_must_be_json_and_its_correlation_id_a_uuid() {
    let broadcaster = broadcaster().await;
    let post = || {
        broadcaster
            .api
            .request(Method::POST, "/vizio/purchase-validation")
            .header("x-publisher-token", &broadcaster.token)
    };
    let text = post()
        .header("content-type", "text/plain")
        .body("{}")
        .send()
        .await
        .unwrap();
    assert_eq!(text.status(), 415);
    let broken = post()
        .header("content-type", "application/json")
        .body("{\"a\"")
        .send()
        .await
        .unwrap();
    assert_eq!(broken.status(), 400);
    let odd = post()
        .header("correlation-id", "7")
        .json(&json!({}))
        .send()
        .await
        .unwrap();
    let odd = Answered::read(odd).await.unwrap();
    assert_eq!(
        (odd.status.as_u16(), &odd.body["code"]),
        (400, &json!("REQ0004"))
    );
    let store = broadcaster
        .call(
            Method::POST,
            "/cornershop/purchase-validation",
            Some(&json!({})),
        )
        .await
        .unwrap();
    assert_eq!(store.status, 404);
}

#[tokio::test]
async fn the_same_submission_while_one_is_pending_has_the_same_correlation_id() {
    let broadcaster = broadcaster().await;
    let purchase = bought(&broadcaster).await;
    let outage = store_simulator::Faults {
        lookup: vec![store_simulator::LookupFault::status(500)],
        ..Default::default()
    };
    broadcaster.vizio().set_faults(&outage).await.unwrap();
    let first = broadcaster.submit("ada", &purchase).await.unwrap();
    let again = broadcaster.submit("ada", &purchase).await.unwrap();
    let other = broadcaster.submit("bob", &purchase).await.unwrap();
    assert_eq!(first, again);
    assert_ne!(first, other);
}

#[tokio::test]
async fn a_caller_s_correlation_id_is_kept_and_belongs_to_one_submission() {
    let broadcaster = broadcaster().await;
    let purchase = bought(&broadcaster).await;
    let id = uuid::Uuid::new_v4().to_string();
    let post = async |customer: &str| {
        let request = broadcaster
            .api
            .request(Method::POST, "/vizio/purchase-validation")
            .header("x-publisher-token", &broadcaster.token)
            .header("correlation-id", &id)
            .json(&json!({"customerId": customer, "subscriptionId": purchase}));
        Answered::read(request.send().await.unwrap()).await.unwrap()
    };
    let first = post("ada").await;
    assert_eq!(first.body, json!({"status": "queued", "correlationId": id}));
    let again = post("ada").await;
    assert!([200, 202].contains(&again.status.as_u16()));
    assert_eq!(again.body["correlationId"], id.as_str());
    assert_eq!(post("bob").await.status, 409);
}

#[tokio::test]
async fn a_customer_that_no_path_can_name_is_named_by_the_query() {
    let broadcaster = broadcaster().await;
    claimed(&broadcaster, "ada/50%?").await;
    let path = "/v1/customers/subscriptions?customerId=ada%2F50%25%3F";
    let listed = broadcaster.call(Method::GET, path, None).await.unwrap();
    assert_eq!(listed.body["subscriptions"][0]["customerId"], "ada/50%?");
    let path = "/v1/customers/resend?customerId=ada%2F50%25%3F";
    let resent = broadcaster.call(Method::POST, path, None).await.unwrap();
    assert_eq!(resent.body, json!({"queued": 1}));
}

#[tokio::test]
async fn an_app_may_name_only_its_own_customer() {
    let broadcaster = broadcaster().await;
    let body = json!({"customerId": "bob", "subscriptionId": "v"});
    let path = "/vizio/purchase-validation";
    let answer = broadcaster
        .call_as("ada", Method::POST, path, Some(&body))
        .await
        .unwrap();
    assert_eq!(answer.status, 403);
    let answer = broadcaster
        .call_as("ada", Method::GET, "/entitlements?customerId=bob", None)
        .await
        .unwrap();
    assert_eq!(answer.status, 403);
}

#[tokio::test]
async fn polling_with_a_bad_or_unknown_id() {
    let broadcaster = broadcaster().await;
    let get = async |query: &str| {
        let path = format!("/vizio/purchase-status{query}");
        let answer = broadcaster.call(Method::GET, &path, None).await.unwrap();
        (
            answer.status.as_u16(),
            answer.body["code"].as_str().unwrap().to_owned(),
        )
    };
    assert_eq!(get("").await, (400, "REQ0002".to_owned()));
    assert_eq!(get("?correlationId=7").await, (400, "REQ0002".to_owned()));
    let unknown = "?correlationId=0d4a3a0e-5b6f-4c0e-8f0a-6a7a54c0b0d1";
    assert_eq!(get(unknown).await, (404, "REQ0100".to_owned()));
}

#[tokio::test]
async fn entitlements_have_the_envelope_and_null_for_no_purchase() {
    let broadcaster = broadcaster().await;
    let none = broadcaster.entitlement("ada", MONTHLY_OFFER).await.unwrap();
    assert_eq!(
        none,
        json!({"accessGranted": false, "expiresAt": null, "environment": "sandbox"})
    );
    claimed(&broadcaster, "ada").await;
    let path = "/entitlements?customerId=ada";
    let all = broadcaster.call(Method::GET, path, None).await.unwrap();
    assert_eq!(all.body["errors"], json!([]));
    let first = &all.body["responseData"]["entitlements"][0];
    assert_eq!(first["offerId"], MONTHLY_OFFER);
    assert_eq!(first["accessGranted"], true);
    assert!(first["expiresAt"].is_i64());
    // The offer is also known without its country suffix.
    let short = broadcaster.entitlement("ada", "S300200111").await.unwrap();
    assert_eq!(short["accessGranted"], true);
    let missing = broadcaster
        .call(Method::GET, "/entitlements", None)
        .await
        .unwrap();
    assert_eq!(
        (missing.status.as_u16(), &missing.body["code"]),
        (400, &json!("REQ0002"))
    );
}

#[tokio::test]
async fn a_customer_s_subscriptions_come_in_pages_and_each_with_its_history() {
    let broadcaster = broadcaster().await;
    for _ in 0..3 {
        claimed(&broadcaster, "ada").await;
    }
    let path = "/v1/customers/ada/subscriptions?limit=2";
    let first = broadcaster.call(Method::GET, path, None).await.unwrap();
    assert_eq!(first.body["subscriptions"].as_array().unwrap().len(), 2);
    let next = format!("{path}&after={}", first.body["next"].as_str().unwrap());
    let second = broadcaster.call(Method::GET, &next, None).await.unwrap();
    assert_eq!(second.body["subscriptions"].as_array().unwrap().len(), 1);
    let id = second.body["subscriptions"][0]["subscriptionId"]
        .as_str()
        .unwrap()
        .to_owned();
    let path = format!("/v1/subscriptions/{id}");
    let shown = crate::story::eventually("the journal has it", async || {
        let shown = broadcaster.call(Method::GET, &path, None).await.unwrap();
        (shown.status == 200).then_some(shown.body)
    })
    .await;
    let event = &shown["history"]["events"][0];
    assert_eq!(event["kind"], "purchased");
    assert_eq!(event["source"], "claim");
    for field in [
        "eventId",
        "sequence",
        "receivedAt",
        "occurredAt",
        "correlationId",
    ] {
        assert!(!event[field].is_null(), "{field}");
    }
    assert_eq!(shown["environment"], "sandbox");
    assert_eq!(
        refused(&broadcaster, Method::GET, "/v1/subscriptions/x", None)
            .await
            .0,
        404
    );
}

#[tokio::test]
async fn an_unknown_route_answers_404() {
    let api = local_stack::api::Api::new(&stack()).unwrap();
    let answer = api
        .request(Method::GET, "/v2/nothing")
        .send()
        .await
        .unwrap();
    assert_eq!(answer.status(), 404);
}
