//! Credential check: the shared secret by the look-up of a receipt that can't exist, the rest by
//! the configuration.

use domain::{Locator, PurchaseKey, Timestamp};

use super::{Config, look_up, submission};
use crate::credential_check::{self, Finding};
use crate::{ConnectorContext, LookUpError};

pub(super) async fn findings(
    context: &ConnectorContext,
    config: &Config,
    now: Timestamp,
) -> Vec<Finding> {
    let answer = match probe() {
        Some(locator) => look_up::look_up(context, config, &locator, now).await,
        None => Err(LookUpError::NotFound),
    };
    vec![
        credentials(config, answer.map(|_| ())),
        environment(config),
        notifications(config),
    ]
}

fn probe() -> Option<Locator> {
    let key = PurchaseKey::new("no-such-receipt").ok()?;
    Some(submission::locator(key, "no-such-user"))
}

fn credentials(config: &Config, answer: Result<(), LookUpError>) -> Finding {
    match answer {
        // The sandbox ignores the secret, so its answer proves nothing.
        Ok(()) | Err(LookUpError::NotFound | LookUpError::Rejected(_)) if config.sandbox => {
            Finding::unclear(
                "credentials",
                "Amazon's cloud sandbox answers, and takes any sharedSecret: only a production stack can try it",
            )
        }
        Err(LookUpError::Unauthorized) => Finding::bad(
            "credentials",
            "Amazon refuses sharedSecret: copy it anew from the page Shared Key of the developer console; it is one for the whole developer account",
        ),
        other => credential_check::credentials(other),
    }
}

fn environment(config: &Config) -> Finding {
    let message = if config.sandbox {
        "asks Amazon's cloud sandbox, which knows the receipts of the App Tester and no others"
    } else {
        "asks Amazon's production service, which does not know the receipts of the App Tester"
    };
    Finding::good("environment", message)
}

fn notifications(config: &Config) -> Finding {
    let tried = "notifications";
    match config.topics.len() {
        0 => Finding::bad(
            tried,
            "topicArns is empty, so every notification is answered with 503: register the address in the developer console, then enter the topic that asks for confirmation here",
        ),
        1 => Finding::good(tried, "one topic may send"),
        topics => Finding::good(tried, format!("{topics} topics may send")),
    }
}
