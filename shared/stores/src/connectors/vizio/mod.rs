//! VIZIO Account: subscriptions bought on VIZIO televisions.
//!
//! VIZIO's partner documentation is not public. Hosts, the header of the API key, the three
//! credentials and the nine names of notifications are known; **every other spelling here is an
//! assumption** that a broadcaster can override. `docs/stores/vizio.md` distinguishes the two and
//! lists the switches.

mod client;
mod config;
#[cfg(feature = "fuzzing")]
pub(crate) mod fuzzing;
mod look_up;
mod notification;
mod snapshot;
mod submission;
mod wire;

use std::collections::BTreeMap;
use std::time::Duration;

use domain::{Locator, Proof, StoreState, Timestamp};
use secrecy::ExposeSecret as _;
use serde_json::json;

use crate::connector::{self, Call, Connector};
use crate::profile::Profile;
use crate::{Accepted, ConnectorContext, Finding, LookUpError, LookedUp, NotificationError};

use snapshot::details::Details;

pub use config::Config;

/// Profile of the store.
pub(crate) static PROFILE: Profile = Profile {
    absent: &[
        "appears-late",
        "later-name",
        "one-time-purchase",
        "pause-and-resume",
        "pending-purchase",
        "prepaid",
        "switch-new-key",
        "test-purchase",
        "voided-payment",
    ],
    second_factor: Some(submission::INVOICE_NUMBER),
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
        let keys = self.signing_keys.iter().map(|key| ("signingKeys", key));
        [("apiKey", &self.api_key)]
            .into_iter()
            .chain(keys)
            .map(|(name, secret)| (name, secret.expose_secret().chars().count()))
            .collect()
    }

    fn give_up_after(&self) -> Duration {
        // Until then a signed state waits: the format is assumed, so the store's answer is
        // preferred.
        self.fetch_give_up_after
    }

    fn shows_second_factor(
        &self,
        locator: &Locator,
        _proof: Option<&Proof>,
        state: &StoreState,
    ) -> bool {
        let [shown, answered] = [&locator.details, &state.details].map(Details::of);
        shown.invoice_number.is_some() && shown.invoice_number == answered.invoice_number
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

    fn check<'a>(
        &'a self,
        context: &'a ConnectorContext,
        now: Timestamp,
    ) -> Call<'a, Vec<Finding>> {
        let purchase = json!({"subscriptionId": "no-such-subscription"});
        let purchase = submission::parse_submission(&purchase);
        Box::pin(connector::probe(self, context, purchase, now))
    }
}
