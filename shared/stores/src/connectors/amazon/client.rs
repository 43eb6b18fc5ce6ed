//! Request of a receipt. The shared secret is a part of the URL, so no URL is ever logged.

use domain::Locator;
use reqwest::Url;
use reqwest::header::ACCEPT;
use secrecy::ExposeSecret;

use super::Config;
use super::submission::{USER_ID, user_id};
use crate::address::{encoded, exact};
use crate::http::{self, Answer};
use crate::{ConnectorContext, LookUpError};

/// Amazon's status codes with a meaning of their own.
const NO_SUCH_RECEIPT: u16 = 400;
const NO_LONGER_VALID: u16 = 410;
const WRONG_SECRET: u16 = 496;
const WRONG_USER: u16 = 497;

/// Answer about a receipt.
pub(super) enum Receipt {
    /// Receipt, in the JSON that Amazon wrote.
    Valid(Vec<u8>),
    /// Status 410: a known receipt has ended. It says nothing about an unknown one.
    NoLongerValid,
}

/// Requests a receipt.
pub(super) async fn receipt(
    context: &ConnectorContext,
    config: &Config,
    locator: &Locator,
) -> Result<Receipt, LookUpError> {
    let request = context
        .http
        .get(address(config, locator)?)
        .timeout(config.timeout)
        .header(ACCEPT, "application/json");
    let answer = http::exchange(request).await?;
    if answer.status.as_u16() == NO_LONGER_VALID {
        return Ok(Receipt::NoLongerValid);
    }
    match refusal(&answer) {
        Some(error) => Err(error),
        None => Ok(Receipt::Valid(answer.body)),
    }
}

/// Maps a status to an error; `None` for 200. Only what Amazon documents as a "no" is one.
fn refusal(answer: &Answer) -> Option<LookUpError> {
    let status = answer.status.as_u16();
    match status {
        NO_SUCH_RECEIPT => Some(LookUpError::NotFound),
        WRONG_USER => Some(LookUpError::Rejected(
            "the receipt is not of this userId".to_owned(),
        )),
        WRONG_SECRET => Some(LookUpError::Unauthorized),
        // Not documented here. Most likely the address is wrong, which must not end a purchase.
        404 | 422 => Some(LookUpError::Unavailable(format!("status {status}"))),
        _ => answer.refusal(),
    }
}

/// Builds the URL of a receipt.
fn address(config: &Config, locator: &Locator) -> Result<Url, LookUpError> {
    let unknown = || LookUpError::Rejected(format!("its {USER_ID} is not known"));
    let segment = |text: &str| {
        let encoded = encoded(text);
        // It is not documented whether Amazon decodes an escaped slash, hence the switch.
        if config.raw_receipt_segments {
            encoded.replace("%2F", "/")
        } else {
            encoded
        }
    };
    let base = &config.api_base_url;
    let prefix = if config.sandbox { "/sandbox" } else { "" };
    let secret = encoded(config.shared_secret.expose_secret());
    let user_id = segment(user_id(locator).ok_or_else(unknown)?);
    let receipt_id = segment(locator.key.as_str());
    exact(&format!(
        "{base}{prefix}/version/1.0/verifyReceiptId/developer/{secret}/user/{user_id}/receiptId/{receipt_id}"
    ))
}

#[cfg(test)]
mod tests {
    use domain::{ConfigRules, Environment, PurchaseKey};
    use serde_json::json;

    use super::*;
    use crate::connectors::amazon::submission::locator;

    fn asked(raw: bool, environment: Environment, user: &str, receipt: &str) -> Option<String> {
        let json = json!({"sharedSecret": "2:smX/b=", "packageNames": ["tv.example.fire"],
            "rawReceiptSegments": raw});
        let config = Config::parse(&json, environment, &ConfigRules::default()).unwrap();
        let locator = locator(PurchaseKey::new(receipt).unwrap(), user);
        let address = address(&config, &locator).ok()?;
        let rest = address
            .as_str()
            .strip_prefix("https://appstore-sdk.amazon.com");
        rest.map(str::to_owned)
    }

    #[test]
    fn each_id_is_one_piece_of_the_address() {
        let start = "/version/1.0/verifyReceiptId/developer/2%3AsmX%2Fb%3D";
        let production = asked(false, Environment::Production, "q0/Xv_-=", "h7kQ/2v+=:3:11");
        assert_eq!(
            production.unwrap(),
            format!("{start}/user/q0%2FXv_-%3D/receiptId/h7kQ%2F2v%2B%3D%3A3%3A11")
        );
        let sandbox = asked(false, Environment::Sandbox, "u", "r");
        assert_eq!(
            sandbox.unwrap(),
            format!("/sandbox{start}/user/u/receiptId/r")
        );
    }

    #[test]
    fn slashes_can_be_left_as_they_are() {
        let address = asked(true, Environment::Production, "q0/Xv", "h7kQ/2v=").unwrap();
        assert!(address.ends_with("2%3AsmX%2Fb%3D/user/q0/Xv/receiptId/h7kQ/2v%3D"));
    }

    #[test]
    fn an_id_that_would_lead_elsewhere_is_not_asked_for() {
        for (raw, id) in [
            (false, ".."),
            (false, "."),
            (true, "../x"),
            (true, "x/../../y"),
        ] {
            for (user, receipt) in [("u", id), (id, "r")] {
                let address = asked(raw, Environment::Production, user, receipt);
                assert_eq!(address, None, "{id}");
            }
        }
    }
}
