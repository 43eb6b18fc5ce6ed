//! Look-up of a receipt.

use domain::{Locator, Timestamp};
use serde_json::Value;

use super::client::Receipt;
use super::snapshot::no_longer_valid::no_longer_valid;
use super::{Config, client, snapshot};
use crate::{ConnectorContext, LookUpError, LookedUp};

/// Looks a receipt up.
pub(super) async fn look_up(
    context: &ConnectorContext,
    config: &Config,
    locator: &Locator,
    observed_at: Timestamp,
) -> Result<LookedUp, LookUpError> {
    let body = match client::receipt(context, config, locator).await? {
        Receipt::Valid(body) => body,
        Receipt::NoLongerValid => {
            let ended = no_longer_valid(locator, observed_at);
            return ended.map(LookedUp::from).ok_or(LookUpError::NotFound);
        }
    };
    // A 200 may still be about a receipt that has ended; its dates say so.
    let answer: Value = serde_json::from_slice(&body)
        .map_err(|_| LookUpError::Malformed("it is not JSON".to_owned()))?;
    Ok(LookedUp {
        snapshot: snapshot(config, locator, &answer, observed_at)?,
        receipt: Some(crate::Receipt(answer)),
        others: Vec::new(),
    })
}
