//! App Store: subscriptions and one-time purchases in apps for iPhone, iPad, Apple TV and Mac.
//!
//! Apple signs notifications and answers, and each part counts only if its certificates lead to
//! Apple's root. `docs/stores/apple.md` has the details.

mod client;
mod config;
mod credential_check;
mod look_up;
mod notification;
mod notification_history;
mod signing;
mod snapshot;
mod submission;
mod wire;

#[cfg(feature = "fuzzing")]
pub mod fuzzing;

use std::collections::BTreeMap;
use std::time::Duration;

use domain::{Environment, Locator, Proof, StoreSnapshot, StoreState, Timestamp};

use crate::connector::{Call, Connector, Pace};
use crate::profile::Profile;
use crate::{
    Accepted, ConnectorContext, Finding, LookUpError, LookedUp, NotificationError, Undelivered,
};

pub use config::Config;
pub use snapshot::snapshot;

/// Least interval between look-ups. Apple allows 50 requests a second, and a tenth of that in the
/// sandbox; an unknown purchase takes two.
const PACE: Pace = Pace::of_store(Duration::from_millis(40));
const SANDBOX_PACE: Pace = Pace {
    part: "sandbox",
    interval: Duration::from_millis(400),
};

/// Profile of the store.
pub(crate) static PROFILE: Profile = Profile {
    absent: &[
        "later-name",
        "pause-and-resume",
        "pending-purchase",
        "prepaid",
        "switch-new-key",
        "voided-payment",
    ],
    second_factor: Some(submission::SIGNED_TRANSACTION),
    lists_undelivered: true,
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

    fn pace(&self, locator: &Locator) -> Option<Pace> {
        // A purchase that may be of either environment counts as one of production: few come
        // without an environment, and the sandbox's limit would hold up all of them.
        Some(match look_up::environments(self, locator) {
            Ok([Environment::Sandbox]) => SANDBOX_PACE,
            _ => PACE,
        })
    }

    fn give_up_after(&self) -> Duration {
        self.give_up_after
    }

    fn catches_up_within(
        &self,
        locator: &Locator,
        proof: Option<&Proof>,
        answer: Option<&StoreSnapshot>,
    ) -> Duration {
        submission::possession::catches_up_within(self, locator, proof, answer)
    }

    fn shows_second_factor(
        &self,
        locator: &Locator,
        proof: Option<&Proof>,
        _state: &StoreState,
    ) -> bool {
        proof.is_some_and(|proof| submission::possession::is_proven(self, locator, proof))
    }

    fn signed_state(
        &self,
        locator: &Locator,
        proof: &Proof,
        now: Timestamp,
    ) -> Option<StoreSnapshot> {
        submission::possession::signed_state(self, locator, proof, now)
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
        _context: &'a ConnectorContext,
        _headers: &'a [(String, String)],
        body: &'a [u8],
        now: Timestamp,
    ) -> Call<'a, Result<Accepted, NotificationError>> {
        Box::pin(
            async move { notification::read_notification(self, body, now).map(Accepted::from) },
        )
    }

    fn undelivered<'a>(
        &'a self,
        context: &'a ConnectorContext,
        since: Timestamp,
        until: Timestamp,
        page: Option<&'a str>,
    ) -> Call<'a, Result<Undelivered, LookUpError>> {
        Box::pin(notification_history::undelivered(
            context, self, since, until, page,
        ))
    }

    fn check<'a>(
        &'a self,
        context: &'a ConnectorContext,
        now: Timestamp,
    ) -> Call<'a, Vec<Finding>> {
        Box::pin(credential_check::check(context, self, now))
    }
}
