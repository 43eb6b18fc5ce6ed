//! A store that must be asked with care.

use std::time::Instant;

use serde_json::json;

use crate::invoices::{bought, samsung, submission};
use crate::scene::created;

#[tokio::test]
async fn questions_are_asked_one_after_another() {
    let (scene, control) = samsung(&json!({"requestsPerSecond": 2})).await;
    let mut messages = Vec::new();
    for number in 0..4 {
        let (invoice, customer) = (format!("INV-{number}"), format!("tv-{number}"));
        bought(&control, &invoice, &customer).await;
        let body = submission(&invoice, &customer);
        messages.push(scene.submits(number, "ada", &body, 0).await);
    }
    let began = Instant::now();

    assert_eq!(scene.verify(&messages).await, 0);

    // The first at once, three more half a second apart.
    assert!(
        began.elapsed().as_millis() >= 1_400,
        "{:?}",
        began.elapsed()
    );
    for number in 0..4 {
        assert_eq!(scene.ended(number).await, created());
    }
}

#[tokio::test]
async fn whoever_would_wait_too_long_comes_again() {
    let (scene, control) = samsung(&json!({"requestsPerSecond": 1})).await;
    let mut messages = Vec::new();
    for number in 0..8 {
        let (invoice, customer) = (format!("INV-{number}"), format!("tv-{number}"));
        bought(&control, &invoice, &customer).await;
        let body = submission(&invoice, &customer);
        messages.push(scene.submits(number, "ada", &body, 0).await);
    }

    let again = scene.verify(&messages).await;

    // One at once, one after each second up to three.
    assert!((3..=4).contains(&again), "{again}");
    let mut ended = 0;
    for number in 0..8 {
        ended += usize::from(scene.ended(number).await == created());
    }
    assert_eq!(ended + again, 8);
}
