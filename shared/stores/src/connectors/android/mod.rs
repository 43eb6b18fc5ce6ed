//! Google Play: purchases on Android phones and televisions.
//!
//! A notification only says that something changed; the look-up returns the state. Each change of
//! plan gives the purchase a new token, and each new token must be acknowledged or Google refunds
//! it. `docs/stores/android.md` has the details.

mod client;
mod config;
#[cfg(feature = "fuzzing")]
pub(crate) mod fuzzing;
mod look_up;
mod notification;
mod notification_history;
mod snapshot;
mod submission;
mod wire;

use std::collections::BTreeMap;
use std::time::Duration;

use domain::{Locator, Proof, StoreSnapshot, StoreState, Timestamp};
use serde_json::json;

use crate::connector::{self, Call, Connector, Pace};
use crate::profile::Profile;
use crate::{
    Accepted, ConnectorContext, Finding, LookUpError, LookedUp, NotificationError, Undelivered,
};

pub use config::Config;
pub use snapshot::one_time::one_time_snapshot;
pub use snapshot::snapshot;

/// Profile of the store.
pub(crate) static PROFILE: Profile = Profile {
    absent: &["end-believed-alone", "later-name"],
    lists_undelivered: true,
    legacy_route: Some(
        "/2.0/in_app/subscriptions/android/status_update_notification/{publisherId}",
    ),
    parse_payment: Some(submission::parse_payment),
    receipt_view: Some(wire::receipt::subscription_purchase),
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

    fn pace(&self, _locator: &Locator) -> Option<Pace> {
        Some(Pace::of_store(self.pace))
    }

    // Only Google issues tokens, and they can't be guessed: a token is its own proof.
    fn catches_up_within(
        &self,
        _locator: &Locator,
        _proof: Option<&Proof>,
        answer: Option<&StoreSnapshot>,
    ) -> Duration {
        match answer {
            None => self.propagation,
            Some(_) => Duration::ZERO,
        }
    }

    fn look_up<'a>(
        &'a self,
        context: &'a ConnectorContext,
        locator: &'a Locator,
        observed_at: Timestamp,
    ) -> Call<'a, Result<LookedUp, LookUpError>> {
        Box::pin(look_up::look_up(context, self, locator, observed_at))
    }

    fn acknowledge<'a>(
        &'a self,
        context: &'a ConnectorContext,
        locator: &'a Locator,
        state: &'a StoreState,
    ) -> Call<'a, Result<(), LookUpError>> {
        Box::pin(client::acknowledge::acknowledge(
            context, self, locator, state,
        ))
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
        // Any configured application will do: the answer shows whether the account may ask about
        // it.
        let package = self.package_names.first();
        let purchase = json!({"purchaseToken": "no-such-purchase", "packageName": package});
        let purchase = submission::parse_submission(&purchase);
        Box::pin(connector::probe(self, context, purchase, now))
    }
}
