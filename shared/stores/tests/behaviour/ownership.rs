//! Whose a purchase is.

use domain::EventKind;
use domain::validation::{ClaimResult, ValidationFailure, ValidationResult};
use stores::LookUpError;

use crate::household::Household;
use crate::store_under_test::{Action, StoreUnderTest};

pub async fn transfer<S: StoreUnderTest>(store: S) {
    let mut household = Household::with_purchase(store).await;
    let first = household.subscription().subscription_id;
    let answer = household.claim("2").await.unwrap();
    let ClaimResult::Succeeded {
        result, previous, ..
    } = answer
    else {
        panic!("{answer:?}");
    };
    assert_eq!(result, ValidationResult::SubscriptionTransferred);
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
        assert!(stores::absent(S::STORE).contains(&"account-binding"));
        return;
    };
    let mut household = Household::new(store);
    household.store.act(Action::Buy).await;
    let refused = ClaimResult::Failed(ValidationFailure::OwnedByAnotherCustomer);
    assert_eq!(household.claim_by(&config, "2").await, Ok(refused));
    let answer = household.claim_by(&config, "1").await.unwrap();
    assert!(matches!(answer, ClaimResult::Succeeded { .. }));
}

pub async fn unknown_purchase<S: StoreUnderTest>(store: S) {
    let (error, answer) = Household::new(store).claim_nothing().await;
    assert_eq!(error, LookUpError::NotFound);
    assert!(!error.is_transient());
    let failed = ClaimResult::Failed(ValidationFailure::PurchaseNotFound);
    assert_eq!(answer, failed);
}
