//! Samsung Checkout: subscriptions bought on Samsung televisions.
//!
//! The store sends no notifications. All that it says is the purchase list of one customer, which
//! has to be requested again and again. The list call and its fields are published; the check value
//! of answers, all error codes and the effect of a status on access are not.
//! `docs/stores/samsung-tv.md` distinguishes the two and lists the switches.

mod client;
mod config;
#[cfg(feature = "fuzzing")]
pub(crate) mod fuzzing;
mod look_up;
mod snapshot;
mod submission;
mod wire;

use std::collections::BTreeMap;

use domain::{Locator, Timestamp};
use secrecy::ExposeSecret as _;
use serde_json::json;

use crate::connector::{self, Call, Connector, Pace};
use crate::profile::Profile;
use crate::{ConnectorContext, Finding, LookUpError, LookedUp};

pub use config::Config;

/// Profile of the store.
pub(crate) static PROFILE: Profile = Profile {
    absent: &[
        "account-binding",
        "appears-late",
        "end-believed-alone",
        "forged-notification",
        "grace",
        "late-notification",
        "lost-notification",
        "notice-before-claim",
        "one-time-purchase",
        "other-application",
        "paid-after-trial",
        "pause-and-resume",
        "payment-by-another",
        "pending-purchase",
        "prepaid",
        "replayed-notification",
        "switch-new-key",
        "switch-scheduled",
        "test-purchase",
        "trial",
        "trial-paid-late",
        "voided-payment",
    ],
    // Therefore scheduled checks lie close around the dates, and `renewalLagSeconds` bounds an
    // "active" past the end.
    sends_notifications: false,
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
        let key = self.security_key.expose_secret();
        vec![("securityKey", key.chars().count())]
    }

    fn pace(&self, _locator: &Locator) -> Option<Pace> {
        Some(Pace::of_store(self.pace))
    }

    fn look_up<'a>(
        &'a self,
        context: &'a ConnectorContext,
        locator: &'a Locator,
        observed_at: Timestamp,
    ) -> Call<'a, Result<LookedUp, LookUpError>> {
        Box::pin(look_up::look_up(context, self, locator, observed_at))
    }

    fn check<'a>(
        &'a self,
        context: &'a ConnectorContext,
        now: Timestamp,
    ) -> Call<'a, Vec<Finding>> {
        // No invoice is "0". The answer about it shows whether application and key are accepted.
        let purchase =
            json!({"invoiceId": "0", "samsungCustomerId": "nobody", "countryCode": "US"});
        let purchase = submission::parse_submission(&purchase);
        Box::pin(connector::probe(self, context, purchase, now))
    }
}
