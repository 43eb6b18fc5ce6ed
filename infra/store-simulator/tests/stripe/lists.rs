//! Lists: filtered, by pages, newest first.

use store_simulator::stripe::model::{Action, NewCheckout};

use crate::scene::{LIVE_KEY, Scene, TEST_KEY, ids};

#[tokio::test]
async fn subscriptions_are_listed_without_the_ended_ones_unless_asked_for() {
    let (scene, ended) = Scene::bought().await;
    scene.does(&ended.id, Action::CancelNow).await;
    let runs = scene.buy().await;
    assert_eq!(ids(&scene.get("/subscriptions").await), [runs.id.as_str()]);
    let all = ids(&scene.get("/subscriptions?status=all").await);
    assert_eq!(all, [runs.id.clone(), ended.id.clone()]);
    for status in ["canceled", "ended"] {
        let list = scene.get(&format!("/subscriptions?status={status}")).await;
        assert_eq!(ids(&list), [ended.id.as_str()]);
    }
    let path = format!("/subscriptions?status=all&customer={}", ended.customer_id);
    assert_eq!(ids(&scene.get(&path).await), [ended.id]);
    let test: serde_json::Value = scene
        .call_with(TEST_KEY, "/subscriptions?status=all")
        .await
        .json()
        .await
        .unwrap();
    assert!(ids(&test).is_empty(), "of the other mode");
}

#[tokio::test]
async fn prices_and_dates_filter_too() {
    let (scene, first) = Scene::bought().await;
    scene.store.advance_clock(100).await.unwrap();
    let wanted = NewCheckout::subscription("price_b");
    let second = scene.creates(&wanted).await.purchase;
    let by_price = scene.get("/subscriptions?price=price_b").await;
    assert_eq!(ids(&by_price), [second.id.as_str()]);
    let created = first.subscription.unwrap().created.as_second();
    for (filter, expected) in [
        (format!("created[gt]={created}"), &second.id),
        (format!("created[lte]={created}"), &first.id),
        (format!("created={created}"), &first.id),
    ] {
        let list = scene.get(&format!("/subscriptions?{filter}")).await;
        assert_eq!(ids(&list), [expected.as_str()], "{filter}");
    }
}

#[tokio::test]
async fn pages_go_both_ways() {
    let scene = Scene::set().await;
    let mut bought = Vec::new();
    for _ in 0..5 {
        bought.insert(0, scene.buy().await.id);
    }
    let first = scene.get("/subscriptions?limit=2").await;
    assert_eq!(ids(&first), bought[..2]);
    assert_eq!(first["has_more"], true);
    let path = format!("/subscriptions?limit=2&starting_after={}", bought[2]);
    let last = scene.get(&path).await;
    assert_eq!(ids(&last), bought[3..]);
    assert_eq!(last["has_more"], false);
    let path = format!("/subscriptions?limit=2&ending_before={}", bought[3]);
    let newer = scene.get(&path).await;
    assert_eq!(ids(&newer), bought[1..3], "those next to it");
    assert_eq!(newer["has_more"], true);
    for limit in ["0", "101", "many"] {
        let path = format!("/subscriptions?limit={limit}");
        assert_eq!(scene.refused(LIVE_KEY, &path).await.0, 400);
    }
}

#[tokio::test]
async fn unknown_parameters_are_refused_and_some_are_needed() {
    let scene = Scene::set().await;
    for (path, code) in [
        ("/subscriptions?state=all", "parameter_unknown"),
        ("/subscription_items", "parameter_missing"),
        (
            "/invoice_payments?payment[payment_intent]=pi_1",
            "parameter_missing",
        ),
        (
            "/invoice_payments?payment[type]=payment_intent",
            "parameter_missing",
        ),
    ] {
        let (status, error) = scene.refused(LIVE_KEY, path).await;
        assert_eq!(status, 400, "{path}");
        assert_eq!(error["code"], code, "{path}");
    }
}
