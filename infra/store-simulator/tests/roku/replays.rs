//! Replays of earlier notifications.

use store_simulator::{
    ControlError,
    roku::{Replay, SentPush, model::Action},
};

use crate::scene::Scene;

fn kinds(pushes: &[SentPush]) -> Vec<&str> {
    pushes.iter().map(|push| push.kind.as_str()).collect()
}

/// Makes a purchase, two days later a cancellation, three days later another purchase.
async fn history() -> (Scene, Vec<SentPush>) {
    let scene = Scene::set().await;
    let mut sent = Vec::new();
    let wanted = store_simulator::roku::model::NewPurchase::of("monthly").with_id("a-1");
    sent.extend(scene.store.buy(&wanted).await.unwrap().pushes);
    scene.store.advance_clock(2 * 86_400).await.unwrap();
    sent.extend(
        scene
            .store
            .plainly("a-1", Action::Cancel)
            .await
            .unwrap()
            .pushes,
    );
    scene.store.advance_clock(3 * 86_400).await.unwrap();
    sent.extend(
        scene
            .store
            .buy(&wanted.with_id("a-2"))
            .await
            .unwrap()
            .pushes,
    );
    scene.settle().await;
    (scene, sent)
}

#[tokio::test]
async fn a_replay_brings_the_same_messages_under_the_same_keys_signed_anew() {
    let (scene, sent) = history().await;
    let again = scene.store.replay(&Replay::default()).await.unwrap();
    assert_eq!(again, sent);
    scene.settle().await;
    let received = scene.receiver.received();
    assert_eq!(received.len(), 6);
    let keys = scene.keys().await;
    assert!(
        received
            .iter()
            .all(|received| received.verified(&keys).is_ok())
    );
    let of_first = |received: &[crate::receiver::Received]| {
        let mut messages: Vec<_> = received
            .iter()
            .map(|one| one.message().to_string())
            .collect();
        messages.sort();
        messages
    };
    assert_eq!(of_first(&received[..3]), of_first(&received[3..]));
}

#[tokio::test]
async fn a_replay_can_be_of_a_window_or_of_one_purchase() {
    let (scene, _) = history().await;
    let replay = Replay {
        from: Some("2026-11-16T00:00:00Z".parse().unwrap()),
        to: Some("2026-11-18T00:00:00Z".parse().unwrap()),
        ..Replay::default()
    };
    let again = scene.store.replay(&replay).await.unwrap();
    assert_eq!(kinds(&again), ["Cancellation"]);
    let replay = Replay {
        transaction_id: Some("a-1".into()),
        newest_first: true,
        ..Replay::default()
    };
    let again = scene.store.replay(&replay).await.unwrap();
    assert_eq!(kinds(&again), ["Cancellation", "Sale"]);
}

#[tokio::test]
async fn a_replay_can_have_new_keys() {
    let (scene, sent) = history().await;
    let replay = Replay {
        new_keys: true,
        ..Replay::default()
    };
    let again = scene.store.replay(&replay).await.unwrap();
    assert_eq!(kinds(&again), kinds(&sent));
    assert!(again.iter().all(|push| !sent.contains(push)));
}

#[tokio::test]
async fn a_replay_is_of_at_most_14_days_and_of_the_last_90() {
    let (scene, _) = history().await;
    scene.store.advance_clock(100 * 86_400).await.unwrap();
    for (from, to) in [
        ("2027-02-01T00:00:00Z", "2027-02-16T00:00:00Z"),
        ("2026-11-15T00:00:00Z", "2026-11-20T00:00:00Z"),
        ("2027-02-16T00:00:00Z", "2027-02-15T00:00:00Z"),
    ] {
        let replay = Replay {
            from: Some(from.parse().unwrap()),
            to: Some(to.parse().unwrap()),
            ..Replay::default()
        };
        let refused = scene.store.replay(&replay).await.unwrap_err();
        assert!(matches!(refused, ControlError::Refused { status: 400, .. }));
    }
}
