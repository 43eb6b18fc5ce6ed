//! Pushing of an app's notifications.

use serde_json::{Value, json};

use super::{
    ActionOutcome, CustomPush, SentPush,
    model::{Outcome, Published, PublishedKind},
    package::Package,
    push,
};
use crate::{keys::KeyError, outbox::Notification, tenant::Tenant as _};

impl Package {
    /// Sends a push that no action causes.
    pub(super) fn send(&self, custom: CustomPush) -> Result<SentPush, KeyError> {
        let state = self.lock();
        let at = self.now();
        let (kind, notification) = match custom {
            CustomPush { raw: Some(raw), .. } => ("raw".to_owned(), raw),
            CustomPush {
                voided: Some(voided),
                ..
            } => {
                let notification = json!({"version": "1.0", "packageName": self.name(),
                    "eventTimeMillis": at.as_millisecond().to_string(),
                    "voidedPurchaseNotification": voided});
                ("voided".to_owned(), notification)
            }
            CustomPush {
                test: false,
                notification_type: Some(number),
                ..
            } => {
                let purchase_token = custom.purchase_token.clone();
                let kind = PublishedKind::Subscription {
                    number,
                    purchase_token: purchase_token.unwrap_or_else(|| "".into()),
                };
                self.written(&Published { at, kind })
            }
            _ => self.written(&Published {
                at,
                kind: PublishedKind::Test,
            }),
        };
        let configuration = self.configuration();
        let message_id = custom.message_id.unwrap_or_else(push::new_message_id);
        let envelope = push::envelope(&message_id, at, &notification);
        let body = custom.body.unwrap_or_else(|| envelope.to_string());
        let mut claims = push::claims(&configuration);
        claims.extend(custom.claims);
        claims.retain(|_, value| !value.is_null());
        let authorization = self.push.authorization(custom.sign_with, &claims)?;
        let token = custom.purchase_token.as_deref();
        let about = token.and_then(|token| state.play.purchase(token));
        self.outbox.send(Notification {
            notification_id: message_id.clone(),
            event_type: kind.clone(),
            subscription_id: about.map(|purchase| purchase.first_order_id.clone()),
            body: body.into_bytes(),
            headers: vec![("authorization".to_owned(), authorization)],
        });
        Ok(SentPush { message_id, kind })
    }

    fn written(&self, published: &Published) -> (String, Value) {
        let notification = published.developer_notification(self.name());
        (published.name(), notification)
    }

    /// Moves the clock to the time of the action and pushes the notifications, under the lock so
    /// that they leave in the order of the changes.
    pub(super) fn settle(&self, outcome: Outcome) -> ActionOutcome {
        self.tenancy().clock.reach(outcome.at);
        let first_order_id = outcome.purchase.first_order_id.clone();
        ActionOutcome {
            pushes: self.publish(&outcome.published, &first_order_id),
            purchase: outcome.purchase,
            now: self.now(),
        }
    }

    /// Pushes the notifications about the purchase of this first order.
    pub(super) fn publish(&self, published: &[Published], first_order_id: &str) -> Vec<SentPush> {
        let pushes = published.iter().map(|published| {
            let (kind, notification) = self.written(published);
            let message_id = push::new_message_id();
            let at = published.at;
            let envelope = push::envelope(&message_id, at, &notification);
            self.outbox.send(Notification {
                notification_id: message_id.clone(),
                event_type: kind.clone(),
                subscription_id: Some(first_order_id.to_owned()),
                body: envelope.to_string().into_bytes(),
                headers: Vec::new(),
            });
            SentPush { message_id, kind }
        });
        pushes.collect()
    }
}
