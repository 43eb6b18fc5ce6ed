//! The signed transaction that an app hands over with a submission.
//!
//! What it says is never stored as the state of a purchase: Apple's answer decides. It only shows that there is
//! something to wait for when that answer does not show the transaction yet.

use std::time::Duration;

use domain::{Reading, StoreSnapshot};

use super::jws::Effective;
use super::submission::TRANSACTION_ID;
use super::wire::Transaction;
use super::{Config, proof};
use crate::{Locator, Proof};

/// How long after a submission Apple's answer may lag behind the transaction that proves it: not at all if
/// nothing is proven, or if the answer shows that transaction.
pub(super) fn catches_up_within(
    config: &Config,
    locator: &Locator,
    proof: Option<&Proof>,
    answer: Option<&StoreSnapshot>,
) -> Duration {
    let decided = answer.is_some_and(|answer| !may_be_behind(answer, locator));
    let transaction = proof
        .filter(|_| !decided)
        .and_then(|proof| possessed(config, locator, proof));
    match (transaction, answer) {
        (Some(_), None) => config.propagation,
        (Some(transaction), Some(answer)) if is_behind(answer, &transaction) => config.propagation,
        _ => Duration::ZERO,
    }
}

/// The transaction, if Apple signed it for the configured app and an environment that counts, and if it is of
/// the purchase that was submitted.
fn possessed(config: &Config, locator: &Locator, proof: &Proof) -> Option<Transaction> {
    let transaction = proof::transaction(config, None, &proof.0, Effective::WhenSigned).ok()?;
    // A device may hand over anything: what an answer may leave out, a proof has to name.
    let complete = transaction.bundle_id.is_some() && transaction.environment.is_some();
    let ids = [
        &transaction.original_transaction_id,
        &transaction.transaction_id,
    ];
    let is_it = ids
        .into_iter()
        .flatten()
        .any(|id| id == locator.key.as_str());
    (complete && is_it).then_some(transaction)
}

/// Whether the answer is about the purchase that was submitted, and gives no access.
fn may_be_behind(answer: &StoreSnapshot, locator: &Locator) -> bool {
    let Reading::Known(state) = &answer.reading else {
        return false;
    };
    answer.purchase_key == locator.key && !state.grants_access(answer.observed_at)
}

/// Whether the transaction pays for a later time than the answer knows of.
fn is_behind(answer: &StoreSnapshot, transaction: &Transaction) -> bool {
    let (Reading::Known(state), Some(paid_until)) = (&answer.reading, transaction.expires_date)
    else {
        return false;
    };
    let shown = state.details.get(TRANSACTION_ID) == transaction.transaction_id.as_ref();
    let taken_back = transaction.revocation_date.is_some() || transaction.is_replaced();
    let later = paid_until.0 > state.period_end && paid_until.0 > answer.observed_at;
    later && !shown && !taken_back
}
