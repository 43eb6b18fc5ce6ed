//! Keys, modes and permissions, and the API's refusals.

use serde_json::{Value, json};
use store_simulator::{
    Control,
    stripe::{ApiKey, Configuration, model::NewCheckout},
};

use crate::{
    ACCOUNT,
    scene::{LIVE_KEY, Scene, TEST_KEY, configuration},
};

#[tokio::test]
async fn without_a_good_key_nothing_is_shown() {
    let (scene, bought) = Scene::bought().await;
    let path = format!("/subscriptions/{}", bought.id);
    let (status, error) = scene.refused("sk_live_of_nobody", &path).await;
    assert_eq!(status, 401);
    assert_eq!(error["type"], "invalid_request_error");
    assert!(!error["message"].as_str().unwrap().contains("nobody"));
    let url = format!("{}{path}", scene.store.api_base_url());
    let response = scene.http.get(&url).send().await.unwrap();
    assert_eq!(response.status(), 401);
    assert!(response.headers().contains_key("request-id"));
    let basic = scene.http.get(&url).basic_auth(LIVE_KEY, Some(""));
    assert_eq!(basic.send().await.unwrap().status(), 200);
}

#[tokio::test]
async fn an_object_of_the_other_mode_is_missing_with_a_hint() {
    let scene = Scene::set().await;
    let live = scene.buy().await;
    let test = NewCheckout::subscription("price_m").in_test_mode();
    let test = scene.creates(&test).await.purchase;
    assert!(test.session_id().starts_with("cs_test_"));
    for (key, purchase, hint) in [
        (TEST_KEY, &live, "exists in live mode, but a test mode key"),
        (LIVE_KEY, &test, "exists in test mode, but a live mode key"),
    ] {
        let path = format!("/subscriptions/{}", purchase.id);
        let (status, error) = scene.refused(key, &path).await;
        assert_eq!((status, &error["code"]), (404, &json!("resource_missing")));
        assert!(error["message"].as_str().unwrap().contains(hint));
    }
    let path = format!("/subscriptions/{}", test.id);
    let answer: Value = scene.call_with(TEST_KEY, &path).await.json().await.unwrap();
    assert_eq!(answer["livemode"], false);
    let price: Value = scene
        .call_with(TEST_KEY, "/prices/price_m")
        .await
        .json()
        .await
        .unwrap();
    assert_eq!(price["livemode"], false, "prices are in both modes");
}

#[tokio::test]
async fn what_nobody_has_is_missing() {
    let (scene, bought) = Scene::bought().await;
    let (status, error) = scene
        .refused(LIVE_KEY, "/subscriptions/sub_1SynthGone")
        .await;
    assert_eq!(status, 404);
    let expected = json!({"type": "invalid_request_error", "code": "resource_missing",
        "param": "id", "message": "No such subscription: 'sub_1SynthGone'",
        "request_log_url": error["request_log_url"]});
    assert_eq!(error, expected);
    let path = format!("/subscriptions/{}", bought.customer_id);
    assert_eq!(
        scene.refused(LIVE_KEY, &path).await.0,
        404,
        "of another kind"
    );
    assert_eq!(scene.refused(LIVE_KEY, "/nothing/of/the/kind").await.0, 404);
}

#[tokio::test]
async fn a_restricted_key_reads_only_what_it_may() {
    let keys = json!({"apiKeys": [{"key": "rk_live_subs", "permissions": ["subscriptions"]}]});
    let scene = Scene::with(keys).await;
    let bought = scene.buy().await;
    let path = format!("/subscriptions/{}", bought.id);
    assert_eq!(scene.call_with("rk_live_subs", &path).await.status(), 200);
    for (path, permission) in [
        ("/events", "rak_event_read"),
        ("/invoices/in_1", "rak_invoice_read"),
        ("/charges/ch_1", "rak_charge_read"),
        ("/checkout/sessions/cs_1", "rak_checkout_session_read"),
        ("/account", "rak_accounts_kyc_basic_read"),
    ] {
        let (status, error) = scene.refused("rk_live_subs", path).await;
        assert_eq!(status, 403, "{path}");
        let message = error["message"].as_str().unwrap();
        assert!(message.contains(permission));
        assert!(!message.contains("rk_live_subs"));
    }
}

#[tokio::test]
async fn the_key_names_the_account() {
    let scene = Scene::set().await;
    assert_eq!(scene.get("/account").await["id"], ACCOUNT);
    let url = format!("{}/account", scene.store.api_base_url());
    let call = |account: &'static str| {
        let request = scene.http.get(&url).bearer_auth(LIVE_KEY);
        request.header("stripe-account", account).send()
    };
    assert_eq!(call(ACCOUNT).await.unwrap().status(), 200);
    assert_eq!(call("acct_other").await.unwrap().status(), 403);
}

#[tokio::test]
async fn accounts_do_not_meet() {
    let (scene, bought) = Scene::bought().await;
    let other = Control::new(scene.simulator.base_url()).stripe("acct_other");
    let taken = configuration(None);
    assert!(
        other.configure(&taken).await.is_err(),
        "keys name one account"
    );
    let own = Configuration {
        api_keys: vec![ApiKey::secret("sk_live_other")],
        ..configuration(None)
    };
    other.configure(&own).await.unwrap();
    let path = format!("/subscriptions/{}", bought.id);
    assert_eq!(scene.refused("sk_live_other", &path).await.0, 404);
    assert!(other.purchases().await.unwrap().is_empty());
    other.remove().await.unwrap();
    assert!(other.now().await.is_err());
    assert_eq!(scene.refused("sk_live_other", &path).await.0, 401);
}

#[tokio::test]
async fn a_set_up_that_cannot_be_is_refused() {
    let scene = Scene::set().await;
    for wrong in [
        json!({"apiKeys": [{"key": "pk_live_publishable"}]}),
        json!({"apiKeys": [{"key": "sk_demo"}]}),
        json!({"signingSecrets": [""]}),
        json!({"notificationUrl": "nowhere"}),
        json!({"apiVersion": "endive"}),
        json!({"unheardOf": 1}),
    ] {
        assert!(scene.store.reconfigure(&wrong).await.is_err(), "{wrong}");
    }
}

#[tokio::test]
async fn keys_and_users_do_not_show() {
    let configuration = configuration(None);
    let wanted = NewCheckout::subscription("price_m").for_user("u-4821");
    let shown = format!("{configuration:?} {wanted:?}");
    for secret in [LIVE_KEY, TEST_KEY, crate::scene::SECRET, "u-4821"] {
        assert!(!shown.contains(secret), "{secret}");
    }
}
