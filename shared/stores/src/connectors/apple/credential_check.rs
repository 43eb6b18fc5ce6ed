//! Credential check: tries a configuration with Apple. Changes nothing and sends nothing there.

use std::collections::BTreeMap;

use domain::{Environment, Timestamp};
use jiff::SignedDuration;
use serde_json::Value;

use super::Config;
use super::client::ApiClient;
use super::config::environment_name;
use super::notification_history::failures;
use super::wire::{History, Sent};
use crate::credential_check::{self, Finding};
use crate::fields::shortened;
use crate::{ConnectorContext, LookUpError};

/// Transaction id that Apple never assigned.
pub(super) const NO_TRANSACTION: &str = "1";

const A_DAY: SignedDuration = SignedDuration::from_hours(24);

/// Requests, from each accepted environment, a transaction that can't exist and the undelivered
/// notifications of the last day.
pub(super) async fn check(
    context: &ConnectorContext,
    config: &Config,
    now: Timestamp,
) -> Vec<Finding> {
    let mut findings = Vec::new();
    let mut answers = BTreeMap::new();
    // All environments share one time limit, because a caller waits for the whole check.
    let api = ApiClient::begin(context, config);
    for environment in config.environments() {
        let answer = api
            .by_id::<Value>(*environment, "transactions", NO_TRANSACTION)
            .await;
        answers.insert(environment_name(*environment), answer.map(|_| ()));
    }
    findings.extend(credentials(config, &answers));
    let api = ApiClient::begin(context, config);
    for environment in config.environments() {
        if matches!(
            answers.get(environment_name(*environment)),
            Some(Err(LookUpError::Unauthorized))
        ) {
            continue;
        }
        let since = now.checked_sub(A_DAY).unwrap_or(now);
        let body = failures(*environment, since, now);
        findings.push(notifications(
            *environment,
            api.history(*environment, &body, None).await,
        ));
    }
    findings
}

type Answers = BTreeMap<&'static str, Result<(), LookUpError>>;

/// Returns one finding for each environment. The key is valid for both, so a refusal by only one
/// has another cause than the key.
fn credentials(config: &Config, answers: &Answers) -> Vec<Finding> {
    let refused = |answer: &Result<(), LookUpError>| *answer == Err(LookUpError::Unauthorized);
    let others_accept = answers.values().any(|answer| {
        matches!(
            answer,
            Ok(()) | Err(LookUpError::NotFound | LookUpError::Rejected(_))
        )
    });
    let of_one = |(environment, answer): (&&'static str, &Result<(), LookUpError>)| {
        let tried = if *environment == environment_name(config.stage) {
            "credentials"
        } else {
            "environment"
        };
        if !refused(answer) {
            let finding = credential_check::credentials(answer.clone());
            return Finding {
                tried,
                message: format!("{environment}: {}", finding.message),
                ..finding
            };
        }
        let production = *environment == environment_name(Environment::Production);
        let message = match (others_accept, production) {
            (true, true) if config.sandbox_on_401 => {
                return Finding::good(
                    tried,
                    "Production refuses the credentials that Sandbox accepts: so it does until the app's first release; switch sandboxOn401 off then",
                );
            }
            (true, true) => {
                "Production refuses the credentials that Sandbox accepts: the app was never released (switch sandboxOn401 on until then), or issuerId or bundleId is wrong"
            }
            (true, false) => {
                "Sandbox refuses the credentials that Production accepts: the key is no In-App Purchase key, or bundleId is wrong"
            }
            (false, true) => {
                "Production refuses the credentials: issuerId, keyId or privateKey is wrong or was revoked, the key is no In-App Purchase key, bundleId is another app's, or the app was never released"
            }
            (false, false) => {
                "Sandbox refuses the credentials: issuerId, keyId or privateKey is wrong or was revoked, the key is no In-App Purchase key, or bundleId is another app's"
            }
        };
        Finding::bad(tried, message)
    };
    answers.iter().map(of_one).collect()
}

/// Reports whether Apple could deliver its notifications.
fn notifications(environment: Environment, history: Result<History, LookUpError>) -> Finding {
    let (tried, name) = ("notifications", environment_name(environment));
    let history = match history {
        Ok(history) => history,
        Err(error) => {
            let message = format!("{name}: what was not delivered can't be told: {error}");
            return Finding::unclear(tried, message);
        }
    };
    let count = history.notification_history.len();
    let more = if history.has_more == Some(true) {
        " or more"
    } else {
        ""
    };
    if count == 0 {
        let message = format!(
            "{name}: nothing of the last day was left undelivered; that the address is set in App Store Connect, a test notification from there shows"
        );
        return Finding::good(tried, message);
    }
    // Apple names the reason of each failed attempt, which says what to correct.
    let why = history.notification_history.iter().find_map(last_result);
    let why = why.unwrap_or_else(|| "no reason told".to_owned());
    Finding::bad(
        tried,
        format!(
            "{name}: {count}{more} of the last day were not delivered; the last attempt: {why}"
        ),
    )
}

fn last_result(sent: &Sent) -> Option<String> {
    let attempts = sent.send_attempts.iter();
    let last = attempts.max_by_key(|attempt| attempt.attempt_date.map(|at| at.0))?;
    last.send_attempt_result.as_deref().map(shortened)
}
