//! Notifications come late, again and in any order: what is known in the end is the same.

use std::collections::BTreeMap;

use domain::{Locator, PurchaseKey, Status, StoreState};
use serde_json::{Value, json};

use crate::json::changed;
use crate::scene::{
    ENDS_AT, FIRST, Scene, config, date, known, message, now, read_with, transaction,
};

/// What is known once all of these were told in turn, each followed by a look.
async fn after(switches: &Value, answer: &Value, messages: &[&Value]) -> StoreState {
    let scene = Scene::set().await;
    let mut kept = BTreeMap::new();
    let mut state = None;
    for message in messages {
        let told = scene.about(message).await.locator.details;
        let mut details = kept;
        details.extend(told);
        let locator = Locator {
            key: PurchaseKey::new(FIRST).unwrap(),
            details,
        };
        let seen = known(read_with(&config(switches), &locator, answer, now()).unwrap());
        kept = seen.details.clone();
        state = Some(seen);
    }
    state.unwrap()
}

fn told(kind: &str, time: &str) -> Value {
    let id = format!("{kind}-{time}");
    let day = format!("2026-11-{time}Z");
    message(kind, &json!({"eventDate": day, "transactionId": id}))
}

fn refund(time: &str, price: &str) -> Value {
    changed(told("Refund", time), &json!({ "price": price }))
}

fn film() -> Value {
    let film = json!({"productId": "extv_film", "isEntitled": false, "amount": 3.99});
    changed(transaction(&film), &json!({"expirationDate": null}))
}

async fn film_after(messages: &[&Value]) -> StoreState {
    after(&json!({}), &film(), messages).await
}

#[tokio::test]
async fn a_late_older_refund_gives_nothing_back() {
    let (part, rest) = (
        refund("19T10:00:00", "-1.00"),
        refund("19T11:00:00", "-3.99"),
    );
    for messages in [
        [&part, &rest, &rest],
        [&rest, &part, &part],
        [&rest, &part, &rest],
    ] {
        let state = film_after(&messages).await;
        assert_eq!(state.status, Status::Revoked);
        assert_eq!(state.details["refundedAt"], "2026-11-19T11:00:00Z");
        assert_eq!(state.details["refundedAmount"], "-3.99");
    }
}

#[tokio::test]
async fn parts_that_make_up_the_price_are_the_whole_of_it() {
    let (one, other) = (
        refund("19T10:00:00", "-1.00"),
        refund("19T11:00:00", "-2.99"),
    );
    for messages in [[&one, &other], [&other, &one]] {
        let state = film_after(&messages).await;
        assert_eq!(state.status, Status::Revoked);
        assert_eq!(
            state.revoked_at,
            Some("2026-11-19T11:00:00Z".parse().unwrap())
        );
    }
    let less = refund("19T11:00:00", "-2.98");
    assert_eq!(film_after(&[&one, &less]).await.status, Status::Active);
}

#[tokio::test]
async fn a_refund_that_is_told_twice_counts_once() {
    let half = refund("19T10:00:00", "-2.00");
    let state = film_after(&[&half, &half, &half]).await;
    assert_eq!(state.status, Status::Active);
    let of_another = changed(half.clone(), &json!({"transactionId": "another"}));
    assert_eq!(
        film_after(&[&half, &of_another]).await.status,
        Status::Revoked
    );
    let later = changed(half.clone(), &json!({"eventDate": "2026-11-19T12:00:00Z"}));
    assert_eq!(film_after(&[&half, &later]).await.status, Status::Revoked);
}

#[tokio::test]
async fn ten_parts_add_up_to_the_whole_in_any_order() {
    let parts: Vec<_> = (10..20)
        .map(|minute| refund(&format!("19T10:{minute}:00"), "-0.40"))
        .collect();
    let most: Vec<_> = parts.iter().take(9).collect();
    assert_eq!(film_after(&most).await.status, Status::Active);
    let all: Vec<_> = parts.iter().rev().collect();
    assert_eq!(film_after(&all).await.status, Status::Revoked);
}

#[tokio::test]
async fn the_hundred_latest_refunds_are_kept() {
    let refunds: Vec<_> = (0..104)
        .map(|number| {
            refund(
                &format!("19T10:{:02}:{:02}", number / 60, number % 60),
                "-0.01",
            )
        })
        .collect();
    let all: Vec<_> = refunds.iter().collect();
    let kept = film_after(&all).await.details["refunds"].clone();
    assert_eq!(kept.split(", ").count(), 100);
    assert!(kept.starts_with("2026-11-19T10:00:04Z -0.01 "), "{kept}");
    assert!(kept.len() < 100 * 64, "{kept}");
}

#[tokio::test]
async fn refunds_of_an_older_payment_do_not_make_up_the_price_of_the_last_one() {
    let switch = json!({"refundEndsAccess": true});
    let (before, sale, since) = (
        refund("10T10:00:00", "-5.00"),
        told("Sale", "12T10:00:00"),
        refund("13T10:00:00", "-5.00"),
    );
    let sale = changed(sale, &json!({"transactionId": FIRST}));
    let answer = transaction(&json!({}));
    let state = after(&switch, &answer, &[&before, &sale, &since]).await;
    assert_eq!(state.status, Status::Active);
    let again = refund("14T10:00:00", "-3.99");
    let state = after(&switch, &answer, &[&before, &sale, &since, &again]).await;
    assert_eq!(state.status, Status::Revoked);
}

#[tokio::test]
async fn the_last_word_about_a_chargeback_counts() {
    let (first, back, second) = (
        told("Chargeback", "17T10:00:00"),
        told("ChargebackReversed", "18T10:00:00"),
        told("SecondChargeback", "19T10:00:00"),
    );
    let switch = json!({"chargebackEndsAccess": true});
    for (messages, expected) in [
        (vec![&first, &back], Status::Active),
        (vec![&back, &first], Status::Active),
        (vec![&first, &back, &first], Status::Active),
        (vec![&first, &back, &second], Status::Revoked),
        (vec![&first, &back, &second, &first], Status::Revoked),
        (vec![&second, &first, &back], Status::Revoked),
        (vec![&first, &back, &second, &back, &first], Status::Revoked),
    ] {
        let state = after(&switch, &transaction(&json!({})), &messages).await;
        assert_eq!(state.status, expected, "{messages:?}");
    }
}

#[tokio::test]
async fn the_last_cancellation_counts() {
    let (first, back, second) = (
        told("Cancellation", "17T10:00:00"),
        told("Resubscribe", "18T10:00:00"),
        told("Cancellation", "19T10:00:00"),
    );
    let runs_out = transaction(&json!({"cancelled": true}));
    for (messages, expected) in [
        (vec![&first], Some("2026-11-17T10:00:00Z")),
        (vec![&first, &back], None),
        (vec![&second, &first], Some("2026-11-19T10:00:00Z")),
        (vec![&second, &back], Some("2026-11-19T10:00:00Z")),
        (vec![&first, &back, &second], Some("2026-11-19T10:00:00Z")),
    ] {
        let state = after(&json!({}), &runs_out, &messages).await;
        let expected = expected.map(|at| at.parse().unwrap());
        assert_eq!(state.cancelled_at, expected, "{messages:?}");
    }
}

#[tokio::test]
async fn the_trial_that_the_answer_shows_is_the_one_that_counts() {
    let trial = |end: &str| {
        changed(
            told("Sale", "19T10:00:00"),
            &json!({"isFreeTrial": true, "expirationDate": end}),
        )
    };
    let (this, another) = (trial(ENDS_AT), trial("2026-11-09T10:15:00Z"));
    let running = transaction(&json!({}));
    for messages in [[&this, &another], [&another, &this]] {
        let state = after(&json!({}), &running, &messages).await;
        assert_eq!(state.trial_end, Some(ENDS_AT.parse().unwrap()));
    }
    let paid = transaction(&json!({"expirationDate": date("2027-01-02T10:15:00Z")}));
    let state = after(&json!({}), &paid, &[&this, &another]).await;
    assert_eq!(state.trial_end, None);
}

#[tokio::test]
async fn of_two_words_before_one_look_the_first_leaves_nothing_beside_the_second() {
    let scene = Scene::set().await;
    let trial = json!({"isFreeTrial": true, "expirationDate": ENDS_AT});
    let mut details = scene
        .about(&changed(refund("19T10:00:00", "-8.99"), &trial))
        .await
        .locator
        .details;
    let second = message("Chargeback", &json!({"transactionId": null}));
    let second = scene.about(&second).await.locator.details;
    details.extend(second.clone());
    assert_eq!(details, second);
}
