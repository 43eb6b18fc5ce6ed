//! Commands and their results.

use cloud::CloudError;
use cloud::broadcasters::History;
use domain::{BroadcasterId, BroadcasterSettings, Store, Timestamp};
use serde::de::Error as _;
use serde::{Deserialize, Deserializer, Serialize};
use serde_json::{Map, Value};

/// Command, selected by its field `command`. Each may be repeated; the second time changes nothing.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(
    tag = "command",
    rename_all = "kebab-case",
    rename_all_fields = "camelCase",
    deny_unknown_fields
)]
pub enum Command {
    /// Creates a broadcaster and its topics; changes name and switches of one that exists.
    CreateBroadcaster {
        /// Digits; used in URLs and topic names.
        broadcaster_id: BroadcasterId,
        /// Name for people.
        name: String,
        /// All switches; an absent one gets its default. Without `settings` all stay as they are.
        #[serde(default, deserialize_with = "known_settings")]
        settings: Option<BroadcasterSettings>,
    },
    /// Issues a publisher token under a name. Only the first time shows the token.
    IssueToken {
        /// The broadcaster.
        broadcaster_id: BroadcasterId,
        /// The token's name: 1 to 64 letters, digits, `-`, `_`, `.`.
        name: String,
        /// Time at which the token expires; never, if absent.
        #[serde(default)]
        expires_at: Option<Timestamp>,
    },
    /// Revokes the token of that name.
    RevokeToken {
        /// The broadcaster.
        broadcaster_id: BroadcasterId,
        /// The token's name.
        name: String,
    },
    /// Deletes a broadcaster: its tokens, topics, endpoints, credentials and configuration. To be
    /// repeated until the result says that it is complete.
    DeleteBroadcaster {
        /// The broadcaster.
        broadcaster_id: BroadcasterId,
        /// Whether subscriptions, submissions and journal are kept or erased.
        history: History,
    },
    /// Lets a store's denials count again, after so many of them that they were not believed.
    ReleaseBrake {
        /// The broadcaster.
        broadcaster_id: BroadcasterId,
        /// The store.
        store: Store,
    },
    /// Gives each endpoint of an earlier version the audience in its filter policy that redelivery
    /// needs.
    MigrateEndpoints {
        /// The broadcaster.
        broadcaster_id: BroadcasterId,
    },
    /// Lists names and dates of the broadcaster's tokens.
    ListTokens {
        /// The broadcaster.
        broadcaster_id: BroadcasterId,
    },
}

/// Result of a command.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase", rename_all_fields = "camelCase", untagged)]
pub enum Outcome {
    /// The broadcaster exists as asked.
    Broadcaster {
        /// The broadcaster.
        broadcaster_id: BroadcasterId,
        /// ARN of the topic of Beacon notifications.
        beacon_topic: String,
        /// ARN of the topic of webhook messages.
        webhooks_topic: String,
        /// The switches now in force.
        settings: BroadcasterSettings,
    },
    /// A token of that name exists. `token` is present only if it was issued by this command.
    Token {
        /// The token's name.
        name: String,
        /// The token: 48 characters, never shown again.
        #[serde(skip_serializing_if = "Option::is_none")]
        token: Option<String>,
        /// Whether it was issued by this command.
        issued: bool,
        /// Time at which it expires, if it was issued by this command and expires.
        #[serde(skip_serializing_if = "Option::is_none")]
        expires_at: Option<Timestamp>,
    },
    /// No token of that name exists.
    Revoked {
        /// The token's name.
        name: String,
        /// Whether one existed before this command.
        revoked: bool,
    },
    /// The broadcaster is deleted, or its deletion has begun.
    Deleted {
        /// The broadcaster.
        broadcaster_id: BroadcasterId,
        /// Whether its history is kept or erased.
        history: History,
        /// Whether the deletion is complete. If not, send the command again.
        complete: bool,
    },
    /// The store's denials count for the next 72 hours.
    Released {
        /// The store.
        store: Store,
        /// Whether they were not believed before this command.
        released: bool,
    },
    /// Every endpoint of the broadcaster has an audience in its filter policy. SNS may take 15
    /// minutes to apply it.
    Migrated {
        /// The broadcaster.
        broadcaster_id: BroadcasterId,
        /// Number of endpoints that this command has changed.
        migrated: usize,
    },
    /// The tokens.
    Tokens {
        /// Names and dates.
        tokens: Vec<NamedToken>,
    },
}

/// Entry of a list of tokens.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct NamedToken {
    /// Its name.
    pub name: String,
    /// Time at which it was issued.
    pub issued_at: Timestamp,
    /// Time at which it expires, if it does. An expired one is listed until it is revoked.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub expires_at: Option<Timestamp>,
}

/// A command that could not be carried out.
#[derive(Debug, thiserror::Error)]
pub enum CommandError {
    /// Not a command.
    #[error("{0}")]
    Invalid(String),
    /// There is no such broadcaster.
    #[error("broadcasterId names no broadcaster")]
    UnknownBroadcaster,
    /// The broadcaster is being deleted.
    #[error("the broadcaster is being deleted: send delete-broadcaster until it is complete")]
    BeingDeleted,
    /// AWS refused.
    #[error(transparent)]
    Cloud(#[from] CloudError),
}

/// Parses switches and refuses unknown ones, because a misspelled switch must not be lost in
/// silence.
fn known_settings<'de, D: Deserializer<'de>>(
    deserializer: D,
) -> Result<Option<BroadcasterSettings>, D::Error> {
    let Some(given) = Option::<Map<String, Value>>::deserialize(deserializer)? else {
        return Ok(None);
    };
    // The stored type has to accept unknown fields, which a newer version may have written. So the
    // names are checked here, against the fields of the default.
    let known = serde_json::to_value(BroadcasterSettings::default()).map_err(D::Error::custom)?;
    if let Some(unknown) = given.keys().find(|name| known.get(name.as_str()).is_none()) {
        return Err(D::Error::custom(format!("settings.{unknown} is no switch")));
    }
    serde_json::from_value(Value::Object(given))
        .map(Some)
        .map_err(|error| D::Error::custom(format!("settings: {error}")))
}
