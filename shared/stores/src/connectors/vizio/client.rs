//! Request of a subscription by its id. Method and path are assumptions.

use reqwest::Url;
use reqwest::header::ACCEPT;
use secrecy::ExposeSecret;

use super::Config;
use crate::address::{encoded, exact};
use crate::{ConnectorContext, LookUpError, http};

/// Returns the body of the answer about a subscription.
pub(super) async fn subscription(
    context: &ConnectorContext,
    config: &Config,
    id: &str,
) -> Result<Vec<u8>, LookUpError> {
    let url = address(config, id)?;
    let api_key = http::secret_header(config.api_key.expose_secret())?;
    let mut request = context
        .http
        .get(url)
        .timeout(config.timeout)
        .header(ACCEPT, "application/json")
        .header(config.api_key_header.as_str(), api_key);
    if let Some(header) = &config.partner_id_header {
        request = request.header(header.as_str(), &config.partner_id);
    }
    http::ask(request).await
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
