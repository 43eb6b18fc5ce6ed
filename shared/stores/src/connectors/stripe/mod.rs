//! Stripe: subscriptions and rentals sold on the web, also for television apps that show a code and
//! let a phone pay.
//!
//! An event only says that something changed; the look-up returns the state. One id lasts through
//! renewals, pauses and changes of plan. Stripe moves a period before it is paid, so the paid
//! period is read from invoices. `docs/stores/stripe.md` has the details.

mod client;
mod config;
mod credential_check;
#[cfg(feature = "fuzzing")]
pub mod fuzzing;
mod look_up;
mod notification;
mod notification_history;
mod snapshot;
mod submission;
mod wire;

use std::collections::BTreeMap;
use std::time::Duration;

use domain::{Locator, Timestamp};
use secrecy::ExposeSecret as _;

use crate::connector::{Call, Connector, Pace};
use crate::profile::Profile;
use crate::{
    Accepted, ConnectorContext, Finding, LookUpError, LookedUp, NotificationError, Undelivered,
};

pub use config::Config;

/// Least interval between look-ups of a broadcaster. Stripe accepts 25 requests a second to one
/// endpoint, and a look-up makes one or two to each.
const PACE: Duration = Duration::from_millis(60);

/// Profile of the store.
pub(crate) static PROFILE: Profile = Profile {
    absent: &[
        "appears-late",
        "end-believed-alone",
        "later-name",
        "prepaid",
        "switch-new-key",
        "test-purchase",
        "voided-payment",
    ],
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

    fn secret_lengths(&self) -> Vec<(&'static str, usize)> {
        let secrets = self.signing_secrets.iter();
        let secrets = secrets.map(|secret| ("signingSecrets", secret));
        [("apiKey", &self.api_key)]
            .into_iter()
            .chain(secrets)
            .map(|(name, secret)| {
                // The part up to the last `_` names the kind and is not random.
                let secret = secret.expose_secret();
                (name, secret.rsplit('_').next().map_or(0, str::len))
            })
            .collect()
    }

    fn pace(&self, _locator: &Locator) -> Option<Pace> {
        Some(Pace::of_store(PACE))
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
        headers: &'a [(String, String)],
        body: &'a [u8],
        now: Timestamp,
    ) -> Call<'a, Result<Accepted, NotificationError>> {
        Box::pin(async move { notification::read_notification(self, headers, body, now) })
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
