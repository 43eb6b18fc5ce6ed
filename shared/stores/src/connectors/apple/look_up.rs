//! Look-up of a purchase, with as few requests as possible.

use domain::{Environment, Locator, StoreSnapshot, Timestamp};

use super::client::ApiClient;
use super::config::is_environment;
use super::signing::jws::Effective;
use super::signing::{jws, proof};
use super::snapshot::details::Details;
use super::wire::{self, Entry, Group, Statuses, Transaction, TransactionInfo};
use super::{Config, snapshot};
use crate::{ConnectorContext, LookUpError, LookedUp};

/// Largest number of subscriptions in an answer; more than a customer has in one app.
const MOST_ENTRIES: usize = 100;

/// Looks a purchase up.
pub(super) async fn look_up(
    context: &ConnectorContext,
    config: &Config,
    locator: &Locator,
    observed_at: Timestamp,
) -> Result<LookedUp, LookUpError> {
    let search = Search {
        api: ApiClient::begin(context, config),
        config,
        locator,
        observed_at,
    };
    let environments = environments(config, locator)?;
    let may_be_refused = config.sandbox_on_401 && environments.len() > 1;
    for environment in environments {
        match search.within(*environment).await {
            Ok(Some(snapshot)) => return Ok(snapshot.into()),
            Ok(None) => {}
            // Apple refuses every request to production about an app that was never released.
            Err(LookUpError::Unauthorized)
                if may_be_refused && *environment == Environment::Production => {}
            Err(error) => return Err(error),
        }
    }
    Err(LookUpError::NotFound)
}

/// Returns the environments to ask: the known one, or else all that are accepted.
pub(super) fn environments(
    config: &Config,
    locator: &Locator,
) -> Result<&'static [Environment], LookUpError> {
    let details = Details::of(&locator.details);
    let Some(word) = details.environment.or(details.claimed_environment) else {
        return Ok(config.environments());
    };
    match config.environment(Some(&word)) {
        Some(Environment::Production) => Ok(&[Environment::Production]),
        Some(Environment::Sandbox) => Ok(&[Environment::Sandbox]),
        None if is_environment(&word) => {
            let why = "it is of another environment".to_owned();
            Err(LookUpError::Rejected(why))
        }
        // An unknown name decides nothing; Apple's answers do.
        None => Ok(config.environments()),
    }
}

struct Search<'a> {
    api: ApiClient<'a>,
    config: &'a Config,
    locator: &'a Locator,
    observed_at: Timestamp,
}

impl Search<'_> {
    /// Returns the purchase in one environment; `None` if it is not there.
    ///
    /// A subscription with a known key needs only the request for statuses. For any other id the
    /// transaction says what it is.
    async fn within(&self, environment: Environment) -> Result<Option<StoreSnapshot>, LookUpError> {
        let id = self.locator.key.as_str();
        let is_subscription = Details::of(&self.locator.details).is_subscription();
        // A subscription of the group may be found in the same answer later, so it is kept.
        let mut statuses = None;
        if is_subscription {
            let Some(entries) = self.statuses(environment, id).await? else {
                return Ok(None);
            };
            if let Some(entry) = entries.of(id) {
                return self.read(environment, entry).map(Some);
            }
            statuses = Some(entries);
        }
        let Some(transaction) = self.transaction(environment, id).await? else {
            return Ok(None);
        };
        // One-time purchases have no status; the transaction is their whole state.
        if !transaction.is_subscription() {
            return snapshot::of(self.config, &transaction, None, None, self.observed_at).map(Some);
        }
        let entries = match statuses {
            Some(entries) => Some(entries),
            None => self.statuses(environment, original(&transaction)?).await?,
        };
        let entries = entries.ok_or_else(incomplete)?;
        let entry = match entries.of(original(&transaction)?) {
            Some(entry) => Some(entry),
            // Nothing is concluded about a known purchase from another one's state.
            None if self.is_known() => None,
            // The id that was asked for is sometimes not in the answer. Then the best subscription
            // of its group is the purchase.
            None => entries.best_of(transaction.subscription_group_identifier.as_deref()),
        };
        self.read(environment, entry.ok_or_else(incomplete)?)
            .map(Some)
    }

    fn is_known(&self) -> bool {
        Details::of(&self.locator.details)
            .original_transaction_id
            .is_some()
    }

    async fn transaction(
        &self,
        environment: Environment,
        id: &str,
    ) -> Result<Option<Transaction>, LookUpError> {
        let info: Option<TransactionInfo> = self.api.by_id(environment, "transactions", id).await?;
        let Some(info) = info else {
            return Ok(None);
        };
        let jws = &info.signed_transaction_info;
        let proven =
            proof::transaction(self.config, Some(environment), jws, Effective::WhenSigned)?;
        Ok(Some(proven))
    }

    async fn statuses(
        &self,
        environment: Environment,
        id: &str,
    ) -> Result<Option<Entries>, LookUpError> {
        let statuses: Option<Statuses> = self.api.by_id(environment, "subscriptions", id).await?;
        statuses.map(Entries::of_answer).transpose()
    }

    fn read(&self, environment: Environment, entry: &Entry) -> Result<StoreSnapshot, LookUpError> {
        let (transaction, renewal) = proof::entry(self.config, environment, entry)?;
        snapshot::of(
            self.config,
            &transaction,
            renewal.as_ref(),
            entry.status,
            self.observed_at,
        )
    }
}

fn original(transaction: &Transaction) -> Result<&str, LookUpError> {
    let id = transaction.original_transaction_id.as_deref();
    id.ok_or_else(|| LookUpError::Malformed("it has no originalTransactionId".to_owned()))
}

/// Builds the error for a purchase that Apple knows without saying its state. That is no "not
/// found".
fn incomplete() -> LookUpError {
    LookUpError::Unavailable("its statuses lack the subscription".to_owned())
}

/// All subscriptions of a customer.
struct Entries(Vec<Group>);

impl Entries {
    fn of_answer(statuses: Statuses) -> Result<Self, LookUpError> {
        let groups = statuses.data;
        let count: usize = groups.iter().map(|g| g.last_transactions.len()).sum();
        // Each entry costs the verification of two signatures with their chains.
        if count > MOST_ENTRIES {
            let what = format!("it has more than {MOST_ENTRIES} subscriptions");
            return Err(LookUpError::Malformed(what));
        }
        Ok(Self(groups))
    }

    fn of(&self, id: &str) -> Option<&Entry> {
        let mut entries = self.0.iter().flat_map(|group| &group.last_transactions);
        entries.find(|entry| match &entry.original_transaction_id {
            Some(named) => named == id,
            None => claimed_id(entry).as_deref() == Some(id),
        })
    }

    /// Returns the subscription of a group with the best status.
    fn best_of(&self, group: Option<&str>) -> Option<&Entry> {
        let group = group?;
        let is_it = |of: &&Group| {
            let named = of.subscription_group_identifier.as_deref();
            named.is_none_or(|named| named == group)
        };
        let entries = self
            .0
            .iter()
            .filter(is_it)
            .flat_map(|g| &g.last_transactions);
        entries.min_by_key(|entry| rank(entry.status))
    }
}

/// Returns the subscription that an entry without an id claims to be about. Whichever entry is
/// selected is verified afterwards.
fn claimed_id(entry: &Entry) -> Option<String> {
    let payload = jws::claimed(entry.signed_transaction_info.as_deref()?)?;
    let claimed: Transaction = wire::read(&payload).ok()?;
    claimed.original_transaction_id
}

/// Ranks a status, the best first: active, in grace, in retry, expired, revoked, any other.
fn rank(status: Option<i64>) -> usize {
    let order = [1, 4, 3, 2, 5].map(Some);
    order
        .iter()
        .position(|known| *known == status)
        .unwrap_or(order.len())
}
