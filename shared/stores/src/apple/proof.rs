//! Transactions and renewal information that Apple signed for the configured app.

use domain::Environment;

use super::Config;
use super::config::world_name;
use super::jws::{self, Effective};
use super::wire::{self, Entry, Renewal, Transaction};
use crate::LookUpError;

/// Why something signed does not count.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub(super) enum Unfit {
    #[error("nothing proves that Apple signed it")]
    NotProven,
    #[error("it is of another app or environment")]
    OfAnother,
    #[error("its parts are of different purchases")]
    Mixed,
    #[error("{0}")]
    Unreadable(String),
}

impl From<Unfit> for LookUpError {
    fn from(unfit: Unfit) -> Self {
        Self::Malformed(unfit.to_string())
    }
}

/// A transaction of the configured app in this environment.
pub(super) fn transaction(
    config: &Config,
    world: Environment,
    jws: &str,
    effective: Effective,
) -> Result<Transaction, Unfit> {
    let transaction: Transaction = read(config, jws, effective)?;
    let ours = transaction.bundle_id.as_ref() == Some(&config.api_key.bundle_id)
        && transaction.environment.as_deref() == Some(world_name(world));
    if ours {
        Ok(transaction)
    } else {
        Err(Unfit::OfAnother)
    }
}

/// How that transaction's subscription goes on. It names no app: that it is of the same purchase
/// has to do.
pub(super) fn renewal(
    config: &Config,
    transaction: &Transaction,
    jws: &str,
    effective: Effective,
) -> Result<Renewal, Unfit> {
    let renewal: Renewal = read(config, jws, effective)?;
    if renewal.environment != transaction.environment {
        return Err(Unfit::OfAnother);
    }
    let same = renewal.original_transaction_id == transaction.original_transaction_id;
    if same { Ok(renewal) } else { Err(Unfit::Mixed) }
}

/// Both parts of an entry of the API's answer.
pub(super) fn entry(
    config: &Config,
    world: Environment,
    entry: &Entry,
) -> Result<(Transaction, Option<Renewal>), Unfit> {
    let effective = Effective::WhenSigned;
    let signed = entry.signed_transaction_info.as_deref();
    let signed = signed.ok_or_else(|| Unfit::Unreadable("it has no transaction".to_owned()))?;
    let transaction = transaction(config, world, signed, effective)?;
    if transaction.original_transaction_id != entry.original_transaction_id {
        return Err(Unfit::Mixed);
    }
    let renewal = match entry.signed_renewal_info.as_deref() {
        Some(jws) => Some(renewal(config, &transaction, jws, effective)?),
        None => None,
    };
    Ok((transaction, renewal))
}

fn read<T: serde::de::DeserializeOwned>(
    config: &Config,
    jws: &str,
    effective: Effective,
) -> Result<T, Unfit> {
    let payload = jws::proven(&config.roots, jws, effective).map_err(|_| Unfit::NotProven)?;
    wire::read(&payload).map_err(|error| Unfit::Unreadable(error.to_string()))
}
