//! Wrapping, signing and sending of an app's notifications.

use jiff::Timestamp;
use serde_json::{Map, Value, json};
use uuid::Uuid;

use super::{
    ActionOutcome, Configuration, CustomMessage, MessageKind, SentMessage, SignWith,
    app::{App, State},
    certificate::STRANGERS_KEY,
    envelope::{self, Draft},
    issued_token::IssuedToken,
    model::{Outcome, Published},
};
use crate::{keys::KeyError, outbox::Notification, tenant::Tenant as _};

impl App {
    /// Moves the clock to the time of the action and sends the notifications, under the lock so
    /// that they leave in the order of the changes.
    pub(super) fn settle(
        &self,
        state: &mut State,
        outcome: Outcome,
    ) -> Result<ActionOutcome, KeyError> {
        self.tenancy().clock.reach(outcome.at);
        let mut messages = Vec::new();
        for published in &outcome.published {
            let custom = self.written(published);
            messages.push(self.send(state, custom)?);
        }
        Ok(ActionOutcome {
            receipt: outcome.receipt,
            messages,
            now: self.now(),
        })
    }

    fn written(&self, published: &Published) -> CustomMessage {
        let message = published.message(self.name());
        CustomMessage {
            notification_type: Some(published.notification_type.as_str().to_owned()),
            receipt_id: Some(published.receipt_id.clone()),
            message: Some(message.to_string()),
            ..CustomMessage::default()
        }
    }

    /// Hands a message to the delivery.
    pub(super) fn send(
        &self,
        state: &mut State,
        mut custom: CustomMessage,
    ) -> Result<SentMessage, KeyError> {
        let configuration = self.configuration();
        let topic = configuration.topic().ok_or(KeyError)?;
        let now = self.now();
        // The envelope belongs to the notification service, whose clock is the real one.
        let at = Timestamp::now();
        if let Some(forgery) = custom.forgery {
            let current = state.certificates.get(custom.certificate)?;
            forgery.apply(&mut custom, &topic, &current.id, at);
        }
        let certificate = state.certificates.get(custom.certificate)?;
        let subscription_arn = self.subscription_arn();
        let mut fields = Draft {
            kind: custom.kind,
            topic: &topic,
            subscription_arn: &subscription_arn,
            certificate_id: &certificate.id,
            message: self.message(&custom, &configuration, now),
            message_id: custom.message_id.clone().unwrap_or_else(new_message_id),
            subject: custom.subject.clone().or(configuration.subject.clone()),
            at,
        }
        .fields();
        let version = custom.signature_version.as_ref();
        let version = version.unwrap_or(&configuration.signature_version);
        fields.insert("SignatureVersion".to_owned(), json!(version));
        replace(&mut fields, &custom.envelope);
        match custom.sign_with {
            SignWith::CurrentKey => envelope::sign(&mut fields, &certificate.key, version)?,
            SignWith::WrongKey => envelope::sign(&mut fields, &*STRANGERS_KEY.current()?, version)?,
            SignWith::Nobody => {}
        }
        let mut headers = envelope::headers(&fields, &subscription_arn);
        let text = |name: &str| fields.get(name).and_then(Value::as_str).map(str::to_owned);
        let message_id = text("MessageId").unwrap_or_default();
        let message = text("Message").unwrap_or_default();
        let topic_arn = text("TopicArn").unwrap_or_default();
        if let Some(token) = text("Token") {
            if custom.kind == MessageKind::SubscriptionConfirmation && custom.forgery.is_none() {
                state.last_token = Some(token.clone());
            }
            state.tokens.insert(token, IssuedToken::new(topic_arn, now));
        }
        if let Some(forgery) = custom.forgery {
            forgery.change_signed(&mut fields);
        }
        replace(&mut fields, &custom.tampered);
        let body = if custom.raw_delivery {
            headers.push((envelope::RAW_HEADER.to_owned(), Some("true".to_owned())));
            message
        } else {
            Value::Object(fields).to_string()
        };
        for (name, value) in &custom.headers {
            let name = name.to_ascii_lowercase();
            headers.retain(|(known, _)| *known != name);
            headers.push((name, value.clone()));
        }
        let kind = kind_of(&custom);
        let receipt = custom.receipt_id.as_deref();
        let receipt = receipt.and_then(|id| state.appstore.receipt(id));
        self.outbox.send(Notification {
            notification_id: message_id.clone(),
            event_type: kind.clone(),
            subscription_id: receipt.map(|receipt| receipt.chain.clone()),
            body: custom.body.unwrap_or(body).into_bytes(),
            headers,
        });
        Ok(SentMessage { message_id, kind })
    }

    /// Returns the message in the envelope.
    fn message(
        &self,
        custom: &CustomMessage,
        configuration: &Configuration,
        now: Timestamp,
    ) -> String {
        if let Some(message) = &custom.message {
            return message.clone();
        }
        if custom.kind != MessageKind::Notification {
            let subscription_arn = self.subscription_arn();
            return envelope::prose(custom.kind, &configuration.topic_arn, &subscription_arn);
        }
        let mut fields = Map::new();
        let mut put = |name: &str, value: Value| fields.insert(name.to_owned(), value);
        put("appPackageName", json!(self.name()));
        put("notificationType", json!(custom.notification_type));
        put("appUserId", json!(custom.user_id));
        put("receiptId", json!(custom.receipt_id));
        put("timestamp", json!(now.as_millisecond()));
        put("betaProductTransaction", json!(false));
        put("relatedReceipts", json!({}));
        fields.retain(|_, value| !value.is_null());
        replace(&mut fields, &custom.fields);
        Value::Object(fields).to_string()
    }
}

/// Returns the `notificationType`; of a confirmation the envelope's type; otherwise `custom`.
fn kind_of(custom: &CustomMessage) -> String {
    match (custom.kind, &custom.notification_type) {
        (MessageKind::Notification, Some(notification_type)) => notification_type.clone(),
        (MessageKind::Notification, None) => "custom".to_owned(),
        (kind, _) => kind.as_str().to_owned(),
    }
}

fn new_message_id() -> String {
    Uuid::new_v4().to_string()
}

/// Replaces fields; `null` removes one.
fn replace(fields: &mut Map<String, Value>, others: &Map<String, Value>) {
    for (name, value) in others {
        if value.is_null() {
            fields.remove(name);
        } else {
            fields.insert(name.clone(), value.clone());
        }
    }
}
