//! How a purchase is paid, and what becomes of the money.

use domain::validation::ClaimDecision;
use domain::{EventKind, FOREVER, Reading};

use crate::household::{Household, known};
use crate::store_under_test::{Action, StoreUnderTest};

pub async fn pending_purchase<S: StoreUnderTest>(store: S) {
    let mut household = Household::new(store);
    household.store.act(Action::BuyPending).await;
    for _ in 0..2 {
        assert_eq!(household.claim("1").await, Ok(ClaimDecision::Undecided));
    }
    assert_eq!(household.customer(), None);

    assert_eq!(household.happens(Action::CompletePending).await, []);
    let answer = household.claim("1").await.unwrap();
    assert!(
        matches!(answer, ClaimDecision::Succeeded { .. }),
        "{answer:?}"
    );
    assert!(household.has_access().await);
    assert_eq!(household.told(), [EventKind::Purchased]);
}

pub async fn test_purchase<S: StoreUnderTest>(store: S) {
    assert!(!Household::with_purchase(store).await.state().test);
    let mut household = Household::new(S::start().await);
    household.happens(Action::BuyTest).await;
    household.claim("1").await.unwrap();
    assert!(household.state().test);
    assert!(household.has_access().await);
}

pub async fn prepaid<S: StoreUnderTest>(store: S) {
    let mut household = Household::new(store);
    household.happens(Action::BuyPrepaid).await;
    household.claim("1").await.unwrap();
    assert_eq!(household.told(), [EventKind::Purchased]);
    let subscription = household.subscription().clone();
    let end = subscription.state.period_end;
    assert!(subscription.state.billing.is_prepaid() && !subscription.state.auto_renew);
    assert!(household.has_access().await);
    assert!(!subscription.access_granted(end));

    assert_eq!(household.happens(Action::TopUp).await, [EventKind::Renewed]);
    assert!(household.state().period_end > end);
    assert!(household.has_access().await);
    let still_the_same = household.subscription().ownership.subscription_id;
    assert_eq!(still_the_same, subscription.ownership.subscription_id);
}

pub async fn one_time_purchase<S: StoreUnderTest>(store: S) {
    let mut household = Household::new(store);
    household.happens(Action::BuyOnce).await;
    household.claim("1").await.unwrap();
    assert_eq!(household.told(), [EventKind::Purchased]);
    let state = household.state().clone();
    assert_eq!(Some(state.product_id.as_str()), S::one_time_product());
    assert!(state.billing.is_one_time() && !state.auto_renew);
    assert_eq!(state.period_end, FOREVER);
    assert!(household.has_access().await);

    let kinds = household.happens(Action::Refund).await;
    assert_eq!(kinds, [EventKind::Refunded]);
    let state = household.state().clone();
    assert!(state.billing.is_one_time() && state.revoked_at.is_some());
    assert!(!household.has_access().await);
}

pub async fn refund<S: StoreUnderTest>(store: S) {
    let mut household = Household::with_purchase(store).await;
    let kinds = household.happens(Action::Refund).await;
    assert_eq!(kinds, [EventKind::Refunded]);
    assert!(!household.has_access().await);
}

pub async fn refund_of_an_older_payment<S: StoreUnderTest>(store: S) {
    let mut household = Household::with_purchase(store).await;
    household.happens(Action::Renew).await;
    let kinds = household.happens(Action::RefundFirst).await;
    assert_eq!(kinds, []);
    assert!(household.has_access().await);
}

pub async fn voided_payment<S: StoreUnderTest>(store: S) {
    let mut household = Household::with_purchase(store).await;
    let kinds = household.happens(Action::Void).await;
    assert_eq!(kinds, [EventKind::Refunded]);
    assert!(!household.has_access().await);

    let config = household.store.config();
    let now = household.store.now().await;
    let locator = known(household.subscription());
    let reading = household.look(&config, &locator).await.unwrap().reading;
    assert!(matches!(reading, Reading::Known(state) if state.grants_access(now)));
    assert_eq!(household.check(&config).await, Ok(Vec::new()));
    assert!(!household.has_access().await);
}
