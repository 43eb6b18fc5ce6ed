//! Verified transactions and renewal information of the configured app.

use domain::Environment;

use super::jws::{self, Effective};
use crate::LookUpError;
use crate::connectors::apple::Config;
use crate::connectors::apple::config::environment_name;
use crate::connectors::apple::wire::{self, Entry, Renewal, Transaction};

/// Reason for which a signed part does not count.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub(in crate::connectors::apple) enum Unfit {
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

/// Verifies a transaction of the configured app in this environment, or in any accepted one.
///
/// A transaction may lack app or environment, as some old ones do: it came in an answer to our own
/// token, or in a notification that names them. Then it is completed.
pub(in crate::connectors::apple) fn transaction(
    config: &Config,
    environment: Option<Environment>,
    jws: &str,
    effective: Effective,
) -> Result<Transaction, Unfit> {
    let mut transaction: Transaction = read(config, jws, effective)?;
    let ours = |bundle_id: &String| *bundle_id == config.api_key.bundle_id;
    let named = transaction.environment.as_deref();
    let same = match (named, environment) {
        (None, _) => true,
        (Some(word), Some(environment)) => word == environment_name(environment),
        (Some(word), None) => config.environment(Some(word)).is_some(),
    };
    if !same || !transaction.bundle_id.as_ref().is_none_or(ours) {
        return Err(Unfit::OfAnother);
    }
    if named.is_none() {
        transaction.environment =
            environment.map(|environment| environment_name(environment).to_owned());
    }
    Ok(transaction)
}

/// Verifies the renewal information of a transaction. It names no app, so it must be about the same
/// purchase.
pub(in crate::connectors::apple) fn renewal(
    config: &Config,
    transaction: &Transaction,
    jws: &str,
    effective: Effective,
) -> Result<Renewal, Unfit> {
    let renewal: Renewal = read(config, jws, effective)?;
    // Both parts are signed, but a sender may combine parts of different purchases.
    if differ(&renewal.environment, &transaction.environment) {
        return Err(Unfit::OfAnother);
    }
    if differ(
        &renewal.original_transaction_id,
        &transaction.original_transaction_id,
    ) {
        return Err(Unfit::Mixed);
    }
    Ok(renewal)
}

/// Whether both are present and different.
fn differ(one: &Option<String>, other: &Option<String>) -> bool {
    matches!((one, other), (Some(one), Some(other)) if one != other)
}

/// Verifies both parts of an entry of an answer.
pub(in crate::connectors::apple) fn entry(
    config: &Config,
    environment: Environment,
    entry: &Entry,
) -> Result<(Transaction, Option<Renewal>), Unfit> {
    let effective = Effective::WhenSigned;
    let signed = entry.signed_transaction_info.as_deref();
    let signed = signed.ok_or_else(|| Unfit::Unreadable("it has no transaction".to_owned()))?;
    let transaction = transaction(config, Some(environment), signed, effective)?;
    // The entry's own id is not signed; it must not attach one purchase's state to another.
    if differ(
        &transaction.original_transaction_id,
        &entry.original_transaction_id,
    ) {
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
