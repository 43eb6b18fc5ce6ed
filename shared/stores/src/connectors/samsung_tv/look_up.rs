//! Look-up: finds a purchase in the list of all that its customer bought.

use std::time::Instant;

use domain::{Locator, Timestamp};

use super::client::ApiClient;
use super::snapshot::details::Details;
use super::snapshot::{Unclear, others};
use super::submission::{COUNTRY_CODE, CUSTOMER_ID};
use super::{Config, client, snapshot};
use crate::{ConnectorContext, LookUpError, LookedUp};

/// Looks a purchase up: lists everything that the customer bought and finds the purchase by any of
/// its invoices.
pub(super) async fn look_up(
    context: &ConnectorContext,
    config: &Config,
    locator: &Locator,
    observed_at: Timestamp,
) -> Result<LookedUp, LookUpError> {
    // There is no call that returns a subscription by its id. Without customer and country, which
    // only the submission names, a purchase can't be refreshed.
    let details = Details::of(locator);
    let unknown = |name: &str| LookUpError::Rejected(format!("its {name} is not known"));
    let (customer, country) = (&details.samsung_customer_id, &details.country_code);
    let api = ApiClient {
        client: &context.http,
        config,
        customer: customer.as_deref().ok_or_else(|| unknown(CUSTOMER_ID))?,
        country: country.as_deref().ok_or_else(|| unknown(COUNTRY_CODE))?,
        began: Instant::now(),
    };
    let list = api.list().await?;
    let unclear = |why: Unclear| match why {
        Unclear::NotListed => LookUpError::NotFound,
        Unclear::NoSubscription => LookUpError::Rejected(why.to_string()),
        Unclear::NoProduct | Unclear::Form(_) | Unclear::Unfit(_) => {
            client::malformed(&why.to_string())
        }
    };
    let found = snapshot::find(&list, &details).map_err(unclear)?;
    let snapshot = snapshot::of(config, locator, &found, observed_at).map_err(unclear)?;
    // A known `SubscriptionId` comes from an earlier look-up, in which the invoice was confirmed.
    if details.subscription_id.is_some() {
        let due = config.auto_apply && !found.invoice.applied && !found.invoice.cancelled;
        if due {
            api.apply(found.invoice_id).await;
        }
    } else {
        // The purchase is seen for the first time.
        api.second_opinion(locator.key.as_str()).await?;
    }
    // The list names all subscriptions of the customer, so one call serves them all.
    let whose = (api.customer, api.country);
    Ok(LookedUp {
        others: others::of(config, &list, &found, whose, observed_at),
        ..snapshot.into()
    })
}
