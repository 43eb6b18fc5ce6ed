//! What a look at one of a history's purchases shows.

use domain::{Cause, Observation, PurchaseKey, Timestamp};

use super::history::History;
use crate::story::{Story, customer, key, key_named};

/// How the store names the how-manieth purchase.
pub fn key_of(purchase: usize) -> PurchaseKey {
    match purchase {
        0 => key(),
        _ => key_named(&format!("{}-{purchase}", key().as_str())),
    }
}

/// A look at a purchase; `None` where nobody would look any more: another one has taken over here, and
/// the store has no word of that.
pub fn look(
    story: &Story,
    history: &History,
    purchase: usize,
    at: Timestamp,
) -> Option<Observation> {
    let own_key = key_of(purchase);
    let Some(word) = history.word_of(purchase, at) else {
        return Some(story.sees_replaced(&own_key, at));
    };
    let account = word.account.map(customer);
    if story.current.is_none() || story.key == own_key {
        let mut seen = story.sees(&word.state, at);
        seen.snapshot.replaces = purchase.checked_sub(1).map(key_of);
        seen.snapshot.purchase_key = own_key;
        seen.snapshot.account = account;
        return Some(seen);
    }
    let retired = (purchase + 1..=history.moments.len()).any(|later| key_of(later) == story.key);
    (!retired).then(|| {
        let mut seen = story.sees_successor(own_key.as_str(), &word.state, at);
        seen.snapshot.account = account;
        seen
    })
}

/// The store notifies us of a purchase: its answer, and what it took back by then.
pub fn hear(story: &mut Story, history: &History, purchase: usize, at: Timestamp) {
    if let Some(seen) = look(story, history, purchase, at) {
        let truth = history.truth(at);
        let void = truth.void.clone().filter(|_| truth.purchase == purchase);
        let seen = Observation {
            voided: void,
            ..seen
        };
        story.step(&seen, &Cause::Notification, at);
    }
}
