//! `purchases.subscriptionsv2.get`.

use std::time::{Duration, Instant};

use reqwest::Method;
use store_simulator::{
    Control, FaultKind, Faults, LookupFault,
    android::{
        Configuration,
        model::{Action, NewPurchase},
    },
};

use crate::scene::{Scene, parts, reason};

#[tokio::test]
async fn it_shows_the_purchase_and_is_counted() {
    let (scene, purchase) = Scene::bought().await;
    let (status, answer) = scene.get(&purchase.purchase_token).await;
    assert_eq!(status, 200);
    assert_eq!(answer["kind"], "androidpublisher#subscriptionPurchaseV2");
    assert_eq!(answer["latestOrderId"], purchase.order_id);
    let gets = scene.store.calls().await.unwrap().gets;
    assert_eq!(gets.total, 1);
    assert_eq!(gets.by_token[&purchase.purchase_token], 1);
    assert_eq!(gets.by_outcome["200"], 1);
}

#[tokio::test]
async fn without_a_live_access_token_it_is_refused() {
    let (scene, purchase) = Scene::bought().await;
    let path = format!(
        "/purchases/subscriptionsv2/tokens/{}",
        &*purchase.purchase_token
    );
    let url = scene.url(&path);
    let with = async |token: &str| {
        let request = scene.http.get(&url).bearer_auth(token);
        parts(request.send().await.unwrap()).await
    };
    let bare = scene.http.get(&url).send().await.unwrap();
    assert_eq!(bare.status(), 401);
    let (status, answer) = with("ya29.c.invented").await;
    assert_eq!((status, reason(&answer)), (401, "authError"));

    let token = scene.access_token().await;
    assert_eq!(with(&token).await.0, 200);
    scene.store.expire_access_tokens().await.unwrap();
    assert_eq!(with(&token).await.0, 401);
}

#[tokio::test]
async fn unknown_tokens_are_404_malformed_ones_400_and_old_ones_410() {
    let (scene, purchase) = Scene::bought().await;
    let (status, answer) = scene.get("unknown.AO-J1O_x").await;
    assert_eq!((status, reason(&answer)), (404, "purchaseTokenNotFound"));
    let (status, answer) = scene.get("not%20a%20token").await;
    assert_eq!((status, reason(&answer)), (400, "invalid"));

    let token = &purchase.purchase_token;
    scene.store.plainly(token, Action::Expire).await.unwrap();
    scene.store.advance_clock(61 * 86_400).await.unwrap();
    let (status, answer) = scene.get(token).await;
    assert_eq!(status, 410);
    assert_eq!(reason(&answer), "subscriptionPurchaseNoLongerAvailable");
}

#[tokio::test]
async fn an_account_sees_only_its_own_app() {
    let (scene, _) = Scene::bought().await;
    let other = Control::new(scene.simulator.base_url()).android("com.example.other");
    let configuration = Configuration {
        notification_url: None,
        ..crate::scene::configuration(None)
    };
    other.configure(&configuration).await.unwrap();
    let wanted = NewPurchase::of("premium", "monthly");
    let theirs = other.buy(&wanted).await.unwrap().purchase.purchase_token;

    let (status, answer) = scene.get(&theirs).await;
    assert_eq!(status, 400);
    assert_eq!(reason(&answer), "purchaseTokenDoesNotMatchPackageName");
    let (ours, base) = (scene.access_token().await, scene.store.api_base_url());
    for (name, expected) in [("com.example.other", 403), ("com.example.nobody", 404)] {
        let url = format!(
            "{base}/applications/{name}/purchases/subscriptionsv2/tokens/{}",
            &*theirs
        );
        let request = scene.http.get(url).bearer_auth(&ours);
        assert_eq!(request.send().await.unwrap().status().as_u16(), expected);
    }
}

#[tokio::test]
async fn faults_replace_the_answer() {
    let (scene, purchase) = Scene::bought().await;
    let token = purchase.purchase_token.as_str();
    let busy = FaultKind::Status {
        status: 429,
        retry_after: Some(2),
    };
    let faults = Faults {
        lookup: vec![
            LookupFault::always(busy).times(1).of_subscription(token),
            LookupFault::always(FaultKind::Malformed).times(1),
            LookupFault::always(FaultKind::Slow { millis: 200 }).times(1),
        ],
        ..Faults::default()
    };
    scene.store.set_faults(&faults).await.unwrap();
    let path = format!("/purchases/subscriptionsv2/tokens/{token}");
    let response = scene.call(Method::GET, &path).await;
    assert_eq!(response.headers()["retry-after"], "2");
    let (status, answer) = parts(response).await;
    assert_eq!((status, reason(&answer)), (429, "rateLimitExceeded"));

    let malformed = scene.call(Method::GET, &path).await;
    assert_eq!(malformed.status(), 200);
    assert!(malformed.json::<serde_json::Value>().await.is_err());

    let began = Instant::now();
    assert_eq!(scene.get(token).await.0, 200);
    assert!(began.elapsed() >= Duration::from_millis(200));
    scene.store.clear_faults().await.unwrap();
    let outcomes = scene.store.calls().await.unwrap().gets.by_outcome;
    let expected = [("200", 1), ("429", 1), ("malformed", 1)];
    let expected = expected.map(|(name, count)| (name.to_owned(), count));
    assert_eq!(outcomes, expected.into());
}
