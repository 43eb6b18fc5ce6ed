//! Coupon campaigns: the introductory prices of the store, mirrored.

use local_stack::broadcaster::{Broadcaster, MONTHLY_OFFER, MONTHLY_PRODUCT};
use reqwest::Method;
use serde_json::{Value, json};
use store_simulator::android::model::Action;

use super::Scene;
use crate::story::{eventually, webhooks};

/// The campaign's address.
fn at(code: &str) -> String {
    format!("/v1/offers/{MONTHLY_OFFER}/coupons/{code}")
}

async fn put(broadcaster: &Broadcaster, code: &str, campaign: &Value) -> u16 {
    let path = at(code);
    let answer = broadcaster.call(Method::PUT, &path, Some(campaign));
    answer.await.unwrap().status.as_u16()
}

fn half_for(cycles: u32) -> Value {
    json!({"percent": 50, "cycles": cycles})
}

/// What `expectedPrice` says, in millionths.
fn micros(shown: &Value) -> Option<i64> {
    shown["expectedPrice"]["amountMicros"].as_i64()
}

/// How ada's payment for a new monthly purchase ends that names this code, and its token.
async fn pays_naming(scene: &Scene, code: &str) -> (Value, String) {
    let token = scene.bought(MONTHLY_PRODUCT).await;
    let mut body = scene.payment(MONTHLY_OFFER, &token);
    body["couponCode"] = json!(code);
    (scene.pays_with("ada", body).await, token)
}

#[tokio::test]
async fn a_campaign_is_put_read_and_deleted() {
    let scene = Scene::new().await;
    let broadcaster = &scene.broadcaster;
    let call = async |method, path: &str| broadcaster.call(method, path, None).await.unwrap();

    assert_eq!(put(broadcaster, "INTRO2M", &half_for(2)).await, 200);
    let read = call(Method::GET, &at("INTRO2M")).await;
    let shown = json!({"code": "INTRO2M", "percent": 50, "cycles": 2});
    assert_eq!((read.status.as_u16(), read.body), (200, shown));

    // The same code again is the same campaign.
    assert_eq!(put(broadcaster, "INTRO2M", &half_for(3)).await, 200);
    assert_eq!(call(Method::GET, &at("INTRO2M")).await.body["cycles"], 3);
    let list = format!("/v1/offers/{MONTHLY_OFFER}/coupons");
    let listed = call(Method::GET, &list).await;
    assert_eq!(listed.body["coupons"].as_array().unwrap().len(), 1);

    assert_eq!(call(Method::DELETE, &at("INTRO2M")).await.status, 204);
    assert_eq!(call(Method::DELETE, &at("INTRO2M")).await.status, 404);
    assert_eq!(call(Method::GET, &at("INTRO2M")).await.status, 404);
}

#[tokio::test]
async fn the_expected_price_is_the_offer_s_less_the_discount() {
    let scene = Scene::new().await;
    put(&scene.broadcaster, "INTRO2M", &half_for(2)).await;
    let full = scene.subscribed("bob").await;
    assert_eq!(micros(&scene.subscription("bob").await), Some(8_990_000));

    let (outcome, token) = pays_naming(&scene, "INTRO2M").await;

    assert_eq!(outcome["status"], "success");
    assert_eq!(outcome["coupon"], "applied");
    assert_eq!(micros(&outcome), Some(4_495_000));
    let state = scene.subscription("ada").await;
    assert_eq!(micros(&state), Some(4_495_000));
    assert_eq!(state["expectedPrice"]["currency"], "USD");
    assert_eq!(state["coupon"]["code"], "INTRO2M");
    let created = eventually("it is told", async || {
        webhooks(&scene.broadcaster)
            .await
            .into_iter()
            .find(|message| {
                message["topic"] == "subscriptionCreated"
                    && message["data"]["inAppSpecificData"]["purchaseToken"] == token.as_str()
            })
    })
    .await;
    assert_eq!(micros(&created["data"]), Some(4_495_000));
    assert_eq!(created["data"]["couponCode"], "INTRO2M");
    assert_ne!(full, token);
}

#[tokio::test]
async fn an_invalid_code_blocks_nothing_and_is_reported() {
    let scene = Scene::new().await;
    let over = json!({"percent": 50, "cycles": 2, "validUntil": "2026-01-01T00:00:00Z"});
    put(&scene.broadcaster, "OVER", &over).await;
    let to_come = json!({"percent": 50, "cycles": 2, "validFrom": "2126-01-01T00:00:00Z"});
    put(&scene.broadcaster, "TO-COME", &to_come).await;
    put(&scene.broadcaster, "Upper", &half_for(2)).await;
    for (code, reported) in [
        ("NOBODY-MADE-IT", "unknown"),
        ("no code at all!", "unknown"),
        ("UPPER", "unknown"),
        ("OVER", "expired"),
        ("TO-COME", "not_yet_valid"),
    ] {
        let (outcome, _) = pays_naming(&scene, code).await;

        assert_eq!(outcome["status"], "success", "{code}");
        assert_eq!(outcome["coupon"], reported, "{code}");
        assert_eq!(outcome["accessGranted"], true);
        assert_eq!(micros(&outcome), Some(8_990_000), "{code}");
    }
}

#[tokio::test]
async fn the_discount_counts_down_over_the_cycles() {
    let scene = Scene::new().await;
    put(&scene.broadcaster, "INTRO2M", &half_for(2)).await;
    let (_, token) = pays_naming(&scene, "INTRO2M").await;
    scene.told(&token, &["new"]).await;

    for (cycle, left, expected) in [(1, 2, 4_495_000), (2, 1, 4_495_000), (3, 0, 8_990_000)] {
        let state = scene.subscription("ada").await;
        assert_eq!(state["billingCycle"], cycle);
        assert_eq!(state["discountCyclesLeft"], left);
        assert_eq!(micros(&state), Some(expected), "{cycle}");

        scene.happens(&token, Action::Renew).await;
        eventually("the renewal is seen", async || {
            let state = scene.subscription("ada").await;
            (state["billingCycle"] == cycle + 1).then_some(())
        })
        .await;
    }
}
