//! What an endpoint could not take, and gets afterwards.

use local_stack::broadcaster::Broadcaster;
use local_stack::due;
use local_stack::endpoint::Behaviour;
use reqwest::Method;
use serde_json::{Value, json};

use crate::story::{beacon, beacon_types, broadcaster, claimed, eventually, has_status, stack};

/// SNS delivers again what is answered with 5xx, for half an hour. This it gives up at once.
fn refusing() -> Behaviour {
    Behaviour {
        status: 404,
        ..Default::default()
    }
}

/// The endpoint with which the broadcaster was created, as the API shows it.
async fn shown(broadcaster: &Broadcaster) -> Value {
    let url = broadcaster.endpoint.sns_url(&broadcaster.beacon_feed());
    let listed = broadcaster.call(Method::GET, "/v1/endpoints", None).await;
    let listed = listed.unwrap().body["endpoints"].clone();
    let mut endpoints = listed.as_array().unwrap().iter();
    endpoints.find(|e| e["url"] == url).unwrap().clone()
}

fn path(endpoint: &Value, rest: &str) -> String {
    format!(
        "/v1/endpoints/{}{rest}",
        endpoint["endpointId"].as_str().unwrap()
    )
}

#[tokio::test]
async fn an_endpoint_that_was_down_hears_what_it_missed_and_no_other_hears_it_twice() {
    let broadcaster = broadcaster().await;
    let feed = broadcaster.beacon_feed();
    let other = format!("{feed}-other");
    let body = json!({"url": broadcaster.endpoint.sns_url(&other), "feed": "beacon"});
    broadcaster
        .call(Method::POST, "/v1/endpoints", Some(&body))
        .await
        .unwrap();
    let soon = crate::story::SOON;
    broadcaster
        .endpoint
        .wait_until_confirmed(&other, soon)
        .await
        .unwrap();
    broadcaster
        .endpoint
        .behave(&feed, refusing())
        .await
        .unwrap();
    let purchase = claimed(&broadcaster, "ada").await;
    has_status(&broadcaster, "ada", "active").await;
    let endpoint = shown(&broadcaster).await;
    eventually("it waits", async || {
        let path = path(&endpoint, "");
        let shown = broadcaster.call(Method::GET, &path, None).await.unwrap();
        (shown.body["waiting"] == 1).then_some(())
    })
    .await;

    broadcaster
        .endpoint
        .behave(&feed, Behaviour::default())
        .await
        .unwrap();
    let path = path(&endpoint, "/redeliver");
    let asked = broadcaster.call(Method::POST, &path, None).await.unwrap();
    assert_eq!(asked.status, 202, "{asked:?}");
    assert_eq!(asked.body["status"], "failing");
    due::call(&stack(), "redelivery", &json!({})).await.unwrap();

    beacon_types(&broadcaster, &purchase, &["new"]).await;
    let heard = broadcaster.endpoint.received(&feed).await.unwrap();
    let attributes = heard[0].attributes.as_ref().unwrap();
    assert_eq!(attributes["audience"]["Value"], endpoint["endpointId"]);
    let others = broadcaster.endpoint.received(&other).await.unwrap();
    assert_eq!(others.len(), 1, "it has heard it when it happened");
    assert_eq!(others[0].message, heard[0].message);
}

#[tokio::test]
async fn the_alarm_of_its_queue_begins_the_redelivery() {
    let broadcaster = broadcaster().await;
    let endpoint = shown(&broadcaster).await;
    let id = endpoint["endpointId"].as_str().unwrap().replace('-', "");
    let name = format!("{}-endpoint-{id}", stack().stack_name);
    let alarm = json!({"source": "aws.cloudwatch", "detail": {"alarmName": name}});
    due::call(&stack(), "redelivery", &alarm).await.unwrap();
    let shown = broadcaster
        .call(Method::GET, &path(&endpoint, ""), None)
        .await
        .unwrap();
    assert_eq!(shown.body["status"], "failing");
    assert!(shown.body["nextAttemptAt"].is_string(), "{shown:?}");
}

#[tokio::test]
async fn a_test_message_reaches_the_endpoint_alone() {
    let broadcaster = broadcaster().await;
    let endpoint = shown(&broadcaster).await;
    let path = path(&endpoint, "/test");
    let sent = broadcaster.call(Method::POST, &path, None).await.unwrap();
    assert_eq!(sent.status, 202, "{sent:?}");
    let heard = eventually("the test", async || {
        let all = broadcaster
            .endpoint
            .received(&broadcaster.beacon_feed())
            .await
            .unwrap();
        all.into_iter().find(|one| one.message["test"] == true)
    })
    .await;
    assert_eq!(heard.message["endpoint_id"], endpoint["endpointId"]);
}

#[tokio::test]
async fn a_replay_sends_a_window_of_events_to_one_endpoint() {
    let broadcaster = broadcaster().await;
    let from = jiff::Timestamp::now();
    let purchase = claimed(&broadcaster, "ada").await;
    broadcaster.vizio().cancel(&purchase).await.unwrap();
    beacon_types(&broadcaster, &purchase, &["new", "cancel"]).await;
    let late = format!("late-{}", crate::story::unique());
    let body = json!({"url": broadcaster.endpoint.sns_url(&late), "feed": "beacon"});
    let made = broadcaster
        .call(Method::POST, "/v1/endpoints", Some(&body))
        .await
        .unwrap();
    let soon = crate::story::SOON;
    broadcaster
        .endpoint
        .wait_until_confirmed(&late, soon)
        .await
        .unwrap();
    let feed = broadcaster.beacon_feed();
    let before = broadcaster.endpoint.received(&feed).await.unwrap();

    let replays = path(&made.body, "/replays");
    let window = json!({"from": from});
    let asked = broadcaster
        .call(Method::POST, &replays, Some(&window))
        .await
        .unwrap();
    assert_eq!(asked.status, 202, "{asked:?}");
    due::call(&stack(), "redelivery", &json!({})).await.unwrap();

    let heard = eventually("the window", async || {
        let heard = broadcaster.endpoint.received(&late).await.unwrap();
        (heard.len() == 2).then_some(heard)
    })
    .await;
    let mut messages: Vec<_> = heard.into_iter().map(|one| one.message).collect();
    messages.sort_by_key(|message| message["notification_date"].as_i64());
    assert_eq!(
        messages,
        beacon(&broadcaster, &purchase).await,
        "as when it happened"
    );
    let after = broadcaster.endpoint.received(&feed).await.unwrap();
    assert_eq!(
        after.len(),
        before.len(),
        "no other endpoint hears it again"
    );
    let job = format!("{replays}/{}", asked.body["replayId"].as_str().unwrap());
    let done = broadcaster.call(Method::GET, &job, None).await.unwrap();
    assert_eq!(done.body["state"], "done");
    assert_eq!(done.body["sent"], 2);
}

#[tokio::test]
async fn an_endpoint_that_is_deleted_meanwhile_is_no_longer_tried() {
    let broadcaster = broadcaster().await;
    let endpoint = shown(&broadcaster).await;
    let redeliver = path(&endpoint, "/redeliver");
    let asked = broadcaster
        .call(Method::POST, &redeliver, None)
        .await
        .unwrap();
    assert_eq!(asked.status, 202);
    let deleted = broadcaster
        .call(Method::DELETE, &path(&endpoint, ""), None)
        .await;
    assert_eq!(deleted.unwrap().status, 204);
    due::call(&stack(), "redelivery", &json!({})).await.unwrap();
}

/// Longest wait for the schedule's run of the next minute, in seconds.
const NEXT_RUN: u64 = 75;

#[tokio::test]
async fn the_schedule_sends_what_waits_without_anybody_s_call() {
    let broadcaster = broadcaster().await;
    let feed = broadcaster.beacon_feed();
    broadcaster
        .endpoint
        .behave(&feed, refusing())
        .await
        .unwrap();
    let purchase = claimed(&broadcaster, "ada").await;
    has_status(&broadcaster, "ada", "active").await;
    let endpoint = shown(&broadcaster).await;
    eventually("it waits", async || {
        let path = path(&endpoint, "");
        let shown = broadcaster.call(Method::GET, &path, None).await.unwrap();
        (shown.body["waiting"] == 1).then_some(())
    })
    .await;
    broadcaster
        .endpoint
        .behave(&feed, Behaviour::default())
        .await
        .unwrap();
    let path = path(&endpoint, "/redeliver");
    broadcaster.call(Method::POST, &path, None).await.unwrap();
    for _second in 0..NEXT_RUN {
        tokio::time::sleep(std::time::Duration::from_secs(1)).await;
        if beacon(&broadcaster, &purchase).await.len() == 1 {
            return;
        }
    }
    panic!("nothing was sent within {NEXT_RUN} s");
}
