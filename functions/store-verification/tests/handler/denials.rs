//! A store that suddenly denies knowing what it sold.

use cloud::clock;
use cloud::purchases::Purchases;
use domain::Status;

use crate::{Scene, broadcaster, check, scene};

/// Number of denials that make the brake hold, if the store knows nothing any more.
const DENIALS: usize = 10;

async fn sold(scene: &Scene, numbers: std::ops::Range<usize>) -> Vec<String> {
    let keys: Vec<_> = numbers.map(|number| format!("vzs-{number}")).collect();
    for (number, key) in (1000..).zip(&keys) {
        scene.store.sells(key);
        let customer = format!("customer-of-{key}");
        let claim = scene.submit(number, key, &customer, 60).await;
        assert_eq!(scene.verify(&[claim]).await, [""; 0]);
    }
    keys
}

async fn denied(scene: &Scene, keys: &[String]) {
    for key in keys {
        scene.store.fails(key, 404);
        assert_eq!(scene.verify(&[check(key)]).await, [""; 0]);
    }
}

/// How many of the purchases the store has denied, as far as that counts.
async fn counted(scene: &Scene, keys: &[String]) -> usize {
    let mut counted = 0;
    for key in keys {
        let subscription = scene.stored(key).await.unwrap().subscription;
        assert_eq!(subscription.state.status, Status::Active);
        counted += usize::from(subscription.missing.is_some());
    }
    counted
}

/// Releases the brake. Answers whether it held.
async fn release(scene: &Scene) -> bool {
    let purchases = Purchases::from_environment(&scene.aws.aws()).unwrap();
    let (id, store) = (broadcaster(), domain::Store::Vizio);
    let released = purchases.release_brake(&id, store, clock::now()).await;
    released.unwrap()
}

#[tokio::test]
async fn a_store_that_denies_everything_ends_nobody_s_subscription() {
    let scene = scene().await;
    let keys = sold(&scene, 0..15).await;

    denied(&scene, &keys).await;

    assert_eq!(counted(&scene, &keys).await, DENIALS - 1);
    let last = scene.stored(&keys[14]).await.unwrap();
    let due_in = last.due_at.unwrap().duration_since(clock::now());
    assert!((3_590..=4_500).contains(&due_in.as_secs()), "asked hourly");
}

#[tokio::test]
async fn a_few_denials_among_many_answers_count() {
    let scene = scene().await;
    let keys = sold(&scene, 0..15).await;
    for _ in 0..5 {
        for key in &keys {
            let _again = scene.verify(&[check(key)]).await;
        }
    }
    denied(&scene, &keys[..12]).await;
    assert_eq!(counted(&scene, &keys[..12]).await, 12);
}

#[tokio::test]
async fn a_released_brake_does_not_hold_again_for_days() {
    let scene = scene().await;
    let keys = sold(&scene, 0..12).await;
    denied(&scene, &keys).await;
    let before = counted(&scene, &keys).await;
    assert!(release(&scene).await, "it held");
    assert!(!release(&scene).await, "only once");

    denied(&scene, &keys[before..]).await;

    assert_eq!(counted(&scene, &keys).await, keys.len());
}

#[tokio::test]
async fn the_denial_of_a_claim_is_not_counted() {
    let scene = scene().await;
    for number in 0..15 {
        let key = format!("vzs-{number}");
        scene.store.fails(&key, 404);
        let claim = scene.submit(number, &key, "ada", 60).await;
        assert_eq!(scene.verify(&[claim]).await, [""; 0]);
    }
    let keys = sold(&scene, 20..21).await;
    denied(&scene, &keys).await;
    assert_eq!(counted(&scene, &keys).await, 1);
}
