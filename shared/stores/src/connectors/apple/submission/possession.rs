//! Signed transaction that an app submits.
//!
//! Apple's answer decides the state of a purchase. The transaction shows that an answer without it
//! may be too old, and stands in for an answer while Apple can't be asked.

use std::time::Duration;

use domain::{Locator, Proof, Reading, StoreSnapshot, Timestamp};
use jiff::SignedDuration;

use crate::connectors::apple::signing::jws::Effective;
use crate::connectors::apple::signing::proof;
use crate::connectors::apple::snapshot::details::Details;
use crate::connectors::apple::wire::Transaction;
use crate::connectors::apple::{Config, snapshot};

/// Returns the time after a submission for which Apple's answer may lag behind the submitted
/// transaction. Zero if no transaction is proven, or if the answer shows it.
pub(in crate::connectors::apple) fn catches_up_within(
    config: &Config,
    locator: &Locator,
    proof: Option<&Proof>,
    answer: Option<&StoreSnapshot>,
) -> Duration {
    // The signature is verified only if the answer leaves something open.
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

/// Whether a submission contains a transaction of its purchase that Apple signed.
pub(in crate::connectors::apple) fn is_proven(
    config: &Config,
    locator: &Locator,
    proof: &Proof,
) -> bool {
    possessed(config, locator, proof).is_some()
}

/// Age up to which a transaction may stand in for an answer. A purchase could have been refunded since
/// an older one was signed.
const RECENT: SignedDuration = SignedDuration::from_hours(1);

/// Returns the state that the submitted transaction shows, as of its signature, if that is recent.
pub(in crate::connectors::apple) fn signed_state(
    config: &Config,
    locator: &Locator,
    proof: &Proof,
    now: Timestamp,
) -> Option<StoreSnapshot> {
    let transaction = possessed(config, locator, proof)?;
    let signed_at = transaction.signed_date?.0;
    // Apple's clock may be ahead of this one.
    let is_recent = now.duration_since(signed_at).abs() <= RECENT;
    let state = snapshot::of(config, &transaction, None, None, signed_at.min(now));
    state.ok().filter(|_| is_recent)
}

/// Returns the transaction if Apple signed it for the configured app, in an accepted environment,
/// and if it belongs to the submitted purchase.
fn possessed(config: &Config, locator: &Locator, proof: &Proof) -> Option<Transaction> {
    let transaction =
        proof::transaction(config, None, proof.expose(), Effective::WhenSigned).ok()?;
    // The submitter chooses what is verified here. Apple's own answers may lack app or environment;
    // a proof must name both.
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

/// Whether the answer is about the submitted purchase and grants no access.
fn may_be_behind(answer: &StoreSnapshot, locator: &Locator) -> bool {
    let Reading::Known(state) = &answer.reading else {
        return false;
    };
    answer.purchase_key == locator.key && !state.grants_access(answer.observed_at)
}

/// Whether the transaction pays for a later time than the answer shows.
fn is_behind(answer: &StoreSnapshot, transaction: &Transaction) -> bool {
    let (Reading::Known(state), Some(paid_until)) = (&answer.reading, transaction.expires_date)
    else {
        return false;
    };
    let shown = Details::of(&state.details).transaction_id == transaction.transaction_id;
    // After a refund or an upgrade the answer ends earlier than the transaction, and will not catch
    // up.
    let taken_back = transaction.revocation_date.is_some() || transaction.is_replaced();
    let later = paid_until.0 > state.period_end && paid_until.0 > answer.observed_at;
    later && !shown && !taken_back
}
