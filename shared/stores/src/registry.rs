//! The stores that there are: one line each.

use std::collections::BTreeMap;
use std::time::Duration;

use domain::{Environment, Store, StoreState, Timestamp};
use serde_json::Value;

use crate::connector::{Connector, Way};
use crate::{
    ConfigRules, Connectors, FieldError, Finding, Locator, LookUpError, LookedUp, Missed,
    NotificationError, Received, Submission, amazon, android, apple, roku, samsung_tv, stripe,
    vizio,
};

/// Characters that a secret has at least. All stores hand out longer ones; a shorter one is a mistake,
/// or can be guessed.
const LEAST_SECRET: usize = 16;

/// Makes of each `Store in folder` an arm of everything that depends on the store.
macro_rules! stores {
    ($($store:ident in $folder:ident),+ $(,)?) => {
        /// A broadcaster's configuration for one store: credentials and switches. `Debug` shows no
        /// secret.
        #[derive(Debug, Clone)]
        #[expect(missing_docs, reason = "each variant is named as the store is")]
        pub enum StoreConfig {
            $($store($folder::Config)),+
        }

        /// What the connectors keep in memory. Clones share it.
        #[derive(Debug, Clone, Default)]
        pub(crate) struct Kept {
            $($folder: <$folder::$store as Connector>::Kept),+
        }

        impl StoreConfig {
            /// Reads a configuration as a broadcaster sends it and as it is kept: camelCase JSON. An
            /// absent field and `null` both mean the default.
            ///
            /// # Errors
            /// Names the first field that breaks a rule; an unknown field is one.
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

            /// The store that it is for.
            #[must_use]
            pub const fn store(&self) -> Store {
                match self {
                    $(Self::$store(_) => Store::$store),+
                }
            }

            /// Every field that the configuration can have, and whether it was given. Never a value.
            #[must_use]
            pub fn set_fields(&self) -> BTreeMap<String, bool> {
                match self {
                    $(Self::$store(config) => <$folder::$store>::set_fields(config)),+
                }
            }

            /// Checks what only a configuration that is stored anew must satisfy: no secret is shorter
            /// than 16 characters. What an earlier version stored is read all the same.
            ///
            /// # Errors
            /// Names the first field with such a secret.
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

            /// A configuration under which nothing is a broadcaster's own: what a notification for a store
            /// that is not configured is read by, so that its answer tells nobody who uses which store.
            /// `None` for a store whose notifications are proven by a secret that only the broadcaster has.
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

            /// Whether the broadcaster has listed this topic as the store's.
            #[must_use]
            pub fn pins(&self, topic: &str) -> bool {
                match self {
                    $(Self::$store(config) => <$folder::$store>::pins(config, topic)),+
                }
            }

            /// The least time between two questions, where the store is to be asked with care.
            #[must_use]
            pub fn pace(&self) -> Option<Duration> {
                match self {
                    $(Self::$store(config) => <$folder::$store>::pace(config)),+
                }
            }
        }

        /// How long a notification's own word may wait for the store's answer before it is applied
        /// alone (only a word that [`Alone`](crate::Alone) does not let through at once). Never, for
        /// a store that sends none.
        #[must_use]
        pub fn give_up_after(config: &StoreConfig) -> Duration {
            match config {
                $(StoreConfig::$store(config) => <$folder::$store>::give_up_after(config)),+
            }
        }

        /// How long after its submission a store may not know yet what this locator proves to have
        /// been bought. Zero where it proves nothing, or where the store knows at once.
        #[must_use]
        pub fn appears_within(store: Store, locator: &Locator) -> Duration {
            match store {
                $(Store::$store => <$folder::$store>::appears_within(locator)),+
            }
        }

        /// Reads the body of a purchase validation. Unknown fields are ignored: apps send more than
        /// one version of a server asks for.
        ///
        /// # Errors
        /// Names the first field that breaks a rule.
        pub fn parse_submission(store: Store, body: &Value) -> Result<Submission, FieldError> {
            match store {
                $(Store::$store => <$folder::$store>::parse_submission(body)),+
            }
        }

        /// Reads the body of a payment: the older way to submit a purchase, in which the caller
        /// names the offer and hands on the store's receipt. `None` for a store that never had it.
        ///
        /// # Errors
        /// Names the first field that breaks a rule.
        #[must_use]
        pub fn parse_payment(store: Store, body: &Value) -> Option<Result<Submission, FieldError>> {
            match store {
                $(Store::$store => <$folder::$store>::parse_payment(body)),+
            }
        }

        /// A kept receipt in the form in which the store's older interface gave it, about this product
        /// of several. `None` for a store that had no other form, and for what is no receipt of that store.
        #[must_use]
        pub fn receipt_view(store: Store, receipt: &Value, product_id: &str) -> Option<Value> {
            match store {
                $(Store::$store => <$folder::$store>::receipt_view(receipt, product_id)),+
            }
        }

        /// What a store can't do, by the ids of the behaviour suite (`tests/behaviour`), which
        /// proves it.
        #[must_use]
        pub const fn absent(store: Store) -> &'static [&'static str] {
            match store {
                $(Store::$store => <$folder::$store>::ABSENT),+
            }
        }

        /// Whether a store tells by itself what happens. One that doesn't has no address for
        /// notifications.
        #[must_use]
        pub const fn sends_notifications(store: Store) -> bool {
            match store {
                $(Store::$store => <$folder::$store>::SENDS_NOTIFICATIONS),+
            }
        }

        /// Whether a store keeps a list of notifications that nobody took
        /// ([`Connectors::missed`]).
        #[must_use]
        pub const fn keeps_missed(store: Store) -> bool {
            match store {
                $(Store::$store => <$folder::$store>::KEEPS_MISSED),+
            }
        }

        /// The field of a submission, beside the purchase key, that only the buyer and the store know: the
        /// details of the store's state have it under the same name. `None` where there is none.
        #[must_use]
        pub const fn second_factor(store: Store) -> Option<&'static str> {
            match store {
                $(Store::$store => <$folder::$store>::SECOND_FACTOR),+
            }
        }

        /// What a store wants to read in the answer to a notification that is accepted: nothing, for
        /// most. `body` is that of a notification whose origin is proven.
        #[must_use]
        pub fn answer(store: Store, body: &[u8]) -> String {
            match store {
                $(Store::$store => <$folder::$store>::answer(body)),+
            }
        }

        /// The address of notifications that does not name the store, as a route's pattern with
        /// `{publisherId}` in it, where a store has one besides
        /// `/{store}/notifications/broadcasters/{broadcasterId}`.
        #[must_use]
        pub const fn other_address(store: Store) -> Option<&'static str> {
            match store {
                $(Store::$store => <$folder::$store>::OTHER_ADDRESS),+
            }
        }

        /// The parsers of what stores send and answer, by name.
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
            /// Asks the store what a purchase is now. `observed_at` is when the caller began: the
            /// snapshot's place in the order of observations. Never retries.
            ///
            /// The snapshot's purchase key may be another one than was asked for: a purchase has
            /// more than one id, and only the store knows which of them stays.
            ///
            /// # Errors
            /// [`LookUpError`] tells the store's "no" from everything that says nothing of the
            /// purchase.
            pub async fn look_up(
                &self,
                config: &StoreConfig,
                locator: &Locator,
                observed_at: Timestamp,
            ) -> Result<LookedUp, LookUpError> {
                match config {
                    $(StoreConfig::$store(config) => {
                        let way = self.way(&self.kept.$folder);
                        <$folder::$store>::look_up(way, config, locator, observed_at).await
                    }),+
                }
            }

            /// Tells the store that a purchase was delivered, where its state asks for that
            /// ([`StoreState::acknowledge_by`]). Telling it twice does no harm.
            ///
            /// # Errors
            /// [`LookUpError`]; the store has not heard, or it isn't known.
            pub async fn acknowledge(
                &self,
                config: &StoreConfig,
                locator: &Locator,
                state: &StoreState,
            ) -> Result<(), LookUpError> {
                match config {
                    $(StoreConfig::$store(config) => {
                        let way = self.way(&self.kept.$folder);
                        <$folder::$store>::acknowledge(way, config, locator, state).await
                    }),+
                }
            }

            /// Proves the origin of a notification over the bytes as they were received, then reads
            /// it.
            ///
            /// `headers` are names (in any case) and values; a name may occur more than once.
            ///
            /// # Errors
            /// [`NotificationError`] tells how to answer. What isn't proven is never read.
            pub async fn read_notification(
                &self,
                config: &StoreConfig,
                headers: &[(String, String)],
                body: &[u8],
                now: Timestamp,
            ) -> Result<Received, NotificationError> {
                match config {
                    $(StoreConfig::$store(config) => {
                        let way = self.way(&self.kept.$folder);
                        <$folder::$store>::read_notification(way, config, headers, body, now).await
                    }),+
                }
            }

            /// Asks the store which notifications it sent in a stretch of time and nobody took, one
            /// page at a time. Always nothing for a store that keeps no such list
            /// ([`keeps_missed`]).
            ///
            /// # Errors
            /// [`LookUpError`]; nothing was learnt.
            pub async fn missed(
                &self,
                config: &StoreConfig,
                since: Timestamp,
                until: Timestamp,
                page: Option<&str>,
            ) -> Result<Missed, LookUpError> {
                match config {
                    $(StoreConfig::$store(config) => {
                        let way = self.way(&self.kept.$folder);
                        <$folder::$store>::missed(way, config, since, until, page).await
                    }),+
                }
            }

            /// Tries a configuration against the store and says in words what is wrong with it.
            pub async fn check(&self, config: &StoreConfig, now: Timestamp) -> Vec<Finding> {
                match config {
                    $(StoreConfig::$store(config) => {
                        let way = self.way(&self.kept.$folder);
                        <$folder::$store>::check(way, config, now).await
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
    fn way<'a, K>(&'a self, kept: &'a K) -> Way<'a, K> {
        Way {
            http: &self.http,
            kept,
        }
    }
}

/// The store whose notifications come to an address that does not name it, by the address's pattern.
#[must_use]
pub fn store_of_route(pattern: &str) -> Option<Store> {
    Store::ALL
        .into_iter()
        .find(|store| other_address(*store) == Some(pattern))
}
