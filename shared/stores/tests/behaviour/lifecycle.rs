//! What happens to a subscription that one customer holds.

use domain::EventKind;
use domain::validation::{ClaimDecision, ClaimEffect};

use crate::household::Household;
use crate::store_under_test::{Action, Plan, StoreUnderTest};

pub async fn purchase<S: StoreUnderTest>(store: S) {
    let mut household = Household::new(store);
    household.happens(Action::Buy).await;
    let created = ClaimDecision::Succeeded {
        result: ClaimEffect::SubscriptionCreated,
        previous: None,
        coupon: None,
    };
    assert_eq!(household.claim("1").await, Ok(created));
    assert_eq!(household.customer(), Some("1"));
    assert_eq!(household.product(), S::product(Plan::Basic));
    assert!(household.has_access().await);

    let synchronized = ClaimDecision::Succeeded {
        result: ClaimEffect::SubscriptionSynchronized,
        previous: None,
        coupon: None,
    };
    assert_eq!(household.claim("1").await, Ok(synchronized));
    assert_eq!(household.told(), [EventKind::Purchased]);
}

pub async fn trial<S: StoreUnderTest>(store: S) {
    let mut household = Household::new(store);
    household.happens(Action::StartTrial).await;
    household.claim("1").await.unwrap();
    let state = household.state().clone();
    assert_eq!(state.trial_end, Some(state.period_end));
    assert!(household.has_access().await);

    let kinds = household.happens(Action::Renew).await;
    assert_eq!(kinds, [EventKind::TrialConverted]);
    let paid = household.state().clone();
    assert_eq!(paid.trial_end, None);
    assert!(paid.period_end > state.period_end);
}

pub async fn renewal<S: StoreUnderTest>(store: S) {
    let mut household = Household::with_purchase(store).await;
    let before = household.state().period_end;
    let kinds = household.happens(Action::Renew).await;
    assert_eq!(kinds, [EventKind::Renewed]);
    assert!(household.state().period_end > before);
    assert!(household.has_access().await);
}

pub async fn cancellation<S: StoreUnderTest>(store: S) {
    let mut household = Household::with_purchase(store).await;
    let kinds = household.happens(Action::Cancel).await;
    assert_eq!(kinds, [EventKind::Cancelled]);
    let subscription = household.subscription().clone();
    assert!(!subscription.state.auto_renew);
    assert!(subscription.cancelled_at().is_some());
    assert!(household.has_access().await);
    assert!(!subscription.access_granted(subscription.state.period_end));
}

pub async fn reactivation<S: StoreUnderTest>(store: S) {
    let mut household = Household::with_purchase(store).await;
    let end = household.state().period_end;
    household.happens(Action::Cancel).await;
    let kinds = household.happens(Action::Reactivate).await;
    assert_eq!(kinds, [EventKind::Reactivated]);
    let subscription = household.subscription().clone();
    assert_eq!(subscription.state.period_end, end);
    assert_eq!(subscription.cancelled_at(), None);
    assert!(household.has_access().await);
}

pub async fn expiry<S: StoreUnderTest>(store: S) {
    let mut household = Household::with_purchase(store).await;
    household.happens(Action::Cancel).await;
    let kinds = household.happens(Action::Expire).await;
    assert_eq!(kinds, [EventKind::Expired]);
    assert!(!household.has_access().await);
}

pub async fn grace<S: StoreUnderTest>(store: S) {
    let mut household = Household::with_purchase(store).await;
    let kinds = household.happens(Action::FailWithGrace).await;
    assert_eq!(kinds, [EventKind::GraceEntered]);
    assert!(household.has_access().await);
    let kinds = household.happens(Action::Recover).await;
    assert_eq!(kinds, [EventKind::Recovered]);
    assert!(household.has_access().await);
}

pub async fn hold<S: StoreUnderTest>(store: S) {
    let mut household = Household::with_purchase(store).await;
    let kinds = household.happens(Action::FailWithoutGrace).await;
    assert_eq!(kinds, [EventKind::OnHold]);
    assert!(!household.has_access().await);
    let kinds = household.happens(Action::Recover).await;
    assert_eq!(kinds, [EventKind::Recovered]);
    assert!(household.has_access().await);
}

pub async fn pause_and_resume<S: StoreUnderTest>(store: S) {
    let mut household = Household::with_purchase(store).await;
    let kinds = household.happens(Action::Pause).await;
    assert_eq!(kinds, [EventKind::Paused]);
    assert!(!household.has_access().await);
    assert_eq!(household.customer(), Some("1"));
    let kinds = household.happens(Action::Resume).await;
    assert_eq!(kinds, [EventKind::Resumed]);
    assert!(household.has_access().await);
}

pub async fn switch_now<S: StoreUnderTest>(store: S) {
    let mut household = Household::with_purchase(store).await;
    let kinds = household.happens(Action::Upgrade).await;
    assert_eq!(kinds, [EventKind::PlanChanged]);
    assert_eq!(household.product(), S::product(Plan::Premium));
}

pub async fn switch_at_renewal<S: StoreUnderTest>(store: S) {
    let mut household = Household::with_purchase(store).await;
    household.happens(Action::Upgrade).await;
    let kinds = household.happens(Action::Downgrade).await;
    assert_eq!(kinds, [EventKind::PlanChangeScheduled]);
    assert_eq!(household.product(), S::product(Plan::Premium));
    let kinds = household.happens(Action::Renew).await;
    assert_eq!(kinds, [EventKind::PlanChanged]);
    assert_eq!(household.product(), S::product(Plan::Basic));
}
