//! Broadcasters' endpoints and telling them again.

use reqwest::Method;
use serde_json::{Value, json};

use crate::story::{
    SOON, beacon, beacon_types, broadcaster, claimed, eventually, has_status, unique,
};

#[tokio::test]
async fn an_endpoint_is_pending_until_it_confirms() {
    let broadcaster = broadcaster().await;
    let silent = format!("silent-{}", unique());
    let refusing = local_stack::endpoint::Behaviour {
        status: 500,
        ..Default::default()
    };
    broadcaster
        .endpoint
        .behave(&silent, refusing)
        .await
        .unwrap();
    let body = json!({"url": broadcaster.endpoint.sns_url(&silent), "feed": "beacon"});
    let made = broadcaster
        .call(Method::POST, "/v1/endpoints", Some(&body))
        .await
        .unwrap();
    assert_eq!(made.status, 201);
    assert_eq!(made.body["status"], "pending");

    broadcaster
        .endpoint
        .behave(&silent, Default::default())
        .await
        .unwrap();
    let again = broadcaster
        .call(Method::POST, "/v1/endpoints", Some(&body))
        .await
        .unwrap();
    assert_eq!(again.body["endpointId"], made.body["endpointId"]);
    broadcaster
        .endpoint
        .wait_until_confirmed(&silent, SOON)
        .await
        .unwrap();
    eventually("confirmed", async || {
        let listed = broadcaster
            .call(Method::GET, "/v1/endpoints", None)
            .await
            .unwrap();
        let endpoints = listed.body["endpoints"].as_array().unwrap().clone();
        endpoints
            .into_iter()
            .find(|e| e["endpointId"] == made.body["endpointId"] && e["status"] == "confirmed")
    })
    .await;
}

#[tokio::test]
async fn an_endpoint_hears_only_the_topics_that_it_asked_for() {
    let broadcaster = broadcaster().await;
    let picky = format!("picky-{}", unique());
    let body = json!({
        "url": broadcaster.endpoint.sns_url(&picky), "feed": "beacon", "topics": ["cancel"],
    });
    let made = broadcaster
        .call(Method::POST, "/v1/endpoints", Some(&body))
        .await
        .unwrap();
    assert_eq!(made.status, 201, "{made:?}");
    broadcaster
        .endpoint
        .wait_until_confirmed(&picky, SOON)
        .await
        .unwrap();

    let purchase = claimed(&broadcaster, "ada").await;
    beacon_types(&broadcaster, &purchase, &["new"]).await;
    broadcaster.vizio().cancel(&purchase).await.unwrap();

    let heard = eventually("the cancel", async || {
        let all = broadcaster.endpoint.received(&picky).await.unwrap();
        (!all.is_empty()).then_some(all)
    })
    .await;
    assert_eq!(heard.len(), 1);
    assert_eq!(heard[0].message["notification_type"], "cancel");
}

#[tokio::test]
async fn a_deleted_endpoint_hears_nothing_more() {
    let broadcaster = broadcaster().await;
    let listed = broadcaster
        .call(Method::GET, "/v1/endpoints", None)
        .await
        .unwrap();
    for endpoint in listed.body["endpoints"].as_array().unwrap() {
        let path = format!("/v1/endpoints/{}", endpoint["endpointId"].as_str().unwrap());
        let deleted = broadcaster.call(Method::DELETE, &path, None).await.unwrap();
        assert_eq!(deleted.status, 204);
        let again = broadcaster.call(Method::DELETE, &path, None).await.unwrap();
        assert_eq!(again.status, 404);
    }
    let purchase = claimed(&broadcaster, "ada").await;
    has_status(&broadcaster, "ada", "active").await;
    tokio::time::sleep(std::time::Duration::from_secs(2)).await;
    assert!(beacon(&broadcaster, &purchase).await.is_empty());
}

#[tokio::test]
async fn a_resend_tells_again_what_runs_and_leaves_out_what_ended() {
    let broadcaster = broadcaster().await;
    let running = claimed(&broadcaster, "ada").await;
    let cancelled = claimed(&broadcaster, "ada").await;
    let ended = claimed(&broadcaster, "ada").await;
    broadcaster.vizio().cancel(&cancelled).await.unwrap();
    broadcaster.vizio().refund(&ended).await.unwrap();
    beacon_types(&broadcaster, &cancelled, &["new", "cancel"]).await;
    beacon_types(&broadcaster, &ended, &["new", "cancel"]).await;

    let path = "/v1/customers/ada/resend";
    let answer = broadcaster.call(Method::POST, path, None).await.unwrap();
    assert_eq!(answer.status, 202);
    assert_eq!(answer.body, json!({"queued": 3}));

    let told = eventually("both are told again", async || {
        let running = beacon(&broadcaster, &running).await;
        let cancelled = beacon(&broadcaster, &cancelled).await;
        (running.len() == 2 && cancelled.len() == 4).then_some((running, cancelled))
    })
    .await;
    let newer = |again: &Value, first: &Value| {
        again["notification_date"].as_i64() > first["notification_date"].as_i64()
    };
    assert_eq!(told.0[1]["notification_type"], "new");
    assert_eq!(told.0[1]["end_date"], told.0[0]["end_date"]);
    assert!(newer(&told.0[1], &told.0[0]));
    let kinds: Vec<_> = told.1[2..]
        .iter()
        .map(|n| n["notification_type"].as_str().unwrap())
        .collect();
    assert!(
        kinds.contains(&"new") && kinds.contains(&"cancel"),
        "{kinds:?}"
    );
    assert!(told.1[2..].iter().all(|again| newer(again, &told.1[1])));
    assert_eq!(beacon(&broadcaster, &ended).await.len(), 2);
}

#[tokio::test]
async fn an_endpoint_hears_the_topics_that_it_was_changed_to() {
    let broadcaster = broadcaster().await;
    let listed = broadcaster.call(Method::GET, "/v1/endpoints", None).await;
    let listed = listed.unwrap().body["endpoints"].clone();
    let mut endpoints = listed.as_array().unwrap().iter();
    let endpoint = endpoints.find(|e| e["feed"] == "beacon").unwrap();
    let path = format!("/v1/endpoints/{}", endpoint["endpointId"].as_str().unwrap());
    let topics = json!({"topics": ["cancel"]});
    let changed = broadcaster.call(Method::PATCH, &path, Some(&topics)).await;
    let changed = changed.unwrap();
    assert_eq!(changed.status, 200, "{changed:?}");
    assert_eq!(changed.body["topics"], json!(["cancel"]));
    let purchase = claimed(&broadcaster, "ada").await;
    has_status(&broadcaster, "ada", "active").await;
    broadcaster.vizio().cancel(&purchase).await.unwrap();
    beacon_types(&broadcaster, &purchase, &["cancel"]).await;
}
