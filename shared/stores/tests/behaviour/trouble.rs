//! What goes wrong between the store and us.

use std::time::Duration;

use domain::{Cause, EventKind, Status};
use domain::{NoticePolicy, validation::ClaimDecision};
use stores::{LookUpError, NotificationError, Received};

use crate::household::{Household, known};
use crate::store_under_test::{Action, Damage, Fault, StoreUnderTest};

pub async fn unknown_status<S: StoreUnderTest>(store: S) {
    let mut household = Household::with_purchase(store).await;
    let before = household.subscription().clone();
    let config = household.store.config_with_unknown_status().await;
    let seen = household
        .look(&config, &known(household.subscription()))
        .await
        .unwrap();
    let decision = household.decide(seen, &Cause::Reconciliation).await;
    assert!(decision.unknown_status.is_some());
    assert_eq!((decision.next, decision.events), (None, Vec::new()));

    let answer = household.claim_by(&config, "2").await;
    assert_eq!(answer, Ok(ClaimDecision::Undecided));
    assert_eq!(household.subscription(), &before);
}

pub async fn unknown_status_after_the_end<S: StoreUnderTest>(store: S) {
    for (store, end) in [(store, Action::Refund), (S::start().await, Action::Expire)] {
        let mut household = Household::with_purchase(store).await;
        household.happens(end).await;
        assert!(!household.has_access().await);
        let config = household.store.config_with_unknown_status().await;
        let locator = known(household.subscription());
        let seen = household.look(&config, &locator).await.unwrap();
        let decision = household.decide(seen, &Cause::Reconciliation).await;
        assert_eq!(decision.events, []);
        let next = decision.next.as_ref().unwrap_or(household.subscription());
        assert!(next.state.status.is_ended(), "{end:?}");
        assert!(!next.access_granted(household.store.now().await), "{end:?}");
    }
}

pub async fn fields_left_out<S: StoreUnderTest>(store: S) {
    let mut household = Household::with_purchase(store).await;
    household.store.act(Action::Renew).await;
    let config = household.store.config_with_fields_left_out().await;
    assert_eq!(household.check(&config).await, Ok(vec![EventKind::Renewed]));
    let brief = household.subscription().clone();
    assert!(household.has_access().await);

    let whole = household.store.config();
    assert_eq!(household.check(&whole).await, Ok(Vec::new()));
    let full = &household.subscription().state;
    assert_eq!(
        (
            brief.state.status,
            &brief.state.product_id,
            brief.state.period_end
        ),
        (full.status, &full.product_id, full.period_end)
    );
    household.store.act(Action::Cancel).await;
    let kinds = household.check(&config).await;
    assert_eq!(kinds, Ok(vec![EventKind::Cancelled]));
}

/// A fault leaves the purchase as it was; once it is over, what was undelivered is seen.
async fn survives<S: StoreUnderTest>(store: S, fault: Fault, kind: &str) -> LookUpError {
    let mut household = Household::with_purchase(store).await;
    let before = household.subscription().clone();
    household.store.act(Action::Renew).await;
    household.store.look_ups_go_wrong(fault).await;
    let config = household.store.config();
    let error = household.check(&config).await.unwrap_err();
    assert_eq!(error.kind(), kind);
    assert!(error.is_transient());
    assert_eq!(household.claim("2").await.unwrap_err().kind(), kind);
    assert_eq!(household.subscription(), &before);
    assert!(household.has_access().await);

    household.store.heal().await;
    let kinds = household.check(&config).await.unwrap();
    assert_eq!(kinds, [EventKind::Renewed]);
    error
}

pub async fn unreachable_store<S: StoreUnderTest>(store: S) {
    survives(store, Fault::Hangs, "unreachable").await;
    survives(S::start().await, Fault::Fails, "unavailable").await;
}

pub async fn throttled<S: StoreUnderTest>(store: S) {
    let error = survives(store, Fault::Throttles, "throttled").await;
    let retry_after = Some(Duration::from_secs(7));
    assert_eq!(error, LookUpError::Throttled { retry_after });
}

pub async fn malformed_answer<S: StoreUnderTest>(store: S) {
    survives(store, Fault::BreaksOff, "malformed").await;
}

pub async fn bad_credentials<S: StoreUnderTest>(store: S) {
    let mut household = Household::with_purchase(store).await;
    let bad = household.store.config_with_bad_credentials();
    let error = household.check(&bad).await.unwrap_err();
    assert_eq!(error, LookUpError::Unauthorized);
    assert!(error.is_transient());
    assert!(household.has_access().await);
}

pub async fn lost_notification<S: StoreUnderTest>(store: S) {
    let mut household = Household::with_purchase(store).await;
    household.store.notifications_go_wrong(Damage::Lost).await;
    household.store.act(Action::Renew).await;
    assert!(household.store.arrivals().await.is_empty());
    let config = household.store.config();
    let kinds = household.check(&config).await.unwrap();
    assert_eq!(kinds, [EventKind::Renewed]);
}

pub async fn forged_notification<S: StoreUnderTest>(store: S) {
    let household = Household::with_purchase(store).await;
    household.store.notifications_go_wrong(Damage::Forged).await;
    household.store.act(Action::Expire).await;
    let config = household.store.config();
    let arrivals = household.store.arrivals().await;
    assert!(!arrivals.is_empty());
    for arrival in arrivals {
        let read = household.receive(&config, &arrival).await;
        assert_eq!(read, Err(NotificationError::Forged));
    }
}

pub async fn replayed_notification<S: StoreUnderTest>(store: S) {
    let mut household = Household::with_purchase(store).await;
    household.store.act(Action::Cancel).await;
    let config = household.store.config();
    let arrival = household.store.arrivals().await.remove(0);
    let first = household.read(&config, &arrival).await;
    let kinds = household.check(&config).await.unwrap();
    assert_eq!(kinds, [EventKind::Cancelled]);
    let state = household.state().clone();

    let again = household.read(&config, &arrival).await;
    assert_eq!(again, first);
    let kinds = household.check(&config).await.unwrap();
    assert_eq!(kinds, []);
    assert_eq!(household.state(), &state);
}

pub async fn late_notification<S: StoreUnderTest>(store: S) {
    let mut household = Household::with_purchase(store).await;
    household.store.act(Action::Cancel).await;
    let late = household.store.arrivals().await.remove(0);
    household.store.wait(60).await;
    household.store.act(Action::Reactivate).await;
    household.hear().await;
    let before = household.subscription().clone();

    let config = household.store.config();
    let read = household.read(&config, &late).await;
    assert_eq!(household.check(&config).await.unwrap(), []);
    if let Some(notice) = read.notice {
        let kinds = household.apply(notice.snapshot, &Cause::Notification).await;
        assert_eq!(kinds, []);
    }
    assert_eq!(household.state(), &before.state);
}

pub async fn other_applications_notification<S: StoreUnderTest>(store: S) {
    let household = Household::with_purchase(store).await;
    household.store.act(Action::Renew).await;
    let other = household.store.config_of_another_application();
    for arrival in household.store.arrivals().await {
        let read = household.receive(&other, &arrival).await;
        let refused = matches!(read, Err(NotificationError::OtherApplication));
        assert!(
            refused || matches!(read, Ok(Received::Ignored(_))),
            "{read:?}"
        );
    }
}

pub async fn end_without_an_answer<S: StoreUnderTest>(store: S) {
    let mut household = Household::with_purchase(store).await;
    household.store.act(Action::Refund).await;
    household.store.look_ups_go_wrong(Fault::Fails).await;
    let config = household.store.config();
    household.check(&config).await.unwrap_err();

    let arrival = household.store.arrivals().await.remove(0);
    let read = household.read(&config, &arrival).await;
    let notice = read.notice.expect("the store signs the whole state");
    assert_eq!(notice.alone, NoticePolicy::AtOnce);
    let kinds = household.apply(notice.snapshot, &Cause::Notification).await;
    assert_eq!(kinds, [EventKind::Refunded]);
    let state = household.state().clone();
    assert_eq!(state.status, Status::Revoked);
    assert!(state.revoked_at.is_some());
    assert!(!household.has_access().await);
}
