//! The periods of a subscription: what starts them, what pays them.

use domain::{EventKind, Status, Timestamp};
use jiff::SignedDuration;

use crate::household::Household;
use crate::store_under_test::{Action, StoreUnderTest};

const A_MINUTE: u64 = 60;
const FOUR_WEEKS: SignedDuration = SignedDuration::from_hours(28 * 24);
const FIVE_DAYS: u64 = 5 * 24 * 3600;
const TWO_YEARS: usize = 24;

/// A customer's third month, and when it began.
async fn third_month<S: StoreUnderTest>(store: S) -> (Household<S>, Timestamp) {
    let mut household = Household::with_purchase(store).await;
    household.happens(Action::Renew).await;
    let begins = household.state().period_end;
    household.happens(Action::Renew).await;
    (household, begins)
}

pub async fn period_start<S: StoreUnderTest>(store: S) {
    let (mut household, begins) = third_month(store).await;
    assert_eq!(household.subscription().known_period_start(), Some(begins));
    household.store.wait(FIVE_DAYS).await;
    for action in [Action::Cancel, Action::Reactivate] {
        household.happens(action).await;
        let start = household.subscription().known_period_start();
        assert_eq!(start, Some(begins), "{action:?}");
    }
    assert_eq!(household.resent().await.period_start(), begins);
    household.claim("2").await.unwrap();
    assert_eq!(household.customer(), Some("2"));
    assert_eq!(household.subscription().known_period_start(), Some(begins));
}

pub async fn period_start_after_hold<S: StoreUnderTest>(store: S) {
    let (mut household, _) = third_month(store).await;
    let unpaid_since = household.state().period_end;
    household.happens(Action::FailWithoutGrace).await;
    household.store.wait(FIVE_DAYS).await;
    household.happens(Action::Recover).await;
    let start = household.subscription().known_period_start().unwrap();
    assert!(start >= unpaid_since, "{start}");
    assert!(start <= household.store.now().await, "{start}");
    assert_eq!(household.resent().await.period_start(), start);
}

pub async fn trial_paid_late<S: StoreUnderTest>(store: S) {
    let mut household = Household::new(store);
    household.happens(Action::StartTrial).await;
    household.claim("1").await.unwrap();
    let trial_end = household.state().trial_end.unwrap();
    let left = trial_end.duration_since(household.store.now().await);
    let left = u64::try_from(left.as_secs()).unwrap();
    household.store.wait(left + A_MINUTE).await;
    let config = household.store.config();
    household.check(&config).await.unwrap();

    household.happens(Action::Renew).await;
    let told = household.told();
    assert!(told.contains(&EventKind::TrialConverted), "{told:?}");
    assert!(!told.contains(&EventKind::Renewed), "{told:?}");
    assert_eq!(household.subscription().ownership.billing_cycle, 1);
    assert!(household.has_access().await);

    assert_eq!(household.happens(Action::Renew).await, [EventKind::Renewed]);
    assert_eq!(household.subscription().ownership.billing_cycle, 2);
}

pub async fn paid_after_trial<S: StoreUnderTest>(store: S) {
    let mut household = Household::new(store);
    household.happens(Action::StartTrial).await;
    household.claim("1").await.unwrap();
    let trial_end = household.state().trial_end.unwrap();
    household.happens(Action::Renew).await;
    let paid_until = household.state().period_end;
    assert!(paid_until.duration_since(trial_end) >= FOUR_WEEKS);
    assert_eq!(household.subscription().period_start(), trial_end);

    household.happens(Action::Cancel).await;
    assert_eq!(household.state().status, Status::Cancelled);
    assert_eq!(household.state().period_end, paid_until);
    assert!(household.has_access().await);
}

pub async fn many_payments<S: StoreUnderTest>(store: S) {
    let mut household = Household::with_purchase(store).await;
    for _ in 0..TWO_YEARS {
        assert_eq!(household.happens(Action::Renew).await, [EventKind::Renewed]);
    }
    assert_eq!(household.happens(Action::RefundFirst).await, []);
    assert!(household.has_access().await);
    let kinds = household.happens(Action::Refund).await;
    assert_eq!(kinds, [EventKind::Refunded]);
    assert!(!household.has_access().await);
}
