//! Roku Pay: subscriptions and one-time purchases on Roku players and televisions.
//!
//! A notification is a signed hint; the look-up of a transaction returns the state. Answers never
//! show that a period is a free trial or that money was returned: this is remembered from
//! notifications. A change of plan makes a new subscription.
//! `docs/stores/roku.md` has the details.

mod client;
mod config;
mod credential_check;
#[cfg(feature = "fuzzing")]
pub(crate) mod fuzzing;
mod look_up;
mod memory;
mod notification;
mod snapshot;
mod submission;
mod wire;

use std::collections::BTreeMap;
use std::time::Duration;

use domain::{Locator, Timestamp};
use secrecy::ExposeSecret as _;
use serde_json::json;

use crate::connector::{Call, Connector, Pace};
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
        "later-name",
        "pause-and-resume",
        "payment-by-another",
        "pending-purchase",
        "prepaid",
        "test-purchase",
        "voided-payment",
    ],
    legacy_route: Some("/roku/push-notification/{publisherId}"),
    // No channel is ours, so a genuine notification is read as another channel's.
    unconfigured: Some(|rules| {
        json!({"apiKeys": [submission::NO_TRANSACTION], "channelIds": ["none"],
            "keysUrl": rules.local_stack.then_some(NOWHERE)})
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
        let keys = self.api_keys.iter();
        keys.map(|key| ("apiKeys", key.expose_secret().len()))
            .collect()
    }

    /// Returns the least interval between requests: Roku answers 20 a second for each key.
    fn pace(&self, _locator: &Locator) -> Option<Pace> {
        Some(Pace::of_store(Duration::from_millis(50)))
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
        _headers: &'a [(String, String)],
        body: &'a [u8],
        now: Timestamp,
    ) -> Call<'a, Result<Accepted, NotificationError>> {
        Box::pin(notification::read_notification(context, self, body, now))
    }

    fn check<'a>(
        &'a self,
        context: &'a ConnectorContext,
        _now: Timestamp,
    ) -> Call<'a, Vec<Finding>> {
        Box::pin(credential_check::check(context, self))
    }
}
