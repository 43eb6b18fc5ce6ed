//! Undelivered notifications, from Apple's notification history.

use domain::{Environment, StoreNotification, Timestamp};
use jiff::SignedDuration;
use serde_json::{Value, json};

use super::client::ApiClient;
use super::config::environment_name;
use super::wire::{History, Sent};
use super::{Config, notification};
use crate::{ConnectorContext, LookUpError, NotificationError, Received, Undelivered};

/// Longest page token in bytes; Apple's are shorter.
const LONGEST_PAGE: usize = 4096;

/// Reads one page. A page is named by its environment and Apple's token, joined by a colon.
pub(super) async fn undelivered(
    context: &ConnectorContext,
    config: &Config,
    since: Timestamp,
    until: Timestamp,
    page: Option<&str>,
) -> Result<Undelivered, LookUpError> {
    let (environment, token) = place(config, page)?;
    let api = ApiClient::begin(context, config);
    let body = failures(environment, since, until);
    let history = match api.history(environment, &body, token).await {
        // Before its first release the app has no production, and so nothing undelivered there.
        Err(LookUpError::Unauthorized)
            if environment == Environment::Production && config.sandbox_on_401 =>
        {
            return Ok(Undelivered {
                next: after(config, environment),
                ..Undelivered::default()
            });
        }
        history => history?,
    };
    let next = next_page(&history, environment)?.or_else(|| after(config, environment));
    let notifications = read(config, history, until)?;
    Ok(Undelivered {
        notifications,
        next,
    })
}

/// Parses the name of a page; without one, returns the first page.
fn place<'a>(
    config: &Config,
    page: Option<&'a str>,
) -> Result<(Environment, Option<&'a str>), LookUpError> {
    let first = config
        .environments()
        .first()
        .copied()
        .unwrap_or(config.stage);
    let Some(page) = page else {
        return Ok((first, None));
    };
    let named = page.split_once(':').and_then(|(word, token)| {
        let environment = config.environment(Some(word))?;
        Some((environment, Some(token).filter(|token| !token.is_empty())))
    });
    named.ok_or_else(|| LookUpError::Rejected("there is no such page".to_owned()))
}

/// Names the first page of the next environment.
fn after(config: &Config, environment: Environment) -> Option<String> {
    let mut rest = config
        .environments()
        .iter()
        .skip_while(|one| **one != environment);
    rest.nth(1)
        .map(|next| format!("{}:", environment_name(*next)))
}

/// Names the next page of the same environment. A list that continues without a usable token is an
/// error, so that it is read again later and not taken for complete.
fn next_page(history: &History, environment: Environment) -> Result<Option<String>, LookUpError> {
    let token = history.pagination_token.as_deref();
    let token = token.filter(|token| !token.is_empty());
    if !history.has_more.unwrap_or(token.is_some()) {
        return Ok(None);
    }
    let token = token.filter(|token| token.len() <= LONGEST_PAGE);
    let token = token.ok_or_else(|| {
        LookUpError::Malformed("its list goes on, and the next page has no usable name".to_owned())
    })?;
    Ok(Some(format!("{}:{token}", environment_name(environment))))
}

/// Builds the request for undelivered notifications. Apple refuses a start before its retention
/// (180 days, in the sandbox 30).
pub(super) fn failures(environment: Environment, since: Timestamp, until: Timestamp) -> Value {
    let kept = match environment {
        Environment::Production => SignedDuration::from_hours(179 * 24),
        Environment::Sandbox => SignedDuration::from_hours(29 * 24),
    };
    let earliest = until.checked_sub(kept).unwrap_or(since);
    json!({
        "startDate": since.max(earliest).as_millisecond(),
        "endDate": until.as_millisecond(),
        "onlyFailures": true,
    })
}

/// Returns the notifications about purchases. A single one without a valid signature is skipped;
/// if no notification of a page has one, it is an error, because Apple may have changed its root.
fn read(
    config: &Config,
    history: History,
    now: Timestamp,
) -> Result<Vec<StoreNotification>, LookUpError> {
    let sent: Vec<Sent> = history.notification_history;
    let mut without_proof = 0;
    let mut about = Vec::new();
    for one in &sent {
        let signed = one.signed_payload.as_deref().unwrap_or_default();
        match notification::read_listed(config, signed, now) {
            Ok(Received::About(notification)) => about.push(notification),
            Ok(_) => {}
            Err(error) => {
                tracing::warn!(store = "apple", %error, "an undelivered notification is skipped");
                // Only a missing proof is counted: other apps' and unreadable ones say nothing
                // about the root.
                without_proof += usize::from(error == NotificationError::Forged);
            }
        }
    }
    if without_proof > 0 && without_proof == sent.len() {
        let what = "none of its notifications is signed by Apple".to_owned();
        return Err(LookUpError::Malformed(what));
    }
    Ok(about)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn apple_is_not_asked_for_more_than_it_keeps() {
        let until: Timestamp = "2026-11-20T00:00:00Z".parse().unwrap();
        let start = |environment, since: &str| {
            let body = failures(environment, since.parse().unwrap(), until);
            Timestamp::from_millisecond(body["startDate"].as_i64().unwrap()).unwrap()
        };
        let recently = "2026-11-19T00:00:00Z";
        let long_ago = "2025-01-01T00:00:00Z";
        for environment in [Environment::Production, Environment::Sandbox] {
            assert_eq!(start(environment, recently).to_string(), recently);
        }
        assert_eq!(
            start(Environment::Production, long_ago).to_string(),
            "2026-05-25T00:00:00Z"
        );
        assert_eq!(
            start(Environment::Sandbox, long_ago).to_string(),
            "2026-10-22T00:00:00Z"
        );
    }
}
