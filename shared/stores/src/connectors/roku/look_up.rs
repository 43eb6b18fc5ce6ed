//! Look-up of a transaction.

use domain::{Locator, Timestamp};
use serde_json::Value;

use super::client::ApiClient;
use super::config::Fresh;
use super::memory::hints::{Hints, Named};
use super::snapshot::replaced::known_original;
use super::wire::Transaction;
use super::{Config, snapshot, submission};
use crate::{ConnectorContext, LookUpError, LookedUp, Receipt};

/// Longest answer that is stored as a receipt, in bytes: ten times a usual one.
const LONGEST_RECEIPT: usize = 16 * 1024;

/// Looks a purchase up.
pub(super) async fn look_up(
    context: &ConnectorContext,
    config: &Config,
    locator: &Locator,
    observed_at: Timestamp,
) -> Result<LookedUp, LookUpError> {
    let api = ApiClient::begin(&context.http, config);
    let (answer, line) = first_known(&api, config, locator).await?;
    let replaced = replaced(&api, locator, &line).await?;
    let snapshot = snapshot::of(config, locator, &line, replaced.as_ref(), observed_at)?;
    Ok(LookedUp {
        snapshot,
        receipt: Some(answer)
            .filter(|answer| answer.to_string().len() <= LONGEST_RECEIPT)
            .map(Receipt),
        others: Vec::new(),
    })
}

/// Returns the answer about the purchase, by the first of its transactions that Roku knows.
async fn first_known(
    api: &ApiClient<'_>,
    config: &Config,
    locator: &Locator,
) -> Result<(Value, Transaction), LookUpError> {
    let mut unknown = LookUpError::NotFound;
    for named in transactions(config, locator) {
        match transaction(api, named.id).await {
            // A transaction that bought no period, such as a refund, has no end and says
            // nothing about the subscription.
            Ok((_, line)) if !named.charge && line.expires_at.is_none() => {}
            Ok(found) => return Ok(found),
            // Another id must not answer in place of one that Roku could not answer now.
            Err(error) if error.is_transient() => return Err(error),
            Err(error) => unknown = error,
        }
    }
    Err(unknown)
}

/// Fetches the subscription that this one has replaced, if it is not known yet or still counts.
async fn replaced(
    api: &ApiClient<'_>,
    locator: &Locator,
    line: &Transaction,
) -> Result<Option<Transaction>, LookUpError> {
    let id = line.replaced.as_deref();
    let Some(id) = id.filter(|id| submission::key(id).is_some()) else {
        return Ok(None);
    };
    let known = known_original(Hints::of(locator), id).is_some();
    // The new plan gives access already, so the old one matters no more.
    let runs = line.entitled == Some(true) && line.word() != "pendingactive";
    if known && runs {
        return Ok(None);
    }
    match transaction(api, id).await {
        Ok((_, replaced)) => Ok(Some(replaced)),
        Err(error) if error.is_transient() => Err(error),
        Err(_unknown) => Ok(None),
    }
}

/// Fetches one transaction: the answer and what it says.
async fn transaction(api: &ApiClient<'_>, id: &str) -> Result<(Value, Transaction), LookUpError> {
    let answer = api.transaction(id).await?;
    let line = snapshot::read(&answer)?;
    Ok((answer, line))
}

/// Returns the transactions to ask for, in order.
fn transactions<'a>(config: &Config, locator: &'a Locator) -> Vec<Named<'a>> {
    let own = Named {
        id: locator.key.as_str(),
        at: None,
        charge: true,
    };
    let mut named = Hints::of(locator).transactions();
    // Roku does not document which transaction of a subscription shows its current state, hence the
    // switch.
    match config.fresh {
        Fresh::Latest => named.push(own),
        Fresh::Original => named.insert(0, own),
    }
    let mut different: Vec<Named<'a>> = Vec::new();
    for one in named {
        // These ids come from messages; one of another form can't be a part of the URL.
        if submission::key(one.id).is_some() && different.iter().all(|other| other.id != one.id) {
            different.push(one);
        }
    }
    different
}
