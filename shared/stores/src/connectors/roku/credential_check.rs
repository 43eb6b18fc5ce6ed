//! Credential check: what can be found out about a configuration without a purchase.

use super::Config;
use super::client::ApiClient;
use super::notification::jws;
use super::submission::NO_TRANSACTION;
use crate::credential_check::Finding;
use crate::{ConnectorContext, LookUpError, credential_check, jwk_set};

/// Tries each key, and the URL of the public keys.
pub(super) async fn check(context: &ConnectorContext, config: &Config) -> Vec<Finding> {
    let client = &context.http;
    let mut findings = Vec::new();
    let several = config.api_keys.len() > 1;
    for (index, key) in config.api_keys.iter().enumerate() {
        let answer = ApiClient::begin(client, config)
            .ask(key, NO_TRANSACTION)
            .await;
        let mut finding = match answer {
            // Roku may reject the form of an id before it looks at the key.
            Err(LookUpError::Rejected(reason)) => Finding::unclear(
                "credentials",
                format!(
                    "it can't be told: Roku takes the made-up transaction for no id ({reason})"
                ),
            ),
            answer => credential_check::credentials(answer.map(|_| ())),
        };
        let which = match index {
            _ if !several => "the key in apiKeys",
            0 => "the first key in apiKeys",
            _ => "the second key in apiKeys",
        };
        finding.message = match finding.ok {
            Some(true) => format!("Roku accepts {which}"),
            Some(false) => format!(
                "Roku refuses {which}: it is wrong or expired, or the account allows only certain addresses to ask"
            ),
            None => format!("{which}: {}", finding.message),
        };
        findings.push(finding);
    }
    findings.push(match jwk_set::count(client, jws::published(config)).await {
        Ok(keys) => Finding::good(
            "notifications",
            format!("the keys that sign notifications can be had ({keys})"),
        ),
        Err(error @ LookUpError::Malformed(_)) => Finding::bad(
            "notifications",
            format!("no key that signs notifications is at keysUrl: {error}"),
        ),
        Err(error) => Finding::unclear(
            "notifications",
            format!("the keys that sign notifications can't be had now: {error}"),
        ),
    });
    findings
}
