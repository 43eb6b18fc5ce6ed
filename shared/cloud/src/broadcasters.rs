//! The table of broadcasters: profiles, tokens, offers, campaigns, keys and endpoints.
//!
//! | pk | sk | content |
//! |---|---|---|
//! | `{broadcaster}` | `profile` | name, switches |
//! | `{broadcaster}` | `jwks` | the keys that sign customer JWTs |
//! | `{broadcaster}` | `token#{name}` | hash and dates of a publisher token |
//! | `{broadcaster}` | `offer#{offerId}` | offer |
//! | `{broadcaster}` | `product#{store}#{productId}` | the offer that lists the product |
//! | `{broadcaster}` | `coupon#{offerId}#{code}` | coupon campaign of the offer |
//! | `{broadcaster}` | `endpoint#{endpointId}` | endpoint |
//! | `{broadcaster}` | `deletion` | progress of a deletion of the broadcaster |
//! | `{broadcaster}` | `confirmation#{store}#{topic}` | last request to confirm a topic's
//! subscription; earlier versions wrote one `confirmation#{store}` |
//! | `{broadcaster}` | `claims#{store}` | claim rule of the store |
//! | `token#{hash}` | `token` | owner of the token; the only key that does not begin with a
//! broadcaster, because it finds one |

mod cache;
mod claim_rules;
mod confirmations;
mod coupons;
mod deletion;
mod endpoints;
mod offers;
mod tokens;

use std::time::Instant;

use aws_sdk_dynamodb::Client;
use domain::{BroadcasterId, BroadcasterSettings, Timestamp};
use jsonwebtoken::jwk::JwkSet;
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};

use crate::environment::Aws;
use crate::item::{Item, from_item, text, to_item};
use crate::{CloudError, token::PublisherToken};

use cache::ItemCache;
pub use confirmations::ReceivedConfirmation;
pub use coupons::is_coupon_code;
pub use deletion::{Deletion, History};
pub use endpoints::{Endpoint, Feed};
pub use offers::ProductTaken;
pub use tokens::TokenRecord;

/// Stored broadcaster.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Profile {
    /// The tenant.
    pub broadcaster_id: BroadcasterId,
    /// Name for people.
    pub name: String,
    /// Switches.
    #[serde(default)]
    pub settings: BroadcasterSettings,
    /// Time at which it was created.
    pub created_at: Timestamp,
}

/// Client of the table.
#[derive(Debug, Clone)]
pub struct Broadcasters {
    client: Client,
    table: String,
    cache: ItemCache,
}

/// Page of a listing.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Page<T> {
    /// The rows.
    pub rows: Vec<T>,
    /// Position of the next page, if there is one.
    pub next: Option<String>,
}

impl Broadcasters {
    /// Builds a client for the table that `BROADCASTERS_TABLE` names.
    ///
    /// # Errors
    /// [`CloudError::Environment`] if the variable is missing.
    pub fn from_environment(aws: &Aws) -> Result<Self, CloudError> {
        Ok(Self {
            client: aws.dynamodb(),
            table: aws.required("BROADCASTERS_TABLE")?,
            cache: ItemCache::disabled(),
        })
    }

    /// Builds a client as [`from_environment`](Self::from_environment) does, which caches what
    /// requests and purchases need of the configuration for `CONFIGURATION_CACHE_SECONDS`: for
    /// functions that only read it. What does not exist is not cached, apart from claim rules.
    ///
    /// # Errors
    /// [`CloudError::Environment`] if a variable is missing or can't be read.
    pub fn caching(aws: &Aws) -> Result<Self, CloudError> {
        Ok(Self {
            cache: ItemCache::from_environment(aws)?,
            ..Self::from_environment(aws)?
        })
    }

    /// Prepares for reading the broadcaster's keys and profile again, for a caller whose token they
    /// did not prove: they may have been changed just now. Returns whether they may differ from what
    /// was read before.
    #[must_use]
    pub fn reads_credentials_again(&self, broadcaster: &BroadcasterId) -> bool {
        self.cache.drop_credentials(broadcaster)
    }

    /// Returns the broadcaster's profile, or `None` if there is no such broadcaster.
    ///
    /// # Errors
    /// [`CloudError`] if the table can't be read.
    pub async fn profile(
        &self,
        broadcaster: &BroadcasterId,
    ) -> Result<Option<Profile>, CloudError> {
        self.get_cached("broadcaster", broadcaster.as_str(), "profile")
            .await
    }

    /// Whether there is such a broadcaster, also if this version can't read its profile.
    ///
    /// # Errors
    /// [`CloudError`] if the table can't be read.
    pub async fn exists(&self, broadcaster: &BroadcasterId) -> Result<bool, CloudError> {
        match self.profile(broadcaster).await {
            Ok(profile) => Ok(profile.is_some()),
            Err(CloudError::Stored { .. }) => Ok(true),
            Err(error) => Err(error),
        }
    }

    /// Writes a profile, new or changed.
    ///
    /// # Errors
    /// [`CloudError`] if the table can't be written.
    pub async fn put_profile(&self, profile: &Profile) -> Result<(), CloudError> {
        self.put(
            "broadcaster",
            profile.broadcaster_id.as_str(),
            "profile",
            profile,
        )
        .await
    }

    /// Returns the keys that verify the broadcaster's customer JWTs.
    ///
    /// # Errors
    /// [`CloudError`] if the table can't be read.
    pub async fn keys(&self, broadcaster: &BroadcasterId) -> Result<Option<JwkSet>, CloudError> {
        let stored: Option<StoredKeys> = self
            .get_cached("key set", broadcaster.as_str(), "jwks")
            .await?;
        stored
            .map(|stored| {
                serde_json::from_str(&stored.jwks).map_err(|error| CloudError::Stored {
                    what: "key set",
                    reason: error.to_string(),
                })
            })
            .transpose()
    }

    /// Replaces the keys that verify the broadcaster's customer JWTs.
    ///
    /// # Errors
    /// [`CloudError`] if the table can't be written.
    pub async fn put_keys(
        &self,
        broadcaster: &BroadcasterId,
        keys: &JwkSet,
    ) -> Result<(), CloudError> {
        let jwks = serde_json::to_string(keys).map_err(|error| CloudError::Stored {
            what: "key set",
            reason: error.to_string(),
        })?;
        self.put(
            "key set",
            broadcaster.as_str(),
            "jwks",
            &StoredKeys { jwks },
        )
        .await
    }

    async fn get<T: DeserializeOwned>(
        &self,
        what: &'static str,
        pk: &str,
        sk: &str,
    ) -> Result<Option<T>, CloudError> {
        let item = self.read(pk, sk).await?;
        item.map(|item| from_item(what, item)).transpose()
    }

    /// Returns the cached item, or the stored one, which is then cached. What does not exist is
    /// not cached, because it may be created at any moment.
    async fn get_cached<T: DeserializeOwned>(
        &self,
        what: &'static str,
        pk: &str,
        sk: &str,
    ) -> Result<Option<T>, CloudError> {
        let item = self.read_cached(pk, sk, false).await?;
        item.map(|item| from_item(what, item)).transpose()
    }

    /// Returns the cached item, or the stored one, which is then cached; its absence only if
    /// `caches_absence`.
    async fn read_cached(
        &self,
        pk: &str,
        sk: &str,
        caches_absence: bool,
    ) -> Result<Option<Item>, CloudError> {
        if let Some(item) = self.cache.get(pk, sk) {
            return Ok(item);
        }
        let (read_at, item) = (Instant::now(), self.read(pk, sk).await?);
        if item.is_some() || caches_absence {
            self.cache.keep(pk, sk, item.clone(), read_at);
        }
        Ok(item)
    }

    async fn read(&self, pk: &str, sk: &str) -> Result<Option<Item>, CloudError> {
        let answer = self
            .client
            .get_item()
            .table_name(&self.table)
            .key("pk", text(pk))
            .key("sk", text(sk))
            // A revoked token or a deleted profile must take effect with the next request.
            .consistent_read(true)
            .send()
            .await
            .map_err(|error| CloudError::service("reading the broadcasters table", error))?;
        Ok(answer.item)
    }

    async fn put<T: Serialize>(
        &self,
        what: &'static str,
        pk: &str,
        sk: &str,
        value: &T,
    ) -> Result<(), CloudError> {
        self.client
            .put_item()
            .table_name(&self.table)
            .set_item(Some(keyed(to_item(what, value)?, pk, sk)))
            .send()
            .await
            .map_err(|error| CloudError::service("writing the broadcasters table", error))?;
        Ok(())
    }

    async fn list<T: DeserializeOwned>(
        &self,
        what: &'static str,
        pk: &str,
        prefix: &str,
        limit: i32,
        after: Option<&str>,
    ) -> Result<Page<T>, CloudError> {
        // Positions are given to callers without the prefix, so that they can't page into other
        // kinds of items.
        let start = after.map(|after| keyed(Item::new(), pk, &format!("{prefix}{after}")));
        let answer = self
            .client
            .query()
            .table_name(&self.table)
            .key_condition_expression("pk = :pk AND begins_with(sk, :prefix)")
            .expression_attribute_values(":pk", text(pk))
            .expression_attribute_values(":prefix", text(prefix))
            .consistent_read(true)
            .limit(limit)
            .set_exclusive_start_key(start)
            .send()
            .await
            .map_err(|error| CloudError::service("listing the broadcasters table", error))?;
        let next = answer
            .last_evaluated_key
            .as_ref()
            .and_then(|key| key.get("sk"))
            .and_then(|sk| sk.as_s().ok())
            .and_then(|sk| sk.strip_prefix(prefix))
            .map(str::to_owned);
        let rows = answer
            .items
            .unwrap_or_default()
            .into_iter()
            .map(|item| from_item(what, item))
            .collect::<Result<_, _>>()?;
        Ok(Page { rows, next })
    }
}

#[derive(Serialize, Deserialize)]
struct StoredKeys {
    jwks: String,
}

fn keyed(mut item: Item, pk: &str, sk: &str) -> Item {
    item.insert("pk".to_owned(), text(pk));
    item.insert("sk".to_owned(), text(sk));
    item
}

fn token_key(token: &PublisherToken) -> String {
    format!("token#{}", token.hash())
}
