//! Look-up of a subscription by its id. Method, path and answer are assumptions.

use domain::{Locator, StoreSnapshot, Timestamp};
use reqwest::Url;
use reqwest::header::{ACCEPT, HeaderValue};
use secrecy::ExposeSecret;

use super::wire::{Message, Source};
use super::{Config, snapshot};
use crate::address::{encoded, exact};
use crate::{ConnectorContext, LookUpError, LookedUp, http};

/// Looks a subscription up.
pub(crate) async fn look_up(
    context: &ConnectorContext,
    config: &Config,
    locator: &Locator,
    observed_at: Timestamp,
) -> Result<LookedUp, LookUpError> {
    let url = address(config, locator.key.as_str())?;
    let mut api_key = HeaderValue::from_str(config.api_key.expose_secret())
        .map_err(|_| LookUpError::Unauthorized)?;
    // Keeps the key out of the debug output of the HTTP client.
    api_key.set_sensitive(true);
    let mut request = context
        .http
        .get(url)
        .timeout(config.timeout)
        .header(ACCEPT, "application/json")
        .header(config.api_key_header.as_str(), api_key);
    if let Some(header) = &config.partner_id_header {
        request = request.header(header.as_str(), &config.partner_id);
    }
    let body = http::ask(request).await?;
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
    let known = locator.details.get("invoiceNumber");
    if known.is_some() && said.invoice.is_some() && known != said.invoice.as_ref() {
        // Normal after a renewal. The numbers do not say which invoice is older, so nothing
        // follows.
        tracing::debug!(store = "vizio", "the store names another invoice");
    }
    snapshot::of(config, &locator.key, &said, observed_at)
        .map_err(|error| malformed(&error.to_string()))
}

/// Builds the URL of a subscription.
fn address(config: &Config, subscription_id: &str) -> Result<Url, LookUpError> {
    let path = config
        .subscription_path
        .replace("{partnerId}", &encoded(&config.partner_id))
        .replace("{subscriptionId}", &encoded(subscription_id));
    exact(&format!("{}{path}", config.api_base_url))
}

#[cfg(test)]
mod tests {
    use domain::{ConfigRules, Environment};
    use serde_json::json;

    use super::*;

    fn config() -> Config {
        let json = json!({"apiKey": "k", "partnerId": "vizio_partner_demo_inc", "signingKey": "s"});
        Config::parse(&json, Environment::Sandbox, &ConfigRules::default()).unwrap()
    }

    #[test]
    fn an_id_stays_one_piece_of_the_address() {
        let start = "https://preprod.api.developer-vizio.external.plat.vizio.com\
                     /entitlements/v1/partners/vizio_partner_demo_inc/subscriptions/";
        for (id, piece) in [
            ("vzs-88120044", "vzs-88120044"),
            ("a/../b?c#d", "a%2F..%2Fb%3Fc%23d"),
            ("ä %", "%C3%A4%20%25"),
            ("{partnerId}", "%7BpartnerId%7D"),
        ] {
            let address = address(&config(), id).unwrap();
            assert_eq!(address.as_str(), format!("{start}{piece}"));
        }
    }

    #[test]
    fn an_id_that_would_lead_elsewhere_is_not_asked_for() {
        for id in [".", ".."] {
            let refused = address(&config(), id).unwrap_err();
            assert_eq!(refused.kind(), "rejected");
        }
    }
}
