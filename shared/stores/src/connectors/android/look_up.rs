//! Look-up of a purchase by its token.

use domain::{Locator, Timestamp};
use serde_json::Value;

use super::client::{ApiClient, Kind};
use super::snapshot::details::Details;
use super::{Config, one_time_snapshot, snapshot};
use crate::{ConnectorContext, LookUpError, LookedUp, Receipt};

/// Looks a purchase up.
pub(super) async fn look_up(
    context: &ConnectorContext,
    config: &Config,
    locator: &Locator,
    observed_at: Timestamp,
) -> Result<LookedUp, LookUpError> {
    let package_name = snapshot::package_name(config, locator)?;
    let api = ApiClient::begin(context, config, package_name);
    let (is, mut answer) = purchase(&api, locator).await?;
    let snapshot = match is {
        Kind::Subscription => snapshot(config, locator, &answer, observed_at)?,
        Kind::OneTime => one_time_snapshot(config, locator, &answer, observed_at)?,
    };
    if let Some(fields) = answer.as_object_mut() {
        // Personal data: names and addresses. The receipt is stored and shown.
        fields.remove("subscribeWithGoogleInfo");
    }
    Ok(LookedUp {
        snapshot,
        receipt: Some(Receipt(answer)),
        others: Vec::new(),
    })
}

/// Requests the purchase, whichever kind it is.
///
/// The hint only decides which kind is requested first, because an app may be wrong. A stored
/// order id shows that the token was a subscription's.
async fn purchase(api: &ApiClient<'_>, locator: &Locator) -> Result<(Kind, Value), LookUpError> {
    let (subscription, one_time) = (Kind::Subscription, Kind::OneTime);
    // An app may be wrong about the kind, so a refusal of one kind says nothing about the other.
    if Details::of(locator).is_one_time() {
        return match api.of(one_time, locator).await {
            Err(refused) if says_no(&refused.error) => {
                let answer = api.of(subscription, locator).await?;
                Ok((subscription, answer))
            }
            answer => Ok((one_time, answer?)),
        };
    }
    match api.of(subscription, locator).await {
        // 410 also means a subscription that expired more than 60 days ago. One with a known
        // order was a subscription, and needs no second request.
        Err(refused) if refused.gone() && Details::of(locator).order_id.is_none() => {
            match api.of(one_time, locator).await {
                // The first answer is more specific: it is about the kind that was expected.
                Err(other) if says_no(&other.error) => Err(refused.error),
                answer => Ok((one_time, answer?)),
            }
        }
        answer => Ok((subscription, answer?)),
    }
}

/// Whether Google has no such purchase, or none of that kind.
const fn says_no(error: &LookUpError) -> bool {
    matches!(error, LookUpError::NotFound | LookUpError::Rejected(_))
}
