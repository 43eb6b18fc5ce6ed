//! Whose a purchase is, by what the broadcaster wrote on it.

use serde_json::{Value, json};

use crate::scene::{PAYMENT, SUB, Scene, locator, payment_intent};

const SESSION: &str = "cs_live_1Synth";

async fn account(configuration: Value, metadata: Value) -> Option<String> {
    let scene = Scene::configured(configuration).await;
    scene.sells(&json!({ "metadata": metadata }));
    let account = scene.look().await.unwrap().account;
    account.map(|customer| customer.as_str().to_owned())
}

#[tokio::test]
async fn metadata_binds_a_subscription_where_a_pattern_is_configured() {
    let pattern = |pattern: &str| json!({ "accountIdPattern": pattern });
    let user = json!({"app_user_id": "u-4821"});
    for (configuration, expected) in [
        (json!({}), None),
        (json!({"accountIdPattern": ""}), None),
        (pattern("{customerId}"), Some("u-4821")),
        (pattern("u-{customerId}"), Some("4821")),
        (pattern("cust-{customerId}"), None),
        (
            json!({"accountIdPattern": "{customerId}", "accountMetadataKey": "viewer"}),
            None,
        ),
    ] {
        let bound = account(configuration.clone(), user.clone()).await;
        assert_eq!(bound.as_deref(), expected, "{configuration}");
    }
    let other = json!({"accountIdPattern": "{customerId}", "accountMetadataKey": "viewer"});
    let bound = account(other, json!({"viewer": "7"})).await;
    assert_eq!(bound.as_deref(), Some("7"));
}

#[tokio::test]
async fn what_is_no_customer_binds_to_nobody() {
    for metadata in [
        Value::Null,
        json!({}),
        json!({"app_user_id": ""}),
        json!({"app_user_id": "x".repeat(256)}),
    ] {
        let bound = account(
            json!({"accountIdPattern": "{customerId}"}),
            metadata.clone(),
        )
        .await;
        assert_eq!(bound, None, "{metadata}");
    }
}

fn referring() -> Value {
    json!({"id": SESSION, "mode": "subscription", "subscription": SUB, "client_reference_id": "9"})
}

#[tokio::test]
async fn the_reference_of_a_checkout_binds_only_if_it_is_configured() {
    for (believed, expected) in [(false, None), (true, Some("9"))] {
        let configuration = json!({"accountIdPattern": "{customerId}",
            "clientReferenceBinds": believed});
        let scene = Scene::configured(configuration).await;
        scene.sells(&json!({"metadata": {}}));
        scene.server.lists(
            "checkout/sessions?subscription=sub_1SynthSub0001",
            &[referring()],
        );
        scene
            .server
            .has(&format!("checkout/sessions/{SESSION}"), &referring());
        for id in [SUB, SESSION] {
            let account = scene.look_at(&locator(id)).await.unwrap().account;
            assert_eq!(
                account.as_ref().map(domain::CustomerId::as_str),
                expected,
                "{id}"
            );
        }
        let asked = scene.server.asked_for("checkout/sessions").len();
        assert_eq!(asked, usize::from(believed));
    }
}

#[tokio::test]
async fn metadata_goes_before_the_reference() {
    let configuration = json!({"accountIdPattern": "u-{customerId}", "clientReferenceBinds": true});
    let scene = Scene::configured(configuration).await;
    let account = scene.look().await.unwrap().account.unwrap();
    assert_eq!(account.as_str(), "4821");
    assert!(scene.server.asked_for("checkout/sessions").is_empty());
}

#[tokio::test]
async fn a_payment_is_bound_by_its_own_metadata_or_that_of_its_checkout() {
    let once = |metadata: Value, reference: Value| {
        json!({"id": SESSION, "mode": "payment", "payment_intent": PAYMENT, "metadata": metadata,
            "client_reference_id": reference})
    };
    let own = json!({"product_id": "film", "app_user_id": "1"});
    let none = json!({"product_id": "film"});
    for (metadata, session, expected) in [
        (
            &own,
            once(json!({"app_user_id": "2"}), json!("3")),
            Some("1"),
        ),
        (
            &none,
            once(json!({"app_user_id": "2"}), json!("3")),
            Some("2"),
        ),
        (&none, once(json!({}), json!("3")), Some("3")),
        (&none, once(json!({}), Value::Null), None),
    ] {
        let configuration =
            json!({"accountIdPattern": "{customerId}", "clientReferenceBinds": true});
        let scene = Scene::configured(configuration).await;
        let payment = payment_intent(&json!({ "metadata": metadata }));
        scene
            .server
            .has(&format!("payment_intents/{PAYMENT}"), &payment);
        scene.server.lists(
            "checkout/sessions?payment_intent=pi_1SynthPay0002",
            &[session],
        );
        let account = scene.look_at(&locator(PAYMENT)).await.unwrap().account;
        assert_eq!(account.as_ref().map(domain::CustomerId::as_str), expected);
    }
}

#[tokio::test]
async fn the_platform_is_shown_and_cut_to_a_fair_length() {
    for (platform, expected) in [
        (json!("web"), Some("web".to_owned())),
        (json!("samsung_tv"), Some("samsung_tv".to_owned())),
        (json!("x".repeat(500)), Some("x".repeat(64))),
        (json!(""), None),
    ] {
        let scene = Scene::with(&json!({"metadata": {"platform": platform}})).await;
        let shown = scene.state().await.details.get("platform").cloned();
        assert_eq!(shown, expected);
    }
}
