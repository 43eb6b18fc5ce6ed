//! What some stores can't do, and how that would show if they could.

use domain::{Reading, Status, StoreNotification, StoreSnapshot, StoreState};
use serde_json::Value;
use stores::{ConnectorContext, NotificationError, Received};

use crate::behaviours::BEHAVIOURS;
use crate::ownership::waits_for;
use crate::store_under_test::{Action, Arrival, StoreUnderTest};

type Shows<T> = fn(&T) -> bool;

/// How a behaviour that not every store has would show in what a look-up says.
const SAID: &[(&str, Shows<StoreSnapshot>)] = &[
    ("account-binding", |said| said.account.is_some()),
    ("grace", |said| {
        state(said).is_some_and(|s| s.status == Status::Grace || s.grace_end.is_some())
    }),
    ("hold", is_on_hold),
    ("later-name", |said| said.alias.is_some()),
    ("one-time-purchase", |said| {
        state(said).is_some_and(|s| s.billing.is_one_time())
    }),
    ("pause-and-resume", |said| {
        state(said).is_some_and(|s| s.status == Status::Paused || s.resumes_at.is_some())
    }),
    ("paid-after-trial", has_trial),
    ("payment-by-another", |said| said.account.is_some()),
    ("pending-purchase", |said| {
        state(said).is_some_and(|s| s.status == Status::Pending)
    }),
    ("period-start-after-hold", is_on_hold),
    ("prepaid", |said| {
        state(said).is_some_and(|s| s.billing == domain::Billing::Prepaid)
    }),
    ("switch-new-key", |said| {
        said.replaces.is_some() || said.reading == Reading::Replaced
    }),
    ("switch-scheduled", |said| {
        state(said).is_some_and(|s| s.pending_product_id.is_some())
    }),
    ("test-purchase", |said| state(said).is_some_and(|s| s.test)),
    ("trial", has_trial),
    ("trial-paid-late", has_trial),
];

/// How a behaviour that not every store has would show in its notifications.
const TOLD: &[(&str, Shows<StoreNotification>)] = &[
    ("end-believed-alone", |told| told.notice.is_some()),
    ("voided-payment", |told| told.voided.is_some()),
];

/// What takes a notification: a store has all of these or none.
const BY_NOTIFICATION: &[&str] = &[
    "forged-notification",
    "late-notification",
    "lost-notification",
    "notice-before-claim",
    "other-application",
    "replayed-notification",
];

/// A store has this if what it gives to the buyer proves a purchase before its look-up knows it.
const BY_WAITING: &str = "appears-late";

/// Whether the store is declared not to do this.
pub fn declared<S: StoreUnderTest>(id: &str) -> bool {
    stores::profile(S::STORE).absent.contains(&id)
}

/// What the store can say and tell shows all that it does, and nothing of what it is declared not
/// to do.
pub async fn proven<S: StoreUnderTest>(store: &S) {
    let said = store.everything_it_can_say().await;
    assert!(said.len() > 20, "that is not everything");
    for (id, shows) in SAID {
        assert_eq!(said.iter().any(shows), !declared::<S>(id), "{id}");
    }
    let sends = stores::profile(S::STORE).sends_notifications;
    for id in BY_NOTIFICATION {
        assert_eq!(declared::<S>(id), !sends, "{id}");
    }
    for action in [Action::Buy, Action::Renew, Action::Cancel, Action::Refund] {
        store.act(action).await;
    }
    let body = store.submission_with_proof().await;
    let waits = !waits_for::<S>(&store.config(), &body).is_zero();
    assert_eq!(waits, !declared::<S>(BY_WAITING));
    if sends {
        discreet(store).await;
    } else {
        silent(store).await;
    }
}

/// The same of all notifications: those of what happened, and of whatever else could.
async fn discreet<S: StoreUnderTest>(store: &S) {
    let config = store.config();
    let context = ConnectorContext::new().unwrap();
    let happened = store.arrivals().await;
    assert!(!happened.is_empty());
    let could_happen = store.everything_it_can_tell().await;
    assert!(could_happen.len() > 20, "that is not everything");
    let mut told = Vec::new();
    for Arrival { at, headers, body } in happened.into_iter().chain(could_happen) {
        let read = config.read_notification(&context, &headers, &body, at);
        if let Received::About(notification) = read.await.unwrap().received {
            told.push(notification);
        }
    }
    for (id, shows) in TOLD {
        assert_eq!(told.iter().any(shows), !declared::<S>(id), "{id}");
    }
}

/// It sent nothing whatever happened, and nothing is taken for its word.
async fn silent<S: StoreUnderTest>(store: &S) {
    for (id, _) in TOLD {
        assert!(declared::<S>(id), "{id}");
    }
    assert!(store.arrivals().await.is_empty());
    let (config, now) = (store.config(), store.now().await);
    let context = ConnectorContext::new().unwrap();
    for body in [store.submission(), Value::Null] {
        let body = body.to_string();
        let read = config.read_notification(&context, &[], body.as_bytes(), now);
        assert_eq!(read.await, Err(NotificationError::Forged));
    }
}

/// Only a behaviour whose absence would show is declared absent.
pub fn provable<S: StoreUnderTest>() {
    let said = SAID.iter().map(|(id, _)| *id);
    let told = TOLD.iter().map(|(id, _)| *id);
    let provable: Vec<&str> = said
        .chain(told)
        .chain(BY_NOTIFICATION.iter().copied())
        .chain([BY_WAITING])
        .collect();
    for id in stores::profile(S::STORE).absent {
        assert!(provable.contains(id), "{id}");
    }
    for id in provable {
        assert!(BEHAVIOURS.iter().any(|(known, _)| *known == id), "{id}");
    }
}

fn is_on_hold(said: &StoreSnapshot) -> bool {
    state(said).is_some_and(|state| state.status == Status::OnHold)
}

fn has_trial(said: &StoreSnapshot) -> bool {
    state(said).is_some_and(|state| state.trial_end.is_some())
}

fn state(snapshot: &StoreSnapshot) -> Option<&StoreState> {
    match &snapshot.reading {
        Reading::Known(state) => Some(state),
        Reading::UnknownStatus(_) | Reading::Replaced => None,
    }
}
