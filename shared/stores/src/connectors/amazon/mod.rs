//! Amazon Appstore: subscriptions and one-time purchases on Fire TV and Fire tablets.
//!
//! A notification comes from Amazon SNS and names a receipt; the Receipt Verification Service
//! returns its state. A receipt lasts through renewals; an immediate change of plan makes a new
//! one. `docs/stores/amazon.md` has the details.

mod client;
mod config;
mod credential_check;
#[cfg(feature = "fuzzing")]
pub mod fuzzing;
mod look_up;
mod notification;
mod snapshot;
mod submission;
mod wire;

use std::collections::BTreeMap;

use domain::{Locator, Timestamp};
use secrecy::ExposeSecret as _;
use serde_json::json;

use crate::connector::{Call, Connector};
use crate::profile::Profile;
use crate::{Accepted, ConnectorContext, Finding, LookUpError, LookedUp, NotificationError};

pub use config::Config;
pub use snapshot::snapshot;

/// Address for a local stack on which the store is not configured: nothing answers there.
const NOWHERE: &str = "http://localhost:1";

/// Profile of the store.
pub(crate) static PROFILE: Profile = Profile {
    absent: &[
        "account-binding",
        "appears-late",
        "end-believed-alone",
        "hold",
        "later-name",
        "pause-and-resume",
        "payment-by-another",
        "pending-purchase",
        "period-start-after-hold",
        "prepaid",
        "voided-payment",
    ],
    unconfigured: Some(|rules| {
        json!({"sharedSecret": "none", "packageNames": ["not.configured"],
            "snsHost": rules.local_stack.then_some(NOWHERE)})
    }),
    #[cfg(feature = "fuzzing")]
    fuzzed: [fuzzing::fuzz_notification, fuzzing::fuzz_answer],
    ..Profile::new(
        |json, environment, rules| Ok(Box::new(Config::parse(json, environment, rules)?)),
        submission::parse_submission,
    )
};

impl Connector for Config {
    fn set_fields(&self) -> BTreeMap<String, bool> {
        self.set.clone()
    }

    fn secret_lengths(&self) -> Vec<(&'static str, usize)> {
        // The sandbox accepts any secret.
        let secret = Some(&self.shared_secret).filter(|_| !self.sandbox);
        secret
            .into_iter()
            .map(|secret| ("sharedSecret", secret.expose_secret().chars().count()))
            .collect()
    }

    fn pins(&self, topic: &str) -> bool {
        self.topics.iter().any(|pinned| pinned.as_str() == topic)
    }

    fn look_up<'a>(
        &'a self,
        context: &'a ConnectorContext,
        locator: &'a Locator,
        observed_at: Timestamp,
    ) -> Call<'a, Result<LookedUp, LookUpError>> {
        Box::pin(look_up::look_up(context, self, locator, observed_at))
    }

    fn read_notification<'a>(
        &'a self,
        context: &'a ConnectorContext,
        headers: &'a [(String, String)],
        body: &'a [u8],
        now: Timestamp,
    ) -> Call<'a, Result<Accepted, NotificationError>> {
        Box::pin(notification::read_notification(
            context, self, headers, body, now,
        ))
    }

    fn check<'a>(
        &'a self,
        context: &'a ConnectorContext,
        now: Timestamp,
    ) -> Call<'a, Vec<Finding>> {
        Box::pin(credential_check::findings(context, self, now))
    }
}
