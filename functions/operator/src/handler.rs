//! Execution of commands.

use cloud::broadcasters::{Broadcasters, Endpoint, Feed, Profile, TokenRecord};
use cloud::journal::Journal;
use cloud::purchases::Purchases;
use cloud::secrets::StoreSecrets;
use cloud::subscriptions::Subscriptions;
use cloud::token::PublisherToken;
use cloud::topics::Topics;
use cloud::{Aws, CloudError, clock};
use domain::{BroadcasterId, BroadcasterSettings, Timestamp};
use lambda_runtime::LambdaEvent;
use serde_json::Value;

use crate::command::{Command, CommandError, NamedToken, Outcome};
use crate::endpoint_resources::EndpointResources;

/// The function's clients.
#[derive(Debug)]
pub struct Operator {
    pub(crate) broadcasters: Broadcasters,
    pub(crate) topics: Topics,
    pub(crate) endpoints: EndpointResources,
    pub(crate) secrets: StoreSecrets,
    pub(crate) subscriptions: Subscriptions,
    pub(crate) purchases: Purchases,
    pub(crate) journal: Journal,
}

impl Operator {
    /// Builds the clients from the function's environment.
    ///
    /// # Errors
    /// [`CloudError::Environment`] names a variable that is missing.
    pub fn from_environment(aws: &Aws) -> Result<Self, CloudError> {
        Ok(Self {
            broadcasters: Broadcasters::from_environment(aws)?,
            topics: Topics::from_environment(aws)?,
            endpoints: EndpointResources::from_environment(aws)?,
            secrets: StoreSecrets::from_environment(aws)?,
            subscriptions: Subscriptions::from_environment(aws)?,
            purchases: Purchases::from_environment(aws)?,
            journal: Journal::from_environment(aws)?,
        })
    }

    /// Executes one command.
    ///
    /// # Errors
    /// [`CommandError`] names the field and the rule that it breaks, or what AWS refused.
    pub async fn handle(&self, event: LambdaEvent<Value>) -> Result<Outcome, CommandError> {
        let command: Command = serde_json::from_value(event.payload)
            .map_err(|error| CommandError::Invalid(error.to_string()))?;
        match command {
            Command::CreateBroadcaster {
                broadcaster_id,
                name,
                settings,
            } => self.create(broadcaster_id, name, settings).await,
            Command::IssueToken {
                broadcaster_id,
                name,
                expires_at,
            } => self.issue(&broadcaster_id, name, expires_at).await,
            Command::RevokeToken {
                broadcaster_id,
                name,
            } => {
                let revoked = self
                    .broadcasters
                    .delete_token(&broadcaster_id, &name)
                    .await?;
                tracing::info!(broadcaster = %broadcaster_id, name, revoked, "token revoked");
                Ok(Outcome::Revoked { name, revoked })
            }
            Command::DeleteBroadcaster {
                broadcaster_id,
                history,
            } => self.delete(broadcaster_id, history).await,
            Command::ReleaseBrake {
                broadcaster_id,
                store,
            } => {
                if !self.broadcasters.exists(&broadcaster_id).await? {
                    return Err(CommandError::UnknownBroadcaster);
                }
                let purchases = &self.purchases;
                let released = purchases.release_brake(&broadcaster_id, store, clock::now());
                let released = released.await?;
                tracing::info!(broadcaster = %broadcaster_id, %store, released, "brake released");
                Ok(Outcome::Released { store, released })
            }
            Command::MigrateEndpoints { broadcaster_id } => {
                self.migrate_endpoints(broadcaster_id).await
            }
            Command::ListTokens { broadcaster_id } => {
                let page = self.broadcasters.tokens(&broadcaster_id).await?;
                let tokens = page.rows.into_iter().map(|record| NamedToken {
                    name: record.name,
                    issued_at: record.issued_at,
                    expires_at: record.expires_at,
                });
                Ok(Outcome::Tokens {
                    tokens: tokens.collect(),
                })
            }
        }
    }

    async fn create(
        &self,
        broadcaster_id: BroadcasterId,
        name: String,
        settings: Option<BroadcasterSettings>,
    ) -> Result<Outcome, CommandError> {
        if name.trim().is_empty() || name.chars().count() > 255 {
            return Err(CommandError::Invalid(
                "name must have 1 to 255 characters".to_owned(),
            ));
        }
        settings.as_ref().map_or(Ok(()), check_settings)?;
        // A broadcaster created under an id whose items are still being erased would lose its own.
        if self.broadcasters.deletion(&broadcaster_id).await?.is_some() {
            return Err(CommandError::BeingDeleted);
        }
        let before = self.broadcasters.profile(&broadcaster_id).await?;
        // Before the profile: without it nobody is let in, so nothing is announced to missing
        // topics.
        self.topics.create(&broadcaster_id).await?;
        if before.is_none() {
            // It has no endpoint yet, and those to come have an audience.
            let broadcasters = &self.broadcasters;
            broadcasters
                .put_audiences(&broadcaster_id, clock::now())
                .await?;
        }
        let kept = before.as_ref().map(|profile| profile.settings.clone());
        let profile = Profile {
            broadcaster_id,
            name,
            settings: settings.or(kept).unwrap_or_default(),
            // Repeating the command keeps the date of the first one.
            created_at: before.map_or_else(clock::now, |profile| profile.created_at),
        };
        self.broadcasters.put_profile(&profile).await?;
        tracing::info!(broadcaster = %profile.broadcaster_id, "broadcaster created");
        Ok(Outcome::Broadcaster {
            beacon_topic: self.topics.arn(&profile.broadcaster_id, Feed::Beacon),
            webhooks_topic: self.topics.arn(&profile.broadcaster_id, Feed::Webhooks),
            broadcaster_id: profile.broadcaster_id,
            settings: profile.settings,
        })
    }

    /// Sets the filter policy of the endpoints that have no audience, one after the other: what is
    /// done is stored, and a repeated command continues.
    async fn migrate_endpoints(
        &self,
        broadcaster_id: BroadcasterId,
    ) -> Result<Outcome, CommandError> {
        if !self.broadcasters.exists(&broadcaster_id).await? {
            return Err(CommandError::UnknownBroadcaster);
        }
        let (mut migrated, mut after) = (0, None);
        loop {
            let page = self
                .broadcasters
                .endpoints(&broadcaster_id, 100, after.as_deref());
            let page = page.await?;
            for endpoint in page.rows {
                if endpoint.audience_since.is_some() {
                    continue;
                }
                let set = self.topics.set_filter_policy(&endpoint).await;
                set.map_err(|error| CloudError::service("setting a filter policy", error))?;
                let endpoint = Endpoint {
                    audience_since: Some(clock::now()),
                    ..endpoint
                };
                self.broadcasters
                    .put_endpoint(&broadcaster_id, &endpoint)
                    .await?;
                migrated += 1;
            }
            after = page.next;
            if after.is_none() {
                break;
            }
        }
        // Not again: that would stop redelivery for the time that SNS may take.
        let known = self.broadcasters.audiences_since(&broadcaster_id).await?;
        if known.is_none() || migrated > 0 {
            let broadcasters = &self.broadcasters;
            broadcasters
                .put_audiences(&broadcaster_id, clock::now())
                .await?;
        }
        tracing::info!(broadcaster = %broadcaster_id, migrated, "endpoints migrated");
        Ok(Outcome::Migrated {
            broadcaster_id,
            migrated,
        })
    }

    async fn issue(
        &self,
        broadcaster: &BroadcasterId,
        name: String,
        expires_at: Option<Timestamp>,
    ) -> Result<Outcome, CommandError> {
        let formed = (1..=64).contains(&name.len())
            && name
                .bytes()
                .all(|b| b.is_ascii_alphanumeric() || b"-_.".contains(&b));
        if !formed {
            let rule = "name must have 1 to 64 letters, digits, '-', '_' or '.'";
            return Err(CommandError::Invalid(rule.to_owned()));
        }
        if expires_at.is_some_and(|end| end <= clock::now()) {
            let rule = "expiresAt must be in the future";
            return Err(CommandError::Invalid(rule.to_owned()));
        }
        if self.broadcasters.profile(broadcaster).await?.is_none() {
            return Err(CommandError::UnknownBroadcaster);
        }
        let token = PublisherToken::generate()?;
        let record = TokenRecord {
            name: name.clone(),
            hash: token.hash(),
            issued_at: clock::now(),
            expires_at,
        };
        // Written only if the name is free. A repeated command shows no token, because the first
        // one's is stored as a hash only.
        let issued = self.broadcasters.put_token(broadcaster, &record).await?;
        tracing::info!(%broadcaster, name, issued, "token issued");
        Ok(Outcome::Token {
            name,
            token: issued.then(|| token.reveal().to_owned()),
            issued,
            expires_at: expires_at.filter(|_| issued),
        })
    }
}

/// Checks the switches that have a range.
fn check_settings(settings: &BroadcasterSettings) -> Result<(), CommandError> {
    let audience = settings.customer_token_audience.as_deref();
    let rule = if audience.is_some_and(|text| text.trim().is_empty() || text.len() > 255) {
        "settings.customerTokenAudience must have 1 to 255 characters"
    } else if !(1..=1000).contains(&settings.max_endpoints) {
        "settings.maxEndpoints must be from 1 to 1000"
    } else if settings.checks_per_day.values().any(|n| *n > 10_000_000) {
        "settings.checksPerDay must be from 0 to 10000000 for each store"
    } else {
        return Ok(());
    };
    Err(CommandError::Invalid(rule.to_owned()))
}
