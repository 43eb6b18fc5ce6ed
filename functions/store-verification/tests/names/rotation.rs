//! Credentials that are rotated while a purchase is being verified: after the function has read the old ones.

use serde_json::{Value, json};
use store_simulator::android::AndroidControl;
use store_simulator::android::model::{Action, BasePlan, NewPurchase, Options};
use store_simulator::{Control, FaultKind, Faults, LookupFault, RunningSimulator, Simulator};

use crate::app_store::AppStore;
use crate::google_play::{GooglePlay, PACKAGE, submission};
use crate::scene::created;

#[tokio::test]
async fn a_claim_that_meets_a_revoked_key_of_apple_is_decided_in_the_same_run() {
    let shop = AppStore::start().await;
    let scene = &shop.scene;
    let nothing = json!({"transactionId": "1"});
    assert!(matches!(
        scene.claims(1, "eve", &nothing).await,
        Some(Err(_))
    ));
    let next = shop.apple.rotate_api_key(false).await.unwrap();
    let mut config = shop.config.clone();
    config["keyId"] = json!(next.key_id);
    config["privateKey"] = json!(next.private_key);
    scene.configure(&config);

    let claim = scene.submits(2, "ada", &shop.body(), 0).await;

    assert_eq!(scene.verify(&[claim]).await, 0);
    assert_eq!(scene.ended(2).await, created());
}

/// The place at which Google accepts the new credentials only.
struct Elsewhere {
    play: AndroidControl,
    config: Value,
    _simulator: RunningSimulator,
}

impl Elsewhere {
    async fn start() -> Self {
        let simulator = Simulator::start(([127, 0, 0, 1], 0).into()).await.unwrap();
        let play = Control::new(simulator.base_url()).android(PACKAGE);
        let registration = store_simulator::android::Configuration {
            plans: vec![
                BasePlan::monthly("basic", "monthly", "4.99", "EUR"),
                BasePlan::monthly("premium", "monthly", "9.99", "EUR"),
            ],
            ..Default::default()
        };
        play.configure(&registration).await.unwrap();
        let config = json!({
            "serviceAccount": play.service_account().await.unwrap(),
            "packageNames": [PACKAGE],
            "apiBaseUrl": simulator.base_url(),
        });
        Self {
            play,
            config,
            _simulator: simulator,
        }
    }
}

async fn buys(play: &AndroidControl, token: &str) {
    let wanted = NewPurchase::of("basic", "monthly").with_token(token);
    play.buy(&wanted).await.unwrap();
}

async fn replaces(play: &AndroidControl, old: &str, new: &str, product: &str) {
    play.plainly(old, Action::Acknowledge).await.unwrap();
    let options = Options {
        purchase_token: Some(new.into()),
        ..Options::to_plan(product, "monthly")
    };
    play.act(old, Action::Replace, &options).await.unwrap();
}

#[tokio::test]
async fn a_chain_is_walked_on_with_the_new_credentials() {
    let shop = GooglePlay::start().await;
    shop.claimed("first", "ada").await;
    let elsewhere = Elsewhere::start().await;
    buys(&elsewhere.play, "first").await;
    for play in [&shop.play, &elsewhere.play] {
        replaces(play, "first", "second", "premium").await;
        replaces(play, "second", "third", "basic").await;
    }
    // The last link is answered before the rotation, the one before it is refused.
    let refused = LookupFault::always(FaultKind::Status {
        status: 401,
        retry_after: None,
    });
    let faults = Faults {
        lookup: vec![refused.of_subscription("second")],
        ..Faults::default()
    };
    shop.play.set_faults(&faults).await.unwrap();
    shop.scene.configure(&elsewhere.config);

    shop.tells_of("third").await;

    let after = shop.scene.subscription("third").await;
    assert_eq!(after.ownership.customer_id.unwrap().as_str(), "ada");
    assert!(shop.scene.leads("second", "third").await);
    let gets = elsewhere.play.calls().await.unwrap().gets.total;
    assert_eq!(gets, 1, "nothing but the refused question");
}

#[tokio::test]
async fn a_purchase_is_acknowledged_with_the_new_credentials() {
    let shop = GooglePlay::start().await;
    shop.claimed("another", "eve").await;
    let elsewhere = Elsewhere::start().await;
    for play in [&shop.play, &elsewhere.play] {
        buys(play, "token").await;
    }
    let refused = json!({"refusals": {"acknowledge": 401}});
    shop.play.reconfigure(&refused).await.unwrap();
    shop.scene.configure(&elsewhere.config);

    assert_eq!(
        shop.scene.claims(1, "ada", &submission("token")).await,
        created()
    );

    let bought = elsewhere.play.purchase("token").await.unwrap();
    assert!(bought.acknowledged);
    let stored = shop.scene.subscription("token").await;
    assert_eq!(stored.state.acknowledge_by, None);
}
