//! What some stores can't do, and how that would show if they could.

use domain::{Reading, Status, StoreSnapshot, StoreState};
use serde_json::Value;
use stores::{NotificationError, read_notification};

use crate::store_under_test::{Action, StoreUnderTest};

/// Whether a snapshot shows a behaviour.
type Shows = fn(&StoreSnapshot) -> bool;

/// How a behaviour that not every store has would show. The first store that has one of those without
/// a case adds it to the suite, under this id.
const OPTIONAL: &[(&str, Shows)] = &[
    ("account-binding", |said| said.account.is_some()),
    ("grace", |said| {
        state(said).is_some_and(|s| s.status == Status::Grace || s.grace_end.is_some())
    }),
    ("pause-and-resume", |said| {
        state(said).is_some_and(|s| s.status == Status::Paused || s.resumes_at.is_some())
    }),
    ("pending-purchase", |said| {
        state(said).is_some_and(|s| s.status == Status::Pending)
    }),
    ("switch-scheduled", |said| {
        state(said).is_some_and(|s| s.pending_product_id.is_some())
    }),
    ("test-purchase", |said| state(said).is_some_and(|s| s.test)),
    ("trial", |said| {
        state(said).is_some_and(|s| s.trial_end.is_some())
    }),
];

/// What takes a notification: a store has all of these or none.
const BY_NOTIFICATION: &[&str] = &[
    "end-believed-alone",
    "forged-notification",
    "late-notification",
    "lost-notification",
    "notice-before-claim",
    "other-application",
    "replayed-notification",
];

/// Whether the store is declared not to do this.
pub fn declared<S: StoreUnderTest>(id: &str) -> bool {
    stores::absent(S::STORE).contains(&id)
}

/// Nothing that the store can say shows what it is declared not to do.
pub async fn proven<S: StoreUnderTest>(store: &S) {
    let said = store.everything_it_can_say().await;
    assert!(said.len() > 20, "that is not everything");
    for (id, shows) in OPTIONAL {
        if declared::<S>(id) {
            assert!(!said.iter().any(shows), "{id}");
        }
    }
    for id in BY_NOTIFICATION {
        let sends = stores::sends_notifications(S::STORE);
        assert_eq!(declared::<S>(id), !sends, "{id}");
    }
    if !stores::sends_notifications(S::STORE) {
        silent(store).await;
    }
}

/// It sends nothing whatever happens, and nothing is taken for its word.
async fn silent<S: StoreUnderTest>(store: &S) {
    for action in [Action::Buy, Action::Renew, Action::Cancel, Action::Refund] {
        store.act(action).await;
    }
    assert!(store.arrivals().await.is_empty());
    let (config, now) = (store.config(), store.now().await);
    for body in [store.submission(), Value::Null] {
        let read = read_notification(&config, &[], body.to_string().as_bytes(), now);
        assert_eq!(read, Err(NotificationError::Forged));
    }
}

/// Each optional behaviour has a case or is declared absent, and no other is declared absent.
pub fn complete<S: StoreUnderTest>(shown: &[&str]) {
    let optional: Vec<&str> = OPTIONAL
        .iter()
        .map(|(id, _)| *id)
        .chain(BY_NOTIFICATION.iter().copied())
        .collect();
    for id in &optional {
        assert!(shown.contains(id) || declared::<S>(id), "{id}");
    }
    for id in stores::absent(S::STORE) {
        assert!(optional.contains(id), "{id}");
    }
}

fn state(snapshot: &StoreSnapshot) -> Option<&StoreState> {
    match &snapshot.reading {
        Reading::Known(state) => Some(state),
        Reading::UnknownStatus(_) => None,
    }
}
