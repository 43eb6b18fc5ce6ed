//! Messages that no action causes, right and wrong ones.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use super::{
    certificate::CertificateKind,
    forgery::Forgery,
    model::{Receipt, ReceiptId, UserId},
};

/// The `Type` of an envelope.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
pub enum MessageKind {
    /// Something was published.
    #[default]
    Notification,
    /// Asks whether the address wants to be told.
    SubscriptionConfirmation,
    /// Says that the address is told no more.
    UnsubscribeConfirmation,
}

impl MessageKind {
    /// The service's word.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Notification => "Notification",
            Self::SubscriptionConfirmation => "SubscriptionConfirmation",
            Self::UnsubscribeConfirmation => "UnsubscribeConfirmation",
        }
    }
}

/// Who signs an envelope.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum SignWith {
    /// The key of the certificate that the envelope names.
    #[default]
    CurrentKey,
    /// Another key.
    WrongKey,
    /// Nobody: there is no signature.
    Nobody,
}

/// A message that no action causes.
#[derive(Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, rename_all = "camelCase", deny_unknown_fields)]
pub struct CustomMessage {
    /// What the message says has happened; the store need not know it.
    pub notification_type: Option<String>,
    /// The receipt that it is about, known or not.
    pub receipt_id: Option<ReceiptId>,
    /// The customer.
    pub user_id: Option<UserId>,
    /// Fields of the message that differ; `null` takes one away.
    pub fields: Map<String, Value>,
    /// The whole message, JSON or not.
    pub message: Option<String>,
    /// The envelope's type.
    pub kind: MessageKind,
    /// The envelope's subject.
    pub subject: Option<String>,
    /// The message id; a new one if not given.
    pub message_id: Option<String>,
    /// Fields of the envelope that differ before it is signed; `null` takes one away.
    pub envelope: Map<String, Value>,
    /// Fields of the envelope that are changed after it was signed; `null` takes one away.
    pub tampered: Map<String, Value>,
    /// The version of the signature instead of the configured one. `1` is SHA-1, all others are
    /// SHA-256.
    pub signature_version: Option<String>,
    /// Who signs.
    pub sign_with: SignWith,
    /// Which certificate the envelope names.
    pub certificate: CertificateKind,
    /// Headers that differ; `null` takes one away.
    pub headers: BTreeMap<String, Option<String>>,
    /// The bare message, without an envelope and a signature.
    pub raw_delivery: bool,
    /// The whole body instead of an envelope.
    pub body: Option<String>,
    /// Something that is wrong with it. What else is given stays as it is.
    pub forgery: Option<Forgery>,
}

// By hand: what it carries names purchases and customers.
impl std::fmt::Debug for CustomMessage {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter
            .debug_struct("CustomMessage")
            .field("notification_type", &self.notification_type)
            .field("kind", &self.kind)
            .field("signature_version", &self.signature_version)
            .field("sign_with", &self.sign_with)
            .field("certificate", &self.certificate)
            .field("forgery", &self.forgery)
            .finish_non_exhaustive()
    }
}

impl CustomMessage {
    /// A notification of this type about a receipt.
    #[must_use]
    pub fn of_type(notification_type: impl Into<String>, receipt: &Receipt) -> Self {
        Self::of_receipt_id(
            notification_type,
            receipt.receipt_id.clone(),
            receipt.user_id.clone(),
        )
    }

    /// A notification of this type about a receipt that the store need not know.
    #[must_use]
    pub fn of_receipt_id(
        notification_type: impl Into<String>,
        receipt_id: impl Into<ReceiptId>,
        user_id: impl Into<UserId>,
    ) -> Self {
        Self {
            notification_type: Some(notification_type.into()),
            receipt_id: Some(receipt_id.into()),
            user_id: Some(user_id.into()),
            ..Self::default()
        }
    }

    /// Asks whether the address wants to be told.
    #[must_use]
    pub fn confirmation() -> Self {
        Self {
            kind: MessageKind::SubscriptionConfirmation,
            ..Self::default()
        }
    }

    /// The same, with something wrong.
    #[must_use]
    pub fn forged(mut self, forgery: Forgery) -> Self {
        self.forgery = Some(forgery);
        self
    }

    /// The same with another field in the message; `null` takes it away.
    #[must_use]
    pub fn with_field(mut self, name: impl Into<String>, value: Value) -> Self {
        self.fields.insert(name.into(), value);
        self
    }

    /// The same with this message.
    #[must_use]
    pub fn with_message(mut self, message: impl Into<String>) -> Self {
        self.message = Some(message.into());
        self
    }

    /// The same with another field in the envelope, signed; `null` takes it away.
    #[must_use]
    pub fn with_envelope(mut self, name: impl Into<String>, value: Value) -> Self {
        self.envelope.insert(name.into(), value);
        self
    }

    /// The same with a field of the envelope changed after it was signed.
    #[must_use]
    pub fn tampered_with(mut self, name: impl Into<String>, value: Value) -> Self {
        self.tampered.insert(name.into(), value);
        self
    }

    /// The same with a subject.
    #[must_use]
    pub fn with_subject(mut self, subject: impl Into<String>) -> Self {
        self.subject = Some(subject.into());
        self
    }

    /// The same under this message id.
    #[must_use]
    pub fn with_message_id(mut self, message_id: impl Into<String>) -> Self {
        self.message_id = Some(message_id.into());
        self
    }

    /// The same, signed by another key or not at all.
    #[must_use]
    pub fn signed_with(mut self, sign_with: SignWith) -> Self {
        self.sign_with = sign_with;
        self
    }

    /// The same under another certificate, signed by its key.
    #[must_use]
    pub fn under(mut self, certificate: CertificateKind) -> Self {
        self.certificate = certificate;
        self
    }

    /// The same with another version of the signature.
    #[must_use]
    pub fn version(mut self, version: impl Into<String>) -> Self {
        self.signature_version = Some(version.into());
        self
    }

    /// The same with another header, or without it.
    #[must_use]
    pub fn with_header(mut self, name: impl Into<String>, value: Option<&str>) -> Self {
        let value = value.map(str::to_owned);
        self.headers.insert(name.into(), value);
        self
    }

    /// The same, bare.
    #[must_use]
    pub fn raw(mut self) -> Self {
        self.raw_delivery = true;
        self
    }
}
