//! Whose a purchase is.

use std::time::Duration;

use domain::EventKind;
use domain::validation::{ClaimDecision, ClaimEffect, ValidationFailure};
use serde_json::Value;
use stores::{LookUpError, StoreConfig, parse_submission};

use crate::household::Household;
use crate::store_under_test::{Action, Fault, StoreUnderTest};

pub async fn transfer<S: StoreUnderTest>(store: S) {
    let mut household = Household::with_purchase(store).await;
    let first = household.subscription().ownership.subscription_id;
    let answer = household.claim("2").await.unwrap();
    let ClaimDecision::Succeeded {
        result, previous, ..
    } = answer
    else {
        panic!("{answer:?}");
    };
    assert_eq!(result, ClaimEffect::SubscriptionTransferred);
    let (customer, subscription) = previous.unwrap();
    assert_eq!((customer.as_str(), subscription), ("1", first));
    assert_eq!(household.customer(), Some("2"));
    let expected = [
        EventKind::Purchased,
        EventKind::TransferredOut,
        EventKind::TransferredIn,
    ];
    assert_eq!(household.told(), expected);
}

pub async fn notice_before_claim<S: StoreUnderTest>(store: S) {
    let mut household = Household::new(store);
    let kinds = household.happens(Action::Buy).await;
    assert_eq!(kinds, []);
    assert_eq!(household.customer(), None);
    assert!(!household.has_access().await);
    household.claim("1").await.unwrap();
    assert!(household.has_access().await);
    assert_eq!(household.told(), [EventKind::Purchased]);
}

pub async fn account_binding<S: StoreUnderTest>(store: S) {
    let Some(config) = store.config_with_binding() else {
        assert!(
            stores::profile(S::STORE)
                .absent
                .contains(&"account-binding")
        );
        return;
    };
    let mut household = Household::new(store);
    household.store.act(Action::Buy).await;
    let refused = ClaimDecision::Failed(ValidationFailure::OwnedByAnotherCustomer);
    assert_eq!(household.claim_by(&config, "2").await, Ok(refused));
    let answer = household.claim_by(&config, "1").await.unwrap();
    assert!(matches!(answer, ClaimDecision::Succeeded { .. }));
}

pub async fn payment_by_another<S: StoreUnderTest>(store: S) {
    moves_with_the_payment(store, false).await;
    moves_with_the_payment(S::start().await, true).await;
}

/// Customer 2 pays for what customer 1 holds, and submits it before or after the store's notification.
async fn moves_with_the_payment<S: StoreUnderTest>(store: S, claim_first: bool) {
    let mut household = Household::new(store);
    let config = household.store.config_with_binding().unwrap();
    household.store.act(Action::Buy).await;
    household.claim_by(&config, "1").await.unwrap();
    household.hear_by(&config).await;
    assert_eq!(household.customer(), Some("1"));

    household.store.act(Action::PayAsAnother).await;
    if !claim_first {
        household.hear_by(&config).await;
        assert_eq!(household.customer(), Some("2"));
    }
    let answer = household.claim_by(&config, "2").await.unwrap();
    assert!(
        matches!(answer, ClaimDecision::Succeeded { .. }),
        "{answer:?}"
    );
    if claim_first {
        household.hear_by(&config).await;
    }
    assert_eq!(household.customer(), Some("2"));
    assert!(household.has_access().await);
    let refused = ClaimDecision::Failed(ValidationFailure::OwnedByAnotherCustomer);
    assert_eq!(household.claim_by(&config, "1").await, Ok(refused));
    assert_eq!(household.customer(), Some("2"));
}

pub async fn unknown_purchase<S: StoreUnderTest>(store: S) {
    let (error, answer) = Household::new(store).claim_nothing().await;
    assert_eq!(error, LookUpError::NotFound);
    assert!(!error.is_transient());
    let failed = ClaimDecision::Failed(ValidationFailure::PurchaseNotFound);
    assert_eq!(answer, failed);
}

pub async fn appears_late<S: StoreUnderTest>(store: S) {
    let mut household = Household::new(store);
    household.store.act(Action::Buy).await;
    let body = household.store.submission_with_proof().await;
    let config = household.store.config();
    household.store.look_ups_go_wrong(Fault::Denies).await;
    let error = household.submit(&config, &body, "1").await.unwrap_err();
    assert_eq!(error, LookUpError::NotFound);
    assert!(waits_for::<S>(&config, &body) >= Duration::from_mins(1));

    household.store.heal().await;
    let answer = household.submit(&config, &body, "1").await.unwrap();
    assert!(
        matches!(answer, ClaimDecision::Succeeded { .. }),
        "{answer:?}"
    );
    assert_eq!(household.customer(), Some("1"));
}

/// How long a submission is undecided while the store does not know the purchase.
pub fn waits_for<S: StoreUnderTest>(config: &StoreConfig, body: &Value) -> Duration {
    let submission = parse_submission(S::STORE, body).unwrap();
    let proof = submission.proof.as_ref();
    config.catches_up_within(&submission.locator, proof, None)
}
