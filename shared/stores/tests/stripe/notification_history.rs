//! Events that nobody took.

use domain::Timestamp;
use serde_json::{Value, json};
use stores::{LookUpError, Undelivered};

use crate::scene::{END, START, SUB, Scene, at, event, invoice, subscription};
use crate::server::{Reply, list};

async fn undelivered(
    scene: &Scene,
    since: Timestamp,
    page: Option<&str>,
) -> Result<Undelivered, LookUpError> {
    let config = scene.config();
    config
        .undelivered(&scene.context, since, at(END), page)
        .await
}

fn named(id: &str, kind: &str, object: &Value) -> Value {
    event(kind, object, &json!({ "id": id }))
}

#[tokio::test]
async fn they_are_read_as_if_they_had_arrived() {
    let scene = Scene::set().await;
    let events = [
        named("evt_2", "invoice.paid", &invoice(&json!({}))),
        named(
            "evt_1",
            "customer.subscription.updated",
            &subscription(&json!({})),
        ),
    ];
    scene.server.lists("events", &events);
    let read = undelivered(&scene, at(START), None).await.unwrap();
    let ids: Vec<_> = read
        .notifications
        .iter()
        .map(|told| told.id.as_str())
        .collect();
    assert_eq!(ids, ["evt_2", "evt_1"]);
    assert!(
        read.notifications
            .iter()
            .all(|told| told.locator.key.as_str() == SUB)
    );
    assert_eq!(read.next, None);
}

#[tokio::test]
async fn stripe_is_asked_for_what_was_not_taken_in_that_time_and_of_these_kinds() {
    let scene = Scene::set().await;
    let since: Timestamp = "2026-11-20T12:00:00.750Z".parse().unwrap();
    undelivered(&scene, since, None).await.unwrap();
    let asked = scene.server.asked_for("events").remove(0);
    assert_eq!(asked.says("delivery_success"), ["false"]);
    assert_eq!(asked.says("created[gte]"), [since.as_second().to_string()]);
    assert_eq!(asked.says("created[lt]"), [END.to_string()]);
    assert_eq!(asked.says("limit"), ["10"]);
    assert!(asked.says("starting_after").is_empty());
    let kinds = asked.says("types[]");
    assert!(
        (1..=20).contains(&kinds.len()),
        "Stripe takes no more than 20"
    );
    for kind in [
        "customer.subscription.deleted",
        "checkout.session.completed",
        "invoice.paid",
        "charge.refunded",
        "charge.dispute.closed",
        "refund.failed",
    ] {
        assert!(kinds.contains(&kind), "{kind}");
    }
}

#[tokio::test]
async fn a_second_that_has_begun_belongs_to_the_stretch() {
    let scene = Scene::set().await;
    let config = scene.config();
    let until: Timestamp = "2026-11-20T12:00:00.001Z".parse().unwrap();
    let read = config.undelivered(&scene.context, at(START), until, None);
    read.await.unwrap();
    let asked = scene.server.asked_for("events").remove(0);
    assert_eq!(
        asked.says("created[lt]"),
        [(until.as_second() + 1).to_string()]
    );
}

#[tokio::test]
async fn they_are_read_page_by_page() {
    let scene = Scene::set().await;
    let newest = named("evt_9", "invoice.paid", &invoice(&json!({})));
    let mut first = list(&[newest]);
    first["has_more"] = json!(true);
    scene.server.has("events", &first);
    let read = undelivered(&scene, at(START), None).await.unwrap();
    assert_eq!(read.next.as_deref(), Some("evt_9"));
    let oldest = named("evt_8", "invoice.paid", &invoice(&json!({})));
    scene.server.lists("events?starting_after=evt_9", &[oldest]);
    let read = undelivered(&scene, at(START), read.next.as_deref())
        .await
        .unwrap();
    assert_eq!((read.notifications.len(), read.next), (1, None));
}

#[tokio::test]
async fn what_concerns_nobody_or_can_not_be_read_is_left_out() {
    let scene = Scene::set().await;
    let mut other_mode = named("evt_1", "invoice.paid", &invoice(&json!({})));
    other_mode["livemode"] = json!(false);
    let events = [
        other_mode,
        named("evt_2", "invoice.paid", &invoice(&json!({"parent": null}))),
        named("evt_3", "customer.subscription.updated", &json!({})),
        named("", "invoice.paid", &invoice(&json!({}))),
        json!(7),
        named("evt_4", "invoice.paid", &invoice(&json!({}))),
    ];
    scene.server.lists("events", &events);
    let read = undelivered(&scene, at(START), None).await.unwrap();
    let ids: Vec<_> = read
        .notifications
        .iter()
        .map(|told| told.id.as_str())
        .collect();
    assert_eq!(ids, ["evt_4"]);
}

#[tokio::test]
async fn a_list_that_can_not_be_had_teaches_nothing() {
    let scene = Scene::set().await;
    for (status, kind) in [
        (403, "unauthorized"),
        (404, "malformed"),
        (500, "unavailable"),
    ] {
        let reply = Reply::refusal(status, "", "resource_missing", "");
        scene.server.answers("events", reply);
        assert_eq!(
            undelivered(&scene, at(START), None)
                .await
                .unwrap_err()
                .kind(),
            kind
        );
    }
}

#[tokio::test]
async fn a_page_may_hold_ten_large_events() {
    let scene = Scene::set().await;
    let large = |bytes: usize| {
        let object = invoice(&json!({"description": "x".repeat(bytes)}));
        let events = (0..10).map(|n| named(&format!("evt_{n}"), "invoice.paid", &object));
        events.collect::<Vec<_>>()
    };
    scene.server.lists("events", &large(100_000));
    let read = undelivered(&scene, at(START), None).await.unwrap();
    assert_eq!(read.notifications.len(), 10);
    scene.server.lists("events", &large(450_000));
    let error = undelivered(&scene, at(START), None).await.unwrap_err();
    let what = "it is larger than 4096 KiB".to_owned();
    assert_eq!(error, LookUpError::Malformed(what));
}

#[tokio::test]
async fn what_has_no_name_at_the_end_of_a_page_does_not_hide_the_next_page() {
    let scene = Scene::set().await;
    let mut page = list(&[
        named("evt_9", "invoice.paid", &invoice(&json!({}))),
        json!({"id": ""}),
        json!(7),
    ]);
    page["has_more"] = json!(true);
    scene.server.has("events", &page);
    let read = undelivered(&scene, at(START), None).await.unwrap();
    assert_eq!(read.next.as_deref(), Some("evt_9"));
    for nameless in [json!([7]), json!([])] {
        page["data"] = nameless;
        scene.server.has("events", &page);
        let error = undelivered(&scene, at(START), None).await.unwrap_err();
        assert_eq!(error.kind(), "malformed");
    }
}

#[tokio::test]
async fn a_page_that_stripe_does_not_know_is_rejected_so_that_the_stretch_is_begun_anew() {
    let scene = Scene::set().await;
    for status in [400, 404] {
        let no_such = "No such event: 'evt_9'";
        let reply = Reply::refusal(status, "invalid_request_error", "resource_missing", no_such);
        scene.server.answers("events", reply);
        let error = undelivered(&scene, at(START), Some("evt_9"))
            .await
            .unwrap_err();
        assert_eq!(error.kind(), "rejected", "{status}");
        let error = undelivered(&scene, at(START), None).await.unwrap_err();
        assert_eq!(error.kind(), "malformed", "{status}");
    }
    for (status, kind) in [(403, "unauthorized"), (500, "unavailable")] {
        let reply = Reply::refusal(status, "api_error", "", "");
        scene.server.answers("events", reply);
        let error = undelivered(&scene, at(START), Some("evt_9"))
            .await
            .unwrap_err();
        assert_eq!(error.kind(), kind);
    }
}

#[test]
fn stripe_keeps_such_a_list() {
    assert!(stores::profile(domain::Store::Stripe).lists_undelivered);
    assert!(stores::profile(domain::Store::Stripe).sends_notifications);
}
