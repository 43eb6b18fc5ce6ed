//! Messages that no action causes, genuine and forged.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use super::{
    certificate::CertificateKind,
    forgery::Forgery,
    model::{Receipt, ReceiptId, UserId},
};

/// `Type` of an envelope.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
pub enum MessageKind {
    /// Published notification.
    #[default]
    Notification,
    /// Request to confirm the subscription of the address.
    SubscriptionConfirmation,
    /// Notice that the address is no longer subscribed.
    UnsubscribeConfirmation,
}

impl MessageKind {
    /// Returns the name in envelopes.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Notification => "Notification",
            Self::SubscriptionConfirmation => "SubscriptionConfirmation",
            Self::UnsubscribeConfirmation => "UnsubscribeConfirmation",
        }
    }
}

/// Signer of an envelope.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum SignWith {
    /// Key of the certificate that the envelope names.
    #[default]
    CurrentKey,
    /// Another key.
    WrongKey,
    /// No signature.
    Nobody,
}

/// Message that no action causes.
#[derive(Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, rename_all = "camelCase", deny_unknown_fields)]
pub struct CustomMessage {
    /// `notificationType` of the message; the store need not know it.
    pub notification_type: Option<String>,
    /// Receipt that the message is about, known or not.
    pub receipt_id: Option<ReceiptId>,
    /// Customer.
    pub user_id: Option<UserId>,
    /// Replaced fields of the message; `null` removes one.
    pub fields: Map<String, Value>,
    /// Whole message, JSON or not.
    pub message: Option<String>,
    /// Type of the envelope.
    pub kind: MessageKind,
    /// Subject of the envelope.
    pub subject: Option<String>,
    /// Message id. Generated if not given.
    pub message_id: Option<String>,
    /// Fields of the envelope that are replaced before it is signed; `null` removes one.
    pub envelope: Map<String, Value>,
    /// Fields of the envelope that are replaced after it was signed; `null` removes one.
    pub tampered: Map<String, Value>,
    /// Signature version instead of the configured one. `1` is SHA-1, all others are SHA-256.
    pub signature_version: Option<String>,
    /// Signer.
    pub sign_with: SignWith,
    /// Certificate that the envelope names.
    pub certificate: CertificateKind,
    /// Replaced headers; `null` removes one.
    pub headers: BTreeMap<String, Option<String>>,
    /// Sends the message alone, without envelope and signature.
    pub raw_delivery: bool,
    /// Whole body instead of an envelope.
    pub body: Option<String>,
    /// Single defect of the message. Fields that are given explicitly take precedence.
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
    /// Creates a notification of this type about a receipt.
    #[must_use]
    pub fn of_type(notification_type: impl Into<String>, receipt: &Receipt) -> Self {
        Self::of_receipt_id(
            notification_type,
            receipt.receipt_id.clone(),
            receipt.user_id.clone(),
        )
    }

    /// Creates a notification of this type about a receipt that the store need not know.
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

    /// Creates a request to confirm the subscription of the address.
    #[must_use]
    pub fn confirmation() -> Self {
        Self {
            kind: MessageKind::SubscriptionConfirmation,
            ..Self::default()
        }
    }

    /// Adds a defect.
    #[must_use]
    pub fn forged(mut self, forgery: Forgery) -> Self {
        self.forgery = Some(forgery);
        self
    }

    /// Replaces a field of the message; `null` removes it.
    #[must_use]
    pub fn with_field(mut self, name: impl Into<String>, value: Value) -> Self {
        self.fields.insert(name.into(), value);
        self
    }

    /// Sets the whole message.
    #[must_use]
    pub fn with_message(mut self, message: impl Into<String>) -> Self {
        self.message = Some(message.into());
        self
    }

    /// Replaces a field of the envelope before it is signed; `null` removes it.
    #[must_use]
    pub fn with_envelope(mut self, name: impl Into<String>, value: Value) -> Self {
        self.envelope.insert(name.into(), value);
        self
    }

    /// Replaces a field of the envelope after it was signed.
    #[must_use]
    pub fn tampered_with(mut self, name: impl Into<String>, value: Value) -> Self {
        self.tampered.insert(name.into(), value);
        self
    }

    /// Sets the subject.
    #[must_use]
    pub fn with_subject(mut self, subject: impl Into<String>) -> Self {
        self.subject = Some(subject.into());
        self
    }

    /// Sets the message id.
    #[must_use]
    pub fn with_message_id(mut self, message_id: impl Into<String>) -> Self {
        self.message_id = Some(message_id.into());
        self
    }

    /// Signs with another key or not at all.
    #[must_use]
    pub fn signed_with(mut self, sign_with: SignWith) -> Self {
        self.sign_with = sign_with;
        self
    }

    /// Uses another certificate, and signs with its key.
    #[must_use]
    pub fn under(mut self, certificate: CertificateKind) -> Self {
        self.certificate = certificate;
        self
    }

    /// Sets the signature version.
    #[must_use]
    pub fn version(mut self, version: impl Into<String>) -> Self {
        self.signature_version = Some(version.into());
        self
    }

    /// Replaces or removes a header.
    #[must_use]
    pub fn with_header(mut self, name: impl Into<String>, value: Option<&str>) -> Self {
        let value = value.map(str::to_owned);
        self.headers.insert(name.into(), value);
        self
    }

    /// Sends the message alone, without envelope and signature.
    #[must_use]
    pub fn raw(mut self) -> Self {
        self.raw_delivery = true;
        self
    }
}
