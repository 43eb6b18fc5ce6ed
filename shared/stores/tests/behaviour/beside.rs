//! What a customer buys besides.

use domain::EventKind;
use domain::validation::ClaimDecision;

use crate::household::Household;
use crate::store_under_test::{Action, Plan, StoreUnderTest};

pub async fn purchase_beside<S: StoreUnderTest>(store: S) {
    for (store, reversed) in [(store, false), (S::start().await, true)] {
        let config = if reversed {
            store.config_with_lists_reversed().await
        } else {
            store.config()
        };
        let mut household = Household::new(store);
        household.store.act(Action::Buy).await;
        household.store.act(Action::BuyBeside).await;
        let answer = household.claim_by(&config, "1").await.unwrap();
        assert!(
            matches!(answer, ClaimDecision::Succeeded { .. }),
            "{answer:?}"
        );
        assert_eq!(household.hear_by(&config).await, []);
        assert_eq!(household.product(), S::product(Plan::Basic));
        assert!(household.has_access().await);

        household.store.act(Action::Renew).await;
        assert_eq!(household.hear_by(&config).await, [EventKind::Renewed]);
        assert_eq!(household.product(), S::product(Plan::Basic));
        assert_eq!(household.told(), [EventKind::Purchased, EventKind::Renewed]);
    }
}
