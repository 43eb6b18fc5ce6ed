//! Notifications that no action causes.

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use super::model::TransactionId;

/// How the message inside of a notification is written: the store's guide and its sample differ.
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

/// Who signs a notification, and what its header says of that.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum SignWith {
    /// The key that signs all notifications of its stream.
    #[default]
    CurrentKey,
    /// The key of the test stream, whatever the stream.
    TestKey,
    /// A forger's, under an id that is not published.
    UnknownKey,
    /// A forger's, under the id of the current one.
    WrongKey,
    /// The current public key (PEM), taken for the secret of `HS256`.
    Hs256,
    /// Nobody: `alg` is `none`, and there is no signature.
    None,
    /// The current key, by `RS512`.
    Rs512,
    /// A forger's; `jku` in the header says where it is served.
    LinkedKey,
    /// A forger's under the id of the current one; it stands in the header as `jwk`.
    EmbeddedKey,
}

/// What is broken in a notification.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum Damage {
    /// The signature is missing.
    TwoParts,
    /// There is a part too many.
    FourParts,
    /// The claims are not base64.
    BrokenBase64,
    /// One bit of the signature differs.
    BrokenSignature,
    /// Rightly signed, but the message is not base64.
    BrokenMessage,
    /// Rightly signed, but the message breaks off.
    NotJson,
}

/// Where a notification goes.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum Stream {
    /// To `notificationUrl`, signed with the production key.
    #[default]
    Production,
    /// To `testNotificationUrl`, signed with the test key.
    Test,
}

/// A notification that no action causes. Of `body`, `text`, `raw` and `transaction_type`, the first
/// one that is given decides what it carries.
#[derive(Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, rename_all = "camelCase", deny_unknown_fields)]
pub struct CustomPush {
    /// What the message says has happened, known to the store or not.
    pub transaction_type: Option<String>,
    /// To which transaction, known or not.
    pub transaction_id: Option<TransactionId>,
    /// Members of the message that differ; `null` takes one away.
    pub fields: Map<String, Value>,
    /// The whole message.
    pub raw: Option<Value>,
    /// A message that is no JSON.
    pub text: Option<String>,
    /// The whole body instead of a JWS.
    pub body: Option<String>,
    /// `x-Roku-message-type`; `roku.rpay.push` if not given.
    pub message_type: Option<String>,
    /// `x-Roku-message-key`; a new one if not given.
    pub message_key: Option<String>,
    /// How the message is written, if not as configured.
    pub alphabet: Option<Alphabet>,
    /// Claims that differ; `null` takes one away.
    pub claims: Map<String, Value>,
    /// Members of the JOSE header that differ; `null` takes one away.
    pub header: Map<String, Value>,
    /// Who signs it.
    pub sign_with: SignWith,
    /// What is broken in it.
    pub damage: Option<Damage>,
    /// Where it goes.
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
    /// What would be told of this transaction.
    #[must_use]
    pub fn of_type(transaction_type: impl Into<String>, id: impl Into<TransactionId>) -> Self {
        Self {
            transaction_type: Some(transaction_type.into()),
            transaction_id: Some(id.into()),
            ..Self::default()
        }
    }

    /// This message.
    #[must_use]
    pub fn raw(message: Value) -> Self {
        Self {
            raw: Some(message),
            ..Self::default()
        }
    }

    /// A message of plain text.
    #[must_use]
    pub fn text(text: impl Into<String>) -> Self {
        Self {
            text: Some(text.into()),
            ..Self::default()
        }
    }

    /// What the dashboard's test button sends: plain text, to the test address.
    #[must_use]
    pub fn test(text: impl Into<String>) -> Self {
        Self::text(text).to(Stream::Test)
    }

    /// This body.
    #[must_use]
    pub fn body(body: impl Into<String>) -> Self {
        Self {
            body: Some(body.into()),
            ..Self::default()
        }
    }

    /// A message of another type than purchases have.
    #[must_use]
    pub fn of_message_type(message_type: impl Into<String>) -> Self {
        Self {
            message_type: Some(message_type.into()),
            ..Self::text("{}")
        }
    }

    /// The receiver shall fetch the keys anew.
    #[must_use]
    pub fn invalidate_public_keys() -> Self {
        Self::of_message_type("roku.invalidate_public_keys")
    }

    /// The same with another member in the message; `null` takes it away.
    #[must_use]
    pub fn with_field(mut self, name: impl Into<String>, value: Value) -> Self {
        self.fields.insert(name.into(), value);
        self
    }

    /// The same with another claim; `null` takes it away.
    #[must_use]
    pub fn with_claim(mut self, name: impl Into<String>, value: Value) -> Self {
        self.claims.insert(name.into(), value);
        self
    }

    /// The same with another member in the JOSE header; `null` takes it away.
    #[must_use]
    pub fn with_header(mut self, name: impl Into<String>, value: Value) -> Self {
        self.header.insert(name.into(), value);
        self
    }

    /// The same, its header naming no key.
    #[must_use]
    pub fn without_kid(self) -> Self {
        self.with_header("kid", Value::Null)
    }

    /// The same under this message key.
    #[must_use]
    pub fn with_key(mut self, message_key: impl Into<String>) -> Self {
        self.message_key = Some(message_key.into());
        self
    }

    /// The same, signed by somebody else or not at all.
    #[must_use]
    pub fn signed_with(mut self, sign_with: SignWith) -> Self {
        self.sign_with = sign_with;
        self
    }

    /// The same, broken.
    #[must_use]
    pub fn damaged(mut self, damage: Damage) -> Self {
        self.damage = Some(damage);
        self
    }

    /// The same, with the message in this alphabet.
    #[must_use]
    pub fn in_alphabet(mut self, alphabet: Alphabet) -> Self {
        self.alphabet = Some(alphabet);
        self
    }

    /// The same, sent there.
    #[must_use]
    pub fn to(mut self, stream: Stream) -> Self {
        self.stream = stream;
        self
    }
}
