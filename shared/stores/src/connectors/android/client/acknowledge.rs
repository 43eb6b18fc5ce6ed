//! Acknowledgement of a purchase.

use domain::{Locator, StoreState};

use super::{ApiClient, Kind};
use crate::connectors::android::snapshot::one_time;
use crate::connectors::android::wire::Purchase;
use crate::connectors::android::{Config, snapshot};
use crate::{ConnectorContext, LookUpError};

/// Acknowledges a purchase, if its state requires it.
pub(in crate::connectors::android) async fn acknowledge(
    context: &ConnectorContext,
    config: &Config,
    locator: &Locator,
    state: &StoreState,
) -> Result<(), LookUpError> {
    if state.acknowledge_by.is_none() || !config.acknowledge {
        return Ok(());
    }
    let package_name = snapshot::package_name(config, locator)?;
    let api = ApiClient::begin(context, config, package_name);
    let kind = if state.billing.is_one_time() {
        Kind::OneTime
    } else {
        Kind::Subscription
    };
    match api.acknowledge(kind, locator, state).await {
        // The app or another function may have acknowledged it at the same time, which Google
        // answers with an error. The purchase itself shows whether it is done.
        Err(LookUpError::Rejected(why)) => {
            let answer = api.of(kind, locator).await?;
            let heard = match kind {
                Kind::Subscription => {
                    Purchase::read(&answer).is_ok_and(|purchase| purchase.is_acknowledged())
                }
                Kind::OneTime => one_time::is_acknowledged(&answer),
            };
            if heard {
                Ok(())
            } else {
                Err(LookUpError::Rejected(why))
            }
        }
        other => other,
    }
}
