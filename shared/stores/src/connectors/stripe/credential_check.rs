//! Credential check: whether Stripe accepts a key, and what it may read.

use domain::Timestamp;

use super::Config;
use super::client::{ApiClient, Refusal, refusal};
use crate::credential_check::{Finding, credentials};
use crate::{ConnectorContext, LookUpError};

/// Path of an object that can't exist, for each kind that is read, and the permission that it
/// needs.
const PERMISSIONS: [(&str, &str); 9] = [
    ("subscriptions/sub_purchasebeaconcheck", "Subscriptions"),
    (
        "subscription_schedules/sub_sched_purchasebeaconcheck",
        "Subscriptions (of schedules)",
    ),
    ("invoices/in_purchasebeaconcheck", "Invoices"),
    ("payment_intents/pi_purchasebeaconcheck", "PaymentIntents"),
    ("charges/ch_purchasebeaconcheck", "Charges and Refunds"),
    (
        "refunds/re_purchasebeaconcheck",
        "Charges and Refunds (of refunds)",
    ),
    ("disputes/du_purchasebeaconcheck", "Disputes"),
    (
        "checkout/sessions/cs_purchasebeaconcheck",
        "Checkout Sessions",
    ),
    ("events/evt_purchasebeaconcheck", "Events"),
];

/// Requests one object of each kind. A 404 by Stripe shows that the permission is there.
pub(crate) async fn check(
    context: &ConnectorContext,
    config: &Config,
    now: Timestamp,
) -> Vec<Finding> {
    let api = ApiClient::begin(&context.http, config, now);
    // The mode was checked when the configuration was parsed.
    let mode = if config.live { "live" } else { "test" };
    let mode = format!("it is a key of the {mode} mode, as this stack wants");
    let mut findings = vec![Finding::good("environment", mode)];
    let mut accepted = false;
    for (path, permission) in PERMISSIONS {
        let tried = tried(&api, path).await;
        if let Tried::Refused(error) = tried {
            findings.push(credentials(Err(error)));
            break;
        }
        if !accepted {
            findings.push(credentials(Ok(())));
            accepted = true;
        }
        findings.push(finding(permission, tried));
    }
    findings
}

/// Result of one request.
enum Tried {
    Readable,
    NotPermitted,
    /// Nothing can be found out, neither here nor by further requests.
    Refused(LookUpError),
    Unclear(String),
}

async fn tried(api: &ApiClient<'_>, path: &str) -> Tried {
    let answer = match api.send(path, &[]).await {
        Ok(answer) => answer,
        Err(error) => return Tried::Refused(error),
    };
    let said = Refusal::of(&answer);
    match answer.status.as_u16() {
        200 => Tried::Readable,
        404 if said.is_missing => Tried::Readable,
        // The key has no access to the configured account.
        403 if said.code == "account_invalid" => Tried::Refused(LookUpError::Unauthorized),
        403 => Tried::NotPermitted,
        status @ (400 | 404) => Tried::Unclear(format!("status {status}, {}", said.code)),
        status => match refusal(&answer) {
            Some(error) => Tried::Refused(error),
            None => Tried::Unclear(format!("status {status}")),
        },
    }
}

fn finding(permission: &str, tried: Tried) -> Finding {
    let what = "permissions";
    match tried {
        Tried::Readable => Finding::good(what, format!("{permission}: can be read")),
        Tried::NotPermitted => Finding::bad(
            what,
            format!("{permission}: the key may not read it; give the restricted key \"read\""),
        ),
        Tried::Unclear(why) => Finding::unclear(what, format!("{permission}: {why}")),
        Tried::Refused(error) => Finding::unclear(what, format!("{permission}: {error}")),
    }
}
