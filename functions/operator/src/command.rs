//! Commands and what they answer.

use cloud::CloudError;
use cloud::broadcasters::History;
use domain::{BroadcasterId, BroadcasterSettings, Timestamp};
use serde::de::Error as _;
use serde::{Deserialize, Deserializer, Serialize};
use serde_json::{Map, Value};

/// A command, told apart by its field `command`. Each may be repeated: the second time changes nothing.
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
        /// Digits; part of URLs and topic names.
        broadcaster_id: BroadcasterId,
        /// For people.
        name: String,
        /// All switches, those that are absent at their defaults; without any, they stay as they are.
        #[serde(default, deserialize_with = "known_settings")]
        settings: Option<BroadcasterSettings>,
    },
    /// Issues a publisher token under a name. Only the first time shows the token.
    IssueToken {
        /// The broadcaster.
        broadcaster_id: BroadcasterId,
        /// The token's name: 1 to 64 letters, digits, `-`, `_`, `.`.
        name: String,
        /// When the token ends by itself; never, if absent.
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
    /// repeated until the answer says that it is complete.
    DeleteBroadcaster {
        /// The broadcaster.
        broadcaster_id: BroadcasterId,
        /// Whether subscriptions, submissions and journal are kept or erased.
        history: History,
    },
    /// Lists names and dates of the broadcaster's tokens.
    ListTokens {
        /// The broadcaster.
        broadcaster_id: BroadcasterId,
    },
}

/// What a command did.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase", rename_all_fields = "camelCase", untagged)]
pub enum Outcome {
    /// The broadcaster exists as asked.
    Broadcaster {
        /// The broadcaster.
        broadcaster_id: BroadcasterId,
        /// Where Beacon notifications are published.
        beacon_topic: String,
        /// Where webhook messages are published.
        webhooks_topic: String,
        /// The switches now in force.
        settings: BroadcasterSettings,
    },
    /// A token of that name exists. `token` is there only when it was issued just now.
    Token {
        /// The token's name.
        name: String,
        /// The token: 48 characters, shown this once.
        #[serde(skip_serializing_if = "Option::is_none")]
        token: Option<String>,
        /// Whether it was issued just now.
        issued: bool,
        /// When it ends, if it was issued just now and ends by itself.
        #[serde(skip_serializing_if = "Option::is_none")]
        expires_at: Option<Timestamp>,
    },
    /// No token of that name exists.
    Revoked {
        /// The token's name.
        name: String,
        /// Whether it existed until now.
        revoked: bool,
    },
    /// The broadcaster is gone, or on its way.
    Deleted {
        /// The broadcaster.
        broadcaster_id: BroadcasterId,
        /// What becomes of its history.
        history: History,
        /// Whether nothing is left to do. If not, send the command again.
        complete: bool,
    },
    /// The tokens.
    Tokens {
        /// Names and dates.
        tokens: Vec<NamedToken>,
    },
}

/// A token as it is listed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct NamedToken {
    /// Its name.
    pub name: String,
    /// When it was issued.
    pub issued_at: Timestamp,
    /// When it ends, if it does by itself. An expired one is listed until it is revoked.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub expires_at: Option<Timestamp>,
}

/// A command that could not be carried out.
#[derive(Debug, thiserror::Error)]
pub enum CommandError {
    /// It is not a command.
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

/// Reads switches, and refuses what is none: a misspelled switch must not be lost in silence.
fn known_settings<'de, D: Deserializer<'de>>(
    deserializer: D,
) -> Result<Option<BroadcasterSettings>, D::Error> {
    let Some(given) = Option::<Map<String, Value>>::deserialize(deserializer)? else {
        return Ok(None);
    };
    let known = serde_json::to_value(BroadcasterSettings::default()).map_err(D::Error::custom)?;
    if let Some(unknown) = given.keys().find(|name| known.get(name.as_str()).is_none()) {
        return Err(D::Error::custom(format!("settings.{unknown} is no switch")));
    }
    serde_json::from_value(Value::Object(given))
        .map(Some)
        .map_err(|error| D::Error::custom(format!("settings: {error}")))
}
