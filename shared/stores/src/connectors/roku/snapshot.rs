//! Snapshot of a purchase from Roku's answer.

pub(in crate::connectors::roku) mod details;
pub(in crate::connectors::roku) mod replaced;
pub(in crate::connectors::roku) mod state;
pub(in crate::connectors::roku) mod status;

use domain::{Locator, PurchaseKey, Reading, Store, StoreSnapshot, Timestamp};
use serde_json::Value;

use super::memory::hints::{CHANNEL_ID, Hints};
use super::memory::notification;
use super::wire::{Transaction, malformed};
use super::{Config, submission};
use crate::{LookUpError, string_map};
use replaced::Replaced;
use state::Look;

/// Builds the snapshot of a purchase from Roku's answer about a transaction
/// (`validate-transaction`) at `observed_at`. Sends no request.
///
/// `replaced` is the answer about the transaction in `cancelledTransactionIds`, if it was fetched.
///
/// # Errors
/// [`LookUpError::Rejected`] for a channel that is not configured and for a transaction that is no
/// purchase; [`LookUpError::Malformed`] names the field that can't be read.
pub fn snapshot(
    config: &Config,
    locator: &Locator,
    answer: &Value,
    replaced: Option<&Value>,
    observed_at: Timestamp,
) -> Result<StoreSnapshot, LookUpError> {
    let line = read(answer)?;
    let replaced = replaced.map(read).transpose()?;
    of(config, locator, &line, replaced.as_ref(), observed_at)
}

pub(super) fn read(answer: &Value) -> Result<Transaction, LookUpError> {
    Transaction::read(answer).map_err(|error| malformed(&error.to_string()))
}

pub(super) fn of(
    config: &Config,
    locator: &Locator,
    line: &Transaction,
    replaced: Option<&Transaction>,
    observed_at: Timestamp,
) -> Result<StoreSnapshot, LookUpError> {
    // Roku answers only about sales of the key's own account, so an answer without a channel is
    // ours.
    let channel_id = line.channel_id.as_deref();
    if channel_id.is_some_and(|id| !config.channel_ids.contains(id)) {
        return Err(rejected("its channel is not configured"));
    }
    // A refund is a transaction with an id of its own, which somebody may submit.
    if line.amount.is_some_and(i64::is_negative) {
        return Err(rejected("it is a refund"));
    }
    let original_id = line.original_id.as_deref().or(line.id.as_deref());
    let original_id = original_id.unwrap_or(locator.key.as_str());
    let known = notification::folded(Hints::of(locator));
    let hints = Hints::new(&known);
    let look = Look {
        config,
        line,
        hints,
        own_key: locator.key.as_str(),
        original_id,
        channel_id: channel_id.or(hints.text(CHANNEL_ID)),
        replaced: Replaced::of(line, replaced, hints, original_id),
        observed_at,
    };
    let (reading, memory) = if look.is_one_time() {
        look.one_time()?
    } else {
        look.subscription()?
    };
    // An answer that is not understood must not end the purchase that it may have replaced.
    let understood = !matches!(reading, Reading::UnknownStatus(_));
    let replaces = look.replaced.filter(|_| understood);
    Ok(StoreSnapshot {
        replaces: replaces
            .map(|replaced| key(replaced.original_id))
            .transpose()?,
        unknown_status: look.unknown_word(),
        memory: string_map::written(&memory),
        ..StoreSnapshot::new(Store::Roku, key(original_id)?, reading, observed_at)
    })
}

fn key(id: &str) -> Result<PurchaseKey, LookUpError> {
    submission::key(id).ok_or_else(|| malformed("an id in it has an unknown form"))
}

fn rejected(why: &str) -> LookUpError {
    LookUpError::Rejected(why.to_owned())
}
