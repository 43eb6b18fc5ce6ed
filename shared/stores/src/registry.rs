//! Registry of the stores: one line each.

use std::collections::BTreeMap;
use std::time::Duration;

use domain::{
    ConfigRules, Environment, FieldError, Locator, Proof, Store, StoreSnapshot, StoreState,
    Timestamp,
};
use serde_json::Value;

use crate::connector::{Connector, ConnectorContext};
use crate::{
    Connectors, Finding, LookUpError, LookedUp, NotificationError, Received, Submission,
    Undelivered, amazon, android, apple, roku, samsung_tv, stripe, vizio,
};

/// Least number of secret characters of a secret. All stores issue longer ones; a shorter one is a
/// mistake, or can be guessed.
const LEAST_SECRET: usize = 16;

/// Generates everything that depends on the store, with an arm for each `Store in folder`.
macro_rules! stores {
    ($($store:ident in $folder:ident),+ $(,)?) => {
        /// A broadcaster's configuration for one store: credentials and switches. `Debug` shows no
        /// secret.
        #[derive(Debug, Clone)]
        #[expect(missing_docs, reason = "each variant is named as the store is")]
        pub enum StoreConfig {
            $($store($folder::Config)),+
        }

        /// Caches of the connectors. Clones share them.
        #[derive(Debug, Clone, Default)]
        pub(crate) struct Cache {
            $($folder: <$folder::$store as Connector>::Cache),+
        }

        impl StoreConfig {
            /// Parses a configuration as a broadcaster sends it and as it is stored: camelCase
            /// JSON. An absent field and `null` both mean the default.
            ///
            /// # Errors
            /// [`FieldError`] names the first field that breaks a rule; an unknown field does.
            pub fn parse(
                store: Store,
                json: &Value,
                environment: Environment,
                rules: &ConfigRules,
            ) -> Result<Self, FieldError> {
                match store {
                    $(Store::$store => <$folder::$store>::parse_config(json, environment, rules)
                        .map(Self::$store)),+
                }
            }

            /// The store.
            #[must_use]
            pub const fn store(&self) -> Store {
                match self {
                    $(Self::$store(_) => Store::$store),+
                }
            }

            /// Returns every field that the configuration can have, and whether it is set. Never a
            /// value.
            #[must_use]
            pub fn set_fields(&self) -> BTreeMap<String, bool> {
                match self {
                    $(Self::$store(config) => <$folder::$store>::set_fields(config)),+
                }
            }

            /// Checks what only a new configuration must satisfy: no secret is shorter than 16
            /// characters. What an earlier version stored is still accepted.
            ///
            /// # Errors
            /// [`FieldError`] names the first field with such a secret.
            pub fn check_secrets(&self) -> Result<(), FieldError> {
                let secrets = match self {
                    $(Self::$store(config) => <$folder::$store>::secret_lengths(config)),+
                };
                let short = secrets.into_iter().find(|(_, length)| *length < LEAST_SECRET);
                short.map_or(Ok(()), |(name, _)| {
                    let rule = format!("must have at least {LEAST_SECRET} characters");
                    Err(FieldError::new(name, rule))
                })
            }

            /// Returns a configuration under which nothing belongs to a broadcaster. A notification
            /// for a store that is not configured is read with it, so that its answer does not
            /// reveal who uses which store.
            ///
            /// `None` for a store whose notifications are proven by a secret that only the
            /// broadcaster has.
            #[must_use]
            pub fn unconfigured(
                store: Store,
                environment: Environment,
                rules: &ConfigRules,
            ) -> Option<Self> {
                match store {
                    $(Store::$store => <$folder::$store>::unconfigured(environment, rules)
                        .map(Self::$store)),+
                }
            }

            /// Whether the broadcaster has pinned this topic.
            #[must_use]
            pub fn pins(&self, topic: &str) -> bool {
                match self {
                    $(Self::$store(config) => <$folder::$store>::pins(config, topic)),+
                }
            }

            /// Returns the least interval between look-ups, for stores with a rate limit.
            #[must_use]
            pub fn pace(&self) -> Option<Duration> {
                match self {
                    $(Self::$store(config) => <$folder::$store>::pace(config)),+
                }
            }
        }

        /// Returns how long a notification's state waits for the store's answer before it is
        /// applied without it (unless [`NoticePolicy`](domain::NoticePolicy) allows that at once). Never, for a
        /// store that sends none.
        #[must_use]
        pub fn give_up_after(config: &StoreConfig) -> Duration {
            match config {
                $(StoreConfig::$store(config) => <$folder::$store>::give_up_after(config)),+
            }
        }

        /// Returns the time after a submission for which the store's answer may lag behind the
        /// purchase
        /// that the submission proves; `answer` is `None` if the store does not know the purchase.
        /// Zero if nothing is proven, if the answer shows it already, and for a store whose answers
        /// do
        /// not lag behind.
        #[must_use]
        pub fn catches_up_within(
            config: &StoreConfig,
            locator: &Locator,
            proof: Option<&Proof>,
            answer: Option<&StoreSnapshot>,
        ) -> Duration {
            match config {
                $(StoreConfig::$store(config) => {
                    <$folder::$store>::catches_up_within(config, locator, proof, answer)
                }),+
            }
        }

        /// Whether a submission shows the second factor of the purchase whose state the store has
        /// answered. Never for a store whose submissions have none.
        #[must_use]
        pub fn shows_second_factor(
            config: &StoreConfig,
            locator: &Locator,
            proof: Option<&Proof>,
            state: &StoreState,
        ) -> bool {
            match config {
                $(StoreConfig::$store(config) => {
                    <$folder::$store>::shows_second_factor(config, locator, proof, state)
                }),+
            }
        }

        /// Parses the body of a purchase validation. Unknown fields are ignored, because apps send
        /// fields for other versions of the server.
        ///
        /// # Errors
        /// [`FieldError`] names the first field that breaks a rule.
        pub fn parse_submission(store: Store, body: &Value) -> Result<Submission, FieldError> {
            match store {
                $(Store::$store => <$folder::$store>::parse_submission(body)),+
            }
        }

        /// Parses the body of a payment: the older form of submission, in which the caller names
        /// the offer and forwards the store's receipt. `None` for a store that never had it.
        ///
        /// # Errors
        /// [`FieldError`] names the first field that breaks a rule.
        #[must_use]
        pub fn parse_payment(store: Store, body: &Value) -> Option<Result<Submission, FieldError>> {
            match store {
                $(Store::$store => <$folder::$store>::parse_payment(body)),+
            }
        }

        /// Converts a stored receipt to the form of the store's older interface, for one of its
        /// products. `None` for a store that had no other form, and for anything but a receipt of
        /// that store.
        #[must_use]
        pub fn receipt_view(store: Store, receipt: &Value, product_id: &str) -> Option<Value> {
            match store {
                $(Store::$store => <$folder::$store>::receipt_view(receipt, product_id)),+
            }
        }

        /// Returns the behaviours that a store lacks, by their ids in the behaviour suite
        /// (`tests/behaviour`), which proves it.
        #[must_use]
        pub const fn absent(store: Store) -> &'static [&'static str] {
            match store {
                $(Store::$store => <$folder::$store>::ABSENT),+
            }
        }

        /// Whether a store sends notifications. One that does not has no notification address.
        #[must_use]
        pub const fn sends_notifications(store: Store) -> bool {
            match store {
                $(Store::$store => <$folder::$store>::SENDS_NOTIFICATIONS),+
            }
        }

        /// Whether a store lists notifications that were not accepted ([`Connectors::undelivered`]).
        #[must_use]
        pub const fn lists_undelivered(store: Store) -> bool {
            match store {
                $(Store::$store => <$folder::$store>::LISTS_UNDELIVERED),+
            }
        }

        /// Returns the field of a submission, beside the purchase key, that shows more than knowledge
        /// of the key. `None` if there is none.
        #[must_use]
        pub const fn second_factor(store: Store) -> Option<&'static str> {
            match store {
                $(Store::$store => <$folder::$store>::SECOND_FACTOR),+
            }
        }

        /// Returns what a store expects in the answer to an accepted notification: for most
        /// nothing. `body` is the proven notification's.
        #[must_use]
        pub fn answer(store: Store, body: &[u8]) -> String {
            match store {
                $(Store::$store => <$folder::$store>::answer(body)),+
            }
        }

        /// Returns the path of notifications that does not name the store, as a route's pattern
        /// with `{publisherId}`, for a store that has one besides
        /// `/{store}/notifications/broadcasters/{broadcasterId}`.
        #[must_use]
        pub const fn legacy_route(store: Store) -> Option<&'static str> {
            match store {
                $(Store::$store => <$folder::$store>::LEGACY_ROUTE),+
            }
        }

        /// Parsers of what stores send and answer, by name.
        #[cfg(feature = "fuzzing")]
        pub const FUZZED: &[(&str, fn(&[u8]))] = &[
            $(
                (
                    concat!(stringify!($folder), "-notification"),
                    $folder::fuzzing::fuzz_notification,
                ),
                (
                    concat!(stringify!($folder), "-answer"),
                    $folder::fuzzing::fuzz_answer,
                ),
            )+
        ];

        impl Connectors {
            /// Looks a purchase up. `observed_at` is when the caller began, which is the snapshot's
            /// place in the order of observations. Never retries.
            ///
            /// The snapshot's purchase key may differ from the requested one: a purchase has
            /// several ids, and only the store knows which one is permanent.
            ///
            /// # Errors
            /// [`LookUpError`] distinguishes the store's "no" from everything that says nothing
            /// about the purchase.
            pub async fn look_up(
                &self,
                config: &StoreConfig,
                locator: &Locator,
                observed_at: Timestamp,
            ) -> Result<LookedUp, LookUpError> {
                match config {
                    $(StoreConfig::$store(config) => {
                        let context = self.context(&self.cache.$folder);
                        <$folder::$store>::look_up(context, config, locator, observed_at).await
                    }),+
                }
            }

            /// Acknowledges a purchase, if its state requires it ([`StoreState::acknowledge_by`]).
            /// Repeating it does no harm.
            ///
            /// # Errors
            /// [`LookUpError`] if the store did not accept it, or that is not known.
            pub async fn acknowledge(
                &self,
                config: &StoreConfig,
                locator: &Locator,
                state: &StoreState,
            ) -> Result<(), LookUpError> {
                match config {
                    $(StoreConfig::$store(config) => {
                        let context = self.context(&self.cache.$folder);
                        <$folder::$store>::acknowledge(context, config, locator, state).await
                    }),+
                }
            }

            /// Proves the origin of a notification over the bytes as they were received, then
            /// parses it.
            ///
            /// `headers` are names (in any case) and values; a name may occur more than once.
            ///
            /// # Errors
            /// [`NotificationError`] says how to answer. What is not proven is never parsed.
            pub async fn read_notification(
                &self,
                config: &StoreConfig,
                headers: &[(String, String)],
                body: &[u8],
                now: Timestamp,
            ) -> Result<Received, NotificationError> {
                match config {
                    $(StoreConfig::$store(config) => {
                        let context = self.context(&self.cache.$folder);
                        <$folder::$store>::read_notification(context, config, headers, body, now).await
                    }),+
                }
            }

            /// Reads one page of the notifications of a window of time that the store sent and that
            /// were
            /// not accepted. Always empty for a store that keeps no such list ([`lists_undelivered`]).
            ///
            /// # Errors
            /// [`LookUpError`] if the list can't be read.
            pub async fn undelivered(
                &self,
                config: &StoreConfig,
                since: Timestamp,
                until: Timestamp,
                page: Option<&str>,
            ) -> Result<Undelivered, LookUpError> {
                match config {
                    $(StoreConfig::$store(config) => {
                        let context = self.context(&self.cache.$folder);
                        <$folder::$store>::undelivered(context, config, since, until, page).await
                    }),+
                }
            }

            /// Tries a configuration with the store and describes what is wrong.
            pub async fn check(&self, config: &StoreConfig, now: Timestamp) -> Vec<Finding> {
                match config {
                    $(StoreConfig::$store(config) => {
                        let context = self.context(&self.cache.$folder);
                        <$folder::$store>::check(context, config, now).await
                    }),+
                }
            }
        }
    };
}

stores! {
    Vizio in vizio,
    SamsungTv in samsung_tv,
    Android in android,
    Apple in apple,
    Roku in roku,
    Amazon in amazon,
    Stripe in stripe,
}

impl Connectors {
    fn context<'a, K>(&'a self, cache: &'a K) -> ConnectorContext<'a, K> {
        ConnectorContext {
            http: &self.http,
            cache,
        }
    }
}

/// Returns the store of a notification path that does not name it, by the path's pattern.
#[must_use]
pub fn store_of_route(pattern: &str) -> Option<Store> {
    Store::ALL
        .into_iter()
        .find(|store| legacy_route(*store) == Some(pattern))
}
