//! By what names a purchase is known, while it goes on.

use domain::EventKind;
use domain::validation::{ClaimDecision, ClaimEffect};
use stores::LookUpError;

use crate::household::{Household, known};
use crate::store_under_test::{Action, StoreUnderTest};

const TWO_MONTHS: u64 = 60 * 24 * 3600;

pub async fn switch_to_a_new_key<S: StoreUnderTest>(store: S) {
    let mut household = Household::with_purchase(store).await;
    let old = household.subscription().clone();
    household.store.act(Action::Upgrade).await;

    let config = household.store.config();
    let end_of_the_old = household.check_on(&config, &known(&old)).await;
    assert_eq!(end_of_the_old, Ok(Vec::new()));
    assert!(household.has_access().await);

    assert_eq!(household.hear().await, [EventKind::PlanChanged]);
    let new = household.subscription().clone();
    assert_ne!(new.purchase_key, old.purchase_key);
    assert_eq!(new.ownership.subscription_id, old.ownership.subscription_id);
    assert_eq!(household.customer(), Some("1"));

    household.store.wait(TWO_MONTHS).await;
    let end_of_the_old = household.check_on(&config, &known(&old)).await;
    assert_eq!(end_of_the_old, Ok(Vec::new()));
    assert_eq!(household.subscription(), &new);
}

pub async fn later_name<S: StoreUnderTest>(store: S) {
    let mut household = Household::with_purchase(store).await;
    household.happens(Action::Renew).await;
    let first = household.subscription().clone();
    let later = household.store.submission_by_a_later_name().await.unwrap();
    let config = household.store.config();

    let answer = household.submit(&config, &later, "1").await;
    assert_eq!(result(answer), ClaimEffect::SubscriptionSynchronized);
    let answer = household.submit(&config, &later, "2").await;
    assert_eq!(result(answer), ClaimEffect::SubscriptionTransferred);
    assert_eq!(household.subscription().purchase_key, first.purchase_key);

    let mut household = Household::new(S::start().await);
    household.happens(Action::Buy).await;
    household.happens(Action::Renew).await;
    let later = household.store.submission_by_a_later_name().await.unwrap();
    let config = household.store.config();
    let answer = household.submit(&config, &later, "1").await;
    assert_eq!(result(answer), ClaimEffect::SubscriptionCreated);
    let answer = household.claim("1").await;
    assert_eq!(result(answer), ClaimEffect::SubscriptionSynchronized);
    assert_eq!(household.told(), [EventKind::Purchased]);
}

fn result(answer: Result<ClaimDecision, LookUpError>) -> ClaimEffect {
    match answer.unwrap() {
        ClaimDecision::Succeeded { result, .. } => result,
        other => panic!("{other:?}"),
    }
}
