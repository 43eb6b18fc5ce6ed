//! Notifications that no action causes.

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use super::model::TransactionId;

/// Encoding of the message inside a notification: the store's guide and its sample differ.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum Alphabet {
    /// Base64url without padding.
    #[default]
    UrlUnpadded,
    /// Base64url with padding.
    Url,
    /// Base64 without padding.
    StandardUnpadded,
    /// Base64 with padding.
    Standard,
}

/// Signer of a notification, and what its header says about the key.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum SignWith {
    /// The key that signs all notifications of its stream.
    #[default]
    CurrentKey,
    /// The key of the test stream, whatever the stream.
    TestKey,
    /// Forger's key, under an id that is not published.
    UnknownKey,
    /// Forger's key, under the id of the current one.
    WrongKey,
    /// The current public key (PEM), used as the secret of `HS256`.
    Hs256,
    /// No signature: `alg` is `none`.
    None,
    /// The current key, with `RS512`.
    Rs512,
    /// Forger's key, which is served at the `jku` in the header.
    LinkedKey,
    /// Forger's key under the id of the current one, embedded in the header as `jwk`.
    EmbeddedKey,
}

/// Defect of a notification.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum Damage {
    /// The signature is missing.
    TwoParts,
    /// There is one part too many.
    FourParts,
    /// The claims are not base64.
    BrokenBase64,
    /// One bit of the signature differs.
    BrokenSignature,
    /// Correctly signed, but the message is not base64.
    BrokenMessage,
    /// Correctly signed, but the message is truncated JSON.
    NotJson,
}

/// Destination of a notification.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum Stream {
    /// To `notificationUrl`, signed with the production key.
    #[default]
    Production,
    /// To `testNotificationUrl`, signed with the test key.
    Test,
}

/// Notification that no action causes. Its content is determined by the first of `body`, `text`,
/// `raw` and `transaction_type` that is given.
#[derive(Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, rename_all = "camelCase", deny_unknown_fields)]
pub struct CustomPush {
    /// Transaction type, known to the store or not.
    pub transaction_type: Option<String>,
    /// Transaction that it is about, known or not.
    pub transaction_id: Option<TransactionId>,
    /// Replaced members of the message; `null` removes one.
    pub fields: Map<String, Value>,
    /// Whole message.
    pub raw: Option<Value>,
    /// Message that is not JSON.
    pub text: Option<String>,
    /// Whole body instead of a JWS.
    pub body: Option<String>,
    /// `x-Roku-message-type`. Defaults to `roku.rpay.push`.
    pub message_type: Option<String>,
    /// `x-Roku-message-key`. Generated if not given.
    pub message_key: Option<String>,
    /// Encoding of the message. Defaults to the configured one.
    pub alphabet: Option<Alphabet>,
    /// Replaced claims; `null` removes one.
    pub claims: Map<String, Value>,
    /// Replaced members of the JOSE header; `null` removes one.
    pub header: Map<String, Value>,
    /// Signer.
    pub sign_with: SignWith,
    /// Defect, if any.
    pub damage: Option<Damage>,
    /// Destination.
    pub stream: Stream,
}

// By hand: what it carries names purchases.
impl std::fmt::Debug for CustomPush {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter
            .debug_struct("CustomPush")
            .field("transaction_type", &self.transaction_type)
            .field("message_type", &self.message_type)
            .field("sign_with", &self.sign_with)
            .field("damage", &self.damage)
            .field("stream", &self.stream)
            .finish_non_exhaustive()
    }
}

impl CustomPush {
    /// Creates the notification that this transaction would cause.
    #[must_use]
    pub fn of_type(transaction_type: impl Into<String>, id: impl Into<TransactionId>) -> Self {
        Self {
            transaction_type: Some(transaction_type.into()),
            transaction_id: Some(id.into()),
            ..Self::default()
        }
    }

    /// Creates a notification with this message.
    #[must_use]
    pub fn raw(message: Value) -> Self {
        Self {
            raw: Some(message),
            ..Self::default()
        }
    }

    /// Creates a notification with a plain-text message.
    #[must_use]
    pub fn text(text: impl Into<String>) -> Self {
        Self {
            text: Some(text.into()),
            ..Self::default()
        }
    }

    /// Creates the message that the dashboard's test button sends: plain text, to the test address.
    #[must_use]
    pub fn test(text: impl Into<String>) -> Self {
        Self::text(text).to(Stream::Test)
    }

    /// Creates a notification with this body.
    #[must_use]
    pub fn body(body: impl Into<String>) -> Self {
        Self {
            body: Some(body.into()),
            ..Self::default()
        }
    }

    /// Creates a notification of another message type than that of purchases.
    #[must_use]
    pub fn of_message_type(message_type: impl Into<String>) -> Self {
        Self {
            message_type: Some(message_type.into()),
            ..Self::text("{}")
        }
    }

    /// Creates a notification that asks the receiver to fetch the keys again.
    #[must_use]
    pub fn invalidate_public_keys() -> Self {
        Self::of_message_type("roku.invalidate_public_keys")
    }

    /// Replaces a member of the message; `null` removes it.
    #[must_use]
    pub fn with_field(mut self, name: impl Into<String>, value: Value) -> Self {
        self.fields.insert(name.into(), value);
        self
    }

    /// Replaces a claim; `null` removes it.
    #[must_use]
    pub fn with_claim(mut self, name: impl Into<String>, value: Value) -> Self {
        self.claims.insert(name.into(), value);
        self
    }

    /// Replaces a member of the JOSE header; `null` removes it.
    #[must_use]
    pub fn with_header(mut self, name: impl Into<String>, value: Value) -> Self {
        self.header.insert(name.into(), value);
        self
    }

    /// Removes the key id from the header.
    #[must_use]
    pub fn without_kid(self) -> Self {
        self.with_header("kid", Value::Null)
    }

    /// Sets the message key.
    #[must_use]
    pub fn with_key(mut self, message_key: impl Into<String>) -> Self {
        self.message_key = Some(message_key.into());
        self
    }

    /// Signs with another key or not at all.
    #[must_use]
    pub fn signed_with(mut self, sign_with: SignWith) -> Self {
        self.sign_with = sign_with;
        self
    }

    /// Adds a defect.
    #[must_use]
    pub fn damaged(mut self, damage: Damage) -> Self {
        self.damage = Some(damage);
        self
    }

    /// Sets the encoding of the message.
    #[must_use]
    pub fn in_alphabet(mut self, alphabet: Alphabet) -> Self {
        self.alphabet = Some(alphabet);
        self
    }

    /// Sets the destination.
    #[must_use]
    pub fn to(mut self, stream: Stream) -> Self {
        self.stream = stream;
        self
    }
}
