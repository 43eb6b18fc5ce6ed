//! Acceptance of a transaction, and the customer whom it names.

use domain::{CustomerId, Environment};

use crate::LookUpError;
use crate::connectors::apple::Config;
use crate::connectors::apple::config::api_key::is_uuid;
use crate::connectors::apple::config::is_environment;
use crate::connectors::apple::wire::{Renewal, Transaction};

/// Returns the environment of a purchase, if such purchases are accepted.
pub(in crate::connectors::apple) fn taken(
    config: &Config,
    transaction: &Transaction,
) -> Result<Environment, LookUpError> {
    // An unknown environment decides nothing, whereas a known one that is not accepted is a "no".
    let word = transaction.environment.as_deref();
    let unknown = "it has no environment, or one that is not known";
    let word = word
        .filter(|word| is_environment(word))
        .ok_or_else(|| LookUpError::Malformed(unknown.to_owned()))?;
    let environment = config
        .environment(Some(word))
        .ok_or_else(|| rejected("it is of another environment"))?;
    if transaction.is_shared() && !config.family_sharing {
        return Err(rejected("it is shared by a member of the family"));
    }
    Ok(environment)
}

/// Returns the customer whom the app named to Apple at the purchase. A family member's purchase
/// names none.
pub(in crate::connectors::apple) fn account(
    config: &Config,
    transaction: &Transaction,
    renewal: Option<&Renewal>,
) -> Option<CustomerId> {
    let pattern = config.account.as_ref()?;
    let own = transaction.app_account_token.as_deref();
    let next = renewal.and_then(|renewal| renewal.app_account_token.as_deref());
    // The renewal information names the buyer of the next period, who is not the family member.
    let token = own.or(next.filter(|_| !transaction.is_shared()))?;
    let token = Some(token).filter(|token| is_uuid(token))?;
    // The same UUID may be written in either case.
    pattern.customer(&token.to_ascii_lowercase())
}

fn rejected(why: &str) -> LookUpError {
    LookUpError::Rejected(why.to_owned())
}
