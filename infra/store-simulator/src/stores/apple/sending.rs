//! Signing and sending of notifications.

use jiff::Timestamp;
use serde_json::json;

use super::{
    ActionOutcome, CustomNotification, SentNotification, Signing,
    app::{App, State},
    custom::replace,
    jws,
    model::{ActionError, Environment, Outcome, published_name},
    payload::{Draft, Signed},
    sent::SendRecord,
};
use crate::{keys::KeyError, outbox::Notification, refusal::Refusal, tenant::Tenant as _};

const TEST: &str = "TEST";

impl App {
    /// Moves the clock to the time of the action and sends the notifications, under the lock so
    /// that they leave in the order of the changes.
    pub(super) fn settle(
        &self,
        state: &mut State,
        outcome: Outcome,
    ) -> Result<ActionOutcome, KeyError> {
        self.tenancy().clock.reach(outcome.at);
        let plain = CustomNotification::default();
        let sent = outcome.published.iter().map(|published| {
            let original = published.original_transaction_id.clone();
            self.tell(state, published.into(), &plain, Some(original))
        });
        let notifications = sent.collect::<Result<_, _>>()?;
        Ok(ActionOutcome {
            purchase: outcome.purchase,
            notifications,
            now: self.now(),
        })
    }

    /// Sends a notification that no action causes.
    pub(super) fn send(&self, custom: &CustomNotification) -> Result<SentNotification, Refusal> {
        let mut state = self.lock();
        let now = self.now();
        let named = custom.notification_type.clone();
        let mut draft = Draft {
            notification_type: named.unwrap_or_else(|| TEST.to_owned()),
            subtype: custom.subtype.clone(),
            environment: custom.environment,
            transaction: None,
            renewal: None,
            status: None,
        };
        let mut about = None;
        if let Some(id) = &custom.transaction_id {
            let store = &state.store;
            let found = store.transaction(id);
            let (purchase, transaction) = found.ok_or(ActionError::UnknownPurchase)?;
            draft.environment = purchase.environment;
            draft.transaction = Some(store.transaction_payload(purchase, transaction));
            draft.renewal = store.renewal_payload(purchase, now);
            let status = purchase.state_at(now).status();
            draft.status = draft.renewal.is_some().then_some(status);
            about = Some(purchase.original_transaction_id.clone());
        }
        Ok(self.tell(&mut state, draft, custom, about)?)
    }

    /// Sends the test notification that the developer requests, and returns its UUID.
    pub(super) fn send_test(&self, environment: Environment) -> Result<String, KeyError> {
        let draft = Draft {
            notification_type: TEST.to_owned(),
            subtype: None,
            environment,
            transaction: None,
            renewal: None,
            status: None,
        };
        let mut state = self.lock();
        let custom = CustomNotification::test(environment);
        let sent = self.tell(&mut state, draft, &custom, None)?;
        Ok(sent.notification_uuid)
    }

    /// Returns a transaction as the app would submit it to its server.
    pub(super) fn signed_transaction(
        &self,
        transaction_id: &str,
        signing: &Signing,
    ) -> Result<String, Refusal> {
        let mut state = self.lock();
        let now = self.now();
        let signed_date = state.store.signed_date(now);
        let found = state.store.transaction(transaction_id);
        let (purchase, transaction) = found.ok_or(ActionError::UnknownPurchase)?;
        let mut payload = state.store.transaction_payload(purchase, transaction);
        let given = signing.signed_date.map(Timestamp::as_millisecond);
        let signed_date = json!(given.unwrap_or(signed_date));
        payload.insert("signedDate".to_owned(), signed_date);
        replace(&mut payload, &signing.transaction);
        Ok(jws::sign(&payload, signing.forgery)?)
    }

    fn tell(
        &self,
        state: &mut State,
        draft: Draft,
        custom: &CustomNotification,
        about: Option<String>,
    ) -> Result<SentNotification, KeyError> {
        let now = self.now();
        let signed_date = state.store.signed_date(now);
        let configuration = self.configuration();
        let (notification_type, subtype) = (draft.notification_type.clone(), draft.subtype.clone());
        let kind = published_name(&notification_type, subtype.as_deref());
        let environment = draft.environment;
        let bundle_id = self.bundle_id();
        let signed = draft.sign(bundle_id, &configuration, custom, signed_date)?;
        let Signed { uuid, payload } = signed;
        let written = custom.signed_payload.clone();
        let payload = written.unwrap_or(payload);
        let body = json!({ "signedPayload": payload }).to_string();
        if custom.is_genuine() {
            state.sent.push(SendRecord {
                uuid: uuid.clone(),
                environment,
                notification_type,
                subtype,
                about: about.clone(),
                signed_payload: payload,
                at: now,
                sent_at: Timestamp::now(),
            });
        }
        let out = custom.send_to.unwrap_or(environment);
        self.outbox(out).send(Notification {
            notification_id: uuid.clone(),
            event_type: kind.clone(),
            subscription_id: about,
            body: custom.body.clone().unwrap_or(body).into_bytes(),
            headers: Vec::new(),
        });
        Ok(SentNotification {
            notification_uuid: uuid,
            kind,
        })
    }
}
