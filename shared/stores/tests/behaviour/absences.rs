//! What some stores can't do, and how that would show if they could.

use domain::{Reading, Status, StoreSnapshot, StoreState};

use crate::store_under_test::StoreUnderTest;

/// Whether a snapshot shows a behaviour.
type Shows = fn(&StoreSnapshot) -> bool;

/// How a behaviour that not every store has would show. The first store that has one of those without
/// a case adds it to the suite, under this id.
const OPTIONAL: &[(&str, Shows)] = &[
    ("account-binding", |said| said.account.is_some()),
    ("pause-and-resume", |said| {
        state(said).is_some_and(|s| s.status == Status::Paused || s.resumes_at.is_some())
    }),
    ("pending-purchase", |said| {
        state(said).is_some_and(|s| s.status == Status::Pending)
    }),
    ("test-purchase", |said| state(said).is_some_and(|s| s.test)),
];

/// Nothing that the store can say shows what it is declared not to do.
pub fn proven<S: StoreUnderTest>(store: &S) {
    let said = store.everything_it_can_say();
    assert!(said.len() > 20, "that is not everything");
    for (id, shows) in OPTIONAL {
        if stores::absent(S::STORE).contains(id) {
            assert!(!said.iter().any(shows), "{id}");
        }
    }
}

/// Each optional behaviour has a case or is declared absent, and no other is declared absent.
pub fn complete<S: StoreUnderTest>(shown: &[&str]) {
    let absent = stores::absent(S::STORE);
    for (id, _) in OPTIONAL {
        assert!(shown.contains(id) || absent.contains(id), "{id}");
    }
    for id in absent {
        assert!(OPTIONAL.iter().any(|(known, _)| known == id), "{id}");
    }
}

fn state(snapshot: &StoreSnapshot) -> Option<&StoreState> {
    match &snapshot.reading {
        Reading::Known(state) => Some(state),
        Reading::UnknownStatus(_) => None,
    }
}
