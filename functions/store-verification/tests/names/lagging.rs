//! A store whose answers lag behind what it has signed already.

use cloud::queue::{Verification, VerificationCause};
use domain::validation::ValidationFailure::{PurchaseExpired, PurchaseNotFound};
use domain::{Notice, NoticePolicy, validation::ValidationOutcome};
use domain::{PurchaseKey, Reading, Status, Store, StoreSnapshot, StoreState};
use serde_json::json;
use store_simulator::apple::model::Action;
use store_simulator::apple::{ApiRefusal, Forgery, Signing};

use crate::app_store::AppStore;
use crate::google_play::{GooglePlay, submission};
use crate::scene::created;

/// `SUBSCRIBED/RESUBSCRIBE` with the whole signed state.
async fn bought_again(shop: &AppStore, state: StoreState) -> Verification {
    let mut message = shop.scene.notification(&shop.body(), None);
    message.locator = shop.scene.stored(&shop.id).await.unwrap().locator;
    message.cause = VerificationCause::Notification {
        id: "1".to_owned(),
        kind: "SUBSCRIBED/RESUBSCRIBE".to_owned(),
        sent_at: Some(message.received_at),
        notice: Some(Box::new(Notice {
            snapshot: StoreSnapshot::new(
                Store::Apple,
                PurchaseKey::new(&*shop.id).unwrap(),
                Reading::Known(state),
                message.received_at,
            ),
            alone: NoticePolicy::AfterGivingUp,
        })),
        voided: None,
    };
    message
}

#[tokio::test]
async fn a_signed_state_newer_than_the_answers_content_counts_and_is_followed_up() {
    let shop = AppStore::start().await;
    assert_eq!(shop.scene.claims(1, "1", &shop.body()).await, created());
    let before = shop.scene.subscription(&shop.id).await.state;
    shop.ends().await;
    let ended = shop.scene.subscription(&shop.id).await;
    assert!(ended.state.status.is_ended());
    let two_months = jiff::SignedDuration::from_hours(60 * 24);
    let signed = StoreState {
        period_end: before.period_end + two_months,
        order_id: Some("700000567890999".to_owned()),
        ..before
    };
    let message = bought_again(&shop, signed.clone()).await;

    assert_eq!(shop.scene.verify(&[message]).await, 0);

    let revived = shop.scene.subscription(&shop.id).await;
    assert_eq!(revived.state.status, Status::Active);
    assert_eq!(revived.state.period_end, signed.period_end);
    assert!(revived.access_granted(jiff::Timestamp::now()));
    let due = shop.scene.stored(&shop.id).await.unwrap().due_at.unwrap();
    assert!(due.duration_since(jiff::Timestamp::now()) < jiff::SignedDuration::from_mins(3));

    // A scheduled look-up that still shows the end does not take the access away.
    let check = shop.scene.check(&shop.id).await;
    assert_eq!(shop.scene.verify(&[check]).await, 0);
    let still = shop.scene.subscription(&shop.id).await;
    assert_eq!(still.state.status, Status::Active);
    assert_eq!(still.ownership.sequence, revived.ownership.sequence);
}

#[tokio::test]
async fn a_token_that_google_does_not_know_yet_is_asked_for_again_for_minutes() {
    let google = GooglePlay::start().await;
    let scene = &google.scene;
    let early = scene.submits(1, "ada", &submission("token-1"), 0).await;
    assert_eq!(scene.verify(std::slice::from_ref(&early)).await, 1);
    assert_eq!(scene.ended(1).await, None);
    google.buys("token-1").await;
    assert_eq!(scene.verify(&[early]).await, 0);
    assert_eq!(scene.ended(1).await, created());

    let late = scene.submits(2, "ada", &submission("token-2"), 181).await;
    assert_eq!(scene.verify(&[late]).await, 0);
    assert_eq!(scene.ended(2).await, Some(Err(PurchaseNotFound)));
}

/// The codes by which Apple denies knowing a transaction, its original one, or the account.
const UNKNOWN: [u64; 3] = [4_040_001, 4_040_005, 4_040_010];

#[tokio::test]
async fn a_signed_transaction_that_apple_does_not_know_yet_is_asked_for_again_for_minutes() {
    for code in UNKNOWN {
        let shop = AppStore::start().await;
        let (scene, body) = (&shop.scene, shop.signed(&Signing::default()).await);
        shop.apple.refuse(&[ApiRefusal::with(code)]).await.unwrap();
        let claim = scene.submits(1, "ada", &body, 0).await;
        assert_eq!(scene.verify(std::slice::from_ref(&claim)).await, 1);
        assert_eq!(scene.ended(1).await, None, "{code}");

        // The schedule takes over, and asks with the proof as well.
        assert_eq!(scene.verify_last(std::slice::from_ref(&claim)).await, 0);
        assert_eq!(scene.ended(1).await, None, "{code}");
        assert_eq!(scene.verify(std::slice::from_ref(&claim)).await, 1);

        let late = scene.submits(2, "ben", &body, 601).await;
        assert_eq!(scene.verify(&[late]).await, 0);
        assert_eq!(scene.ended(2).await, Some(Err(PurchaseNotFound)), "{code}");

        shop.apple.refuse(&[]).await.unwrap();
        assert_eq!(scene.verify(&[claim]).await, 0);
        assert_eq!(scene.ended(1).await, created(), "{code}");
    }
}

#[tokio::test]
async fn what_proves_nothing_is_not_found_at_once() {
    let shop = AppStore::start().await;
    let scene = &shop.scene;
    let forged = shop.signed(&Signing::forged(Forgery::OwnRoot)).await;
    let other = Signing::default().with("bundleId", json!("com.example.other"));
    let of_another_app = shop.signed(&other).await;
    let unknown = ApiRefusal::with(4_040_010);
    shop.apple.refuse(&[unknown]).await.unwrap();
    for (number, body) in (1..).zip([shop.body(), forged, of_another_app]) {
        let customer = number.to_string();
        let claim = scene.submits(number, &customer, &body, 0).await;
        assert_eq!(scene.verify(&[claim]).await, 0);
        assert_eq!(
            scene.ended(number).await,
            Some(Err(PurchaseNotFound)),
            "{number}"
        );
    }
}

#[tokio::test]
async fn how_long_is_configured() {
    let shop = AppStore::with(&json!({"propagationSeconds": 0})).await;
    let (scene, body) = (&shop.scene, shop.signed(&Signing::default()).await);
    let unknown = ApiRefusal::with(4_040_010);
    shop.apple.refuse(&[unknown]).await.unwrap();
    let claim = scene.submits(1, "ada", &body, 0).await;
    assert_eq!(scene.verify(&[claim]).await, 0);
    assert_eq!(scene.ended(1).await, Some(Err(PurchaseNotFound)));

    let google = GooglePlay::with(&json!({"propagationSeconds": 0})).await;
    let scene = &google.scene;
    let claim = scene.submits(1, "ada", &submission("token-1"), 0).await;
    assert_eq!(scene.verify(&[claim]).await, 0);
    assert_eq!(google.scene.ended(1).await, Some(Err(PurchaseNotFound)));
}

#[tokio::test]
async fn a_proof_is_in_no_message_and_in_no_outcome_and_not_kept() {
    let shop = AppStore::start().await;
    let (scene, body) = (&shop.scene, shop.signed(&Signing::default()).await);
    let proof = body["signedTransaction"].as_str().unwrap();
    let unknown = ApiRefusal::with(4_040_010);
    shop.apple.refuse(&[unknown]).await.unwrap();
    let claim = scene.submits(1, "ada", &body, 601).await;
    assert!(!serde_json::to_string(&claim).unwrap().contains(proof));
    let stored = || serde_json::to_string(&scene.aws.items("purchases")).unwrap();
    assert!(stored().contains(proof));

    assert_eq!(scene.verify(&[claim]).await, 0);

    assert!(!stored().contains(proof));
    let ended = scene.submission(1).await.outcome.unwrap();
    let ValidationOutcome::Failure { details, .. } = ended.outcome else {
        panic!("{:?}", ended.outcome);
    };
    let shown: Vec<&str> = details.keys().map(String::as_str).collect();
    assert_eq!(shown, ["claimedEnvironment", "transactionId", "type"]);
}

/// A transaction that was signed for the device after the end that Apple's answer still shows.
async fn bought_anew(shop: &AppStore) -> serde_json::Value {
    let in_a_month = jiff::Timestamp::now() + jiff::SignedDuration::from_hours(31 * 24);
    let signing = Signing::default()
        .with("transactionId", json!("700000999999999"))
        .with("expiresDate", json!(in_a_month.as_millisecond()));
    shop.signed(&signing).await
}

#[tokio::test]
async fn a_signed_transaction_newer_than_the_answer_s_content_keeps_a_claim_undecided() {
    let shop = AppStore::start().await;
    let scene = &shop.scene;
    assert_eq!(shop.scene.claims(1, "ada", &shop.body()).await, created());
    shop.ends().await;
    let body = bought_anew(&shop).await;
    let early = scene.submits(2, "ben", &body, 0).await;
    assert_eq!(scene.verify(std::slice::from_ref(&early)).await, 1);
    assert_eq!(scene.ended(2).await, None);

    shop.apple
        .plainly(&shop.id, Action::Resubscribe)
        .await
        .unwrap();
    assert_eq!(scene.verify(&[early]).await, 0);
    assert_eq!(scene.ended(2).await, created());
    let held = scene.subscription(&shop.id).await;
    assert_eq!(held.ownership.customer_id.unwrap().as_str(), "ben");
}

#[tokio::test]
async fn an_answer_that_stays_behind_for_too_long_is_believed() {
    let shop = AppStore::start().await;
    let scene = &shop.scene;
    shop.ends().await;
    let late = scene
        .submits(1, "ada", &bought_anew(&shop).await, 601)
        .await;
    let bare = scene.submits(2, "ada", &shop.body(), 0).await;
    assert_eq!(scene.verify(&[late, bare]).await, 0);
    for number in [1, 2] {
        assert_eq!(scene.ended(number).await, Some(Err(PurchaseExpired)));
    }
}
