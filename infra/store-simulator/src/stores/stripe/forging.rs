//! Events that no action causes, genuine and forged.

use jiff::Timestamp;
use serde_json::{Value, json};
use uuid::Uuid;

use super::{
    CustomEvent, SentEvent, SignWith, account::Account, endpoint::PENDING_WEBHOOKS,
    endpoint::SIGNATURE, sending::body_of,
};
use crate::{outbox::Notification, tenant::Tenant as _};

impl Account {
    /// Sends an event that no action causes.
    pub(super) fn send(&self, custom: CustomEvent) -> SentEvent {
        let made_up = || format!("evt_1{}", Uuid::new_v4().simple());
        let event_id = custom.event_id.clone().unwrap_or_else(made_up);
        let mut body = match &custom.body {
            Some(body) => body.clone().into_bytes(),
            None => body_of(&self.written(&custom, &event_id)),
        };
        let about = custom.object_id.as_deref().and_then(|id| self.purchase(id));
        let right = custom.sign_with == SignWith::Secrets
            && custom.signed_seconds_ago == 0
            && !custom.tampered
            && custom.signature.is_none();
        let headers = if right {
            Vec::new()
        } else {
            let (sign_with, ago) = (&custom.sign_with, custom.signed_seconds_ago);
            let made = || self.endpoint.signature(sign_with, ago, &body);
            let value = custom.signature.clone().or_else(made);
            vec![(SIGNATURE.to_owned(), value)]
        };
        if custom.tampered {
            body.push(b'\n');
        }
        self.outbox.send(Notification {
            notification_id: event_id.clone(),
            event_type: custom.kind.clone(),
            subscription_id: about.map(|purchase| purchase.id),
            body,
            headers,
        });
        SentEvent {
            event_id,
            kind: custom.kind,
        }
    }

    fn written(&self, custom: &CustomEvent, event_id: &str) -> Value {
        if let Some(raw) = &custom.raw {
            return raw.clone();
        }
        let configuration = self.configuration();
        let version = custom.api_version.clone();
        let version = version.unwrap_or_else(|| configuration.api_version.as_str().to_owned());
        let (now, known) = (self.now(), custom.object_id.as_deref());
        let object = custom
            .object
            .clone()
            .or_else(|| self.read(|billing| billing.object(known?, &configuration.api_version)));
        let object = object.unwrap_or_else(|| json!({"id": known}));
        let of_object = || {
            let by_id = known.and_then(|id| self.read(|billing| billing.livemode_of(id)));
            by_id.or_else(|| object.get("livemode")?.as_bool())
        };
        let livemode = custom.livemode.or_else(of_object).unwrap_or(true);
        let created = custom.created.unwrap_or_else(|| now.as_second());
        if custom.thin {
            return thin(&custom.kind, event_id, livemode, created, &object);
        }
        let mut data = json!({"object": object});
        if let (Some(members), Some(previous)) = (data.as_object_mut(), &custom.previous_attributes)
        {
            members.insert("previous_attributes".to_owned(), previous.clone());
        }
        json!({
            "id": event_id,
            "object": "event",
            "api_version": version,
            "created": created,
            "type": custom.kind,
            "livemode": livemode,
            "pending_webhooks": custom.pending_webhooks.unwrap_or(PENDING_WEBHOOKS),
            "request": {"id": null, "idempotency_key": null},
            "data": data,
        })
    }
}

/// Builds an event of the newer kind, which only names its object.
fn thin(kind: &str, event_id: &str, livemode: bool, created: i64, object: &Value) -> Value {
    let text = |name: &str| object.get(name).and_then(Value::as_str);
    let id = text("id").unwrap_or_default();
    let kind_of_object = text("object").unwrap_or("subscription");
    let created = Timestamp::from_second(created).unwrap_or_default();
    json!({
        "id": event_id,
        "object": "v2.core.event",
        "type": kind,
        "livemode": livemode,
        "created": created.to_string(),
        "context": null,
        "reason": null,
        "related_object": {
            "id": id,
            "type": kind_of_object,
            "url": format!("/v1/{kind_of_object}s/{id}"),
        },
    })
}
