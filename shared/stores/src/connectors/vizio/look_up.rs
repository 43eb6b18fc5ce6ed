//! Look-up of a subscription by its id. The form of the answer is an assumption.

use domain::{Locator, StoreSnapshot, Timestamp};

use super::snapshot::details::Details;
use super::wire::{Message, Source};
use super::{Config, client, snapshot};
use crate::{ConnectorContext, LookUpError, LookedUp};

/// Looks a subscription up.
pub(super) async fn look_up(
    context: &ConnectorContext,
    config: &Config,
    locator: &Locator,
    observed_at: Timestamp,
) -> Result<LookedUp, LookUpError> {
    let body = client::subscription(context, config, locator.key.as_str()).await?;
    read(config, locator, &body, observed_at).map(LookedUp::from)
}

/// Parses the answer to a look-up.
pub(super) fn read(
    config: &Config,
    locator: &Locator,
    body: &[u8],
    observed_at: Timestamp,
) -> Result<StoreSnapshot, LookUpError> {
    let malformed = |what: &str| LookUpError::Malformed(what.to_owned());
    let json = serde_json::from_slice(body).map_err(|_| malformed("it is not JSON"))?;
    let message = Message {
        json: &json,
        pointers: &config.pointers,
        source: Source::LookUp,
    };
    let said = message
        .subscription()
        .map_err(|error| malformed(&error.to_string()))?;
    // An answer about another subscription may come from a cache or a wrongly configured path.
    // Applied, it would give one customer another one's state.
    if said
        .id
        .as_deref()
        .is_some_and(|id| id != locator.key.as_str())
    {
        return Err(malformed("it is about another subscription"));
    }
    let known = Details::of(&locator.details).invoice_number;
    if known.is_some() && said.invoice.is_some() && known != said.invoice {
        // Normal after a renewal. The numbers do not say which invoice is older, so nothing
        // follows.
        tracing::debug!(store = "vizio", "the store names another invoice");
    }
    snapshot::of(config, &locator.key, &said, observed_at)
        .map_err(|error| malformed(&error.to_string()))
}
