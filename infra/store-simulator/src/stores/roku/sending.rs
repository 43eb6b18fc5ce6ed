//! Sending of notifications: those of actions, custom ones, and replays.

use jiff::Timestamp;
use serde_json::{Map, Value, json};
use uuid::Uuid;

use super::{
    ActionOutcome, CustomPush, Replay, SentPush, SignWith, Stream,
    account::{Account, State},
    jws::Draft,
    model::{Outcome, TransactionType},
    sent::Sent,
};
use crate::{keys::KeyError, outbox::Notification, tenant::Tenant as _};

const PURCHASES: &str = "roku.rpay.push";
const DAY: u64 = 86_400;

/// Reason why a replay is refused.
#[derive(Debug, thiserror::Error)]
pub(super) enum ReplayError {
    #[error("a replay is of at most 14 days, and of the last 90")]
    Window,
    #[error(transparent)]
    Key(#[from] KeyError),
}

impl Account {
    /// Moves the clock to the time of the action and sends the notifications, under the lock so
    /// that they leave in the order of the changes.
    pub(super) fn settle(&self, state: &mut State, outcome: Outcome) -> ActionOutcome {
        self.tenancy().clock.reach(outcome.at);
        let now = self.now();
        let mut pushes = Vec::new();
        for published in outcome.published {
            let sent = Sent {
                at: published.at,
                message_key: new_key(),
                kind: published.kind,
                line: published.line,
                message: published.message.to_string(),
            };
            if self.send(&sent).is_ok() {
                pushes.push(sent.push());
            }
            state.history.push(sent);
        }
        ActionOutcome {
            purchase: outcome.purchase,
            pushes,
            now,
        }
    }

    /// Sends to the production address, and to the test address if there is one.
    fn send(&self, sent: &Sent) -> Result<(), KeyError> {
        let configuration = self.configuration();
        let alphabet = configuration.message_alphabet;
        let (message, key) = (&sent.message, &sent.message_key);
        let draft = || Draft::of(message, key, PURCHASES, alphabet);
        let body = draft().compact(&*self.keys.current()?)?;
        self.outbox.send(sent.notification(body));
        if configuration.test_notification_url.is_some() {
            let body = draft().compact(&*self.test_keys.current()?)?;
            self.test_outbox.send(sent.notification(body));
        }
        Ok(())
    }

    /// Sends earlier notifications again, with new signatures.
    pub(super) fn replay(&self, replay: &Replay) -> Result<Vec<SentPush>, ReplayError> {
        let state = self.lock();
        let now = self.now();
        let to = replay.to.unwrap_or(now);
        let from = replay.from.unwrap_or_else(|| earlier(to, 14));
        if from < earlier(to, 14) || from < earlier(now, 90) || to < from {
            return Err(ReplayError::Window);
        }
        let only = replay.transaction_id.as_deref();
        let line = only.and_then(|id| state.pay.purchase(id));
        let line = line.map(|purchase| purchase.line.as_str());
        let wanted = state.history.iter().filter(|sent| {
            from <= sent.at && sent.at <= to && (only.is_none() || Some(sent.line.as_str()) == line)
        });
        let mut wanted: Vec<Sent> = wanted.cloned().collect();
        wanted.sort_by_key(|sent| sent.at);
        if replay.newest_first {
            wanted.reverse();
        }
        for sent in &mut wanted {
            if replay.new_keys {
                sent.message_key = new_key();
            }
            self.send(sent)?;
        }
        Ok(wanted.iter().map(Sent::push).collect())
    }

    /// Sends a notification that no action causes.
    pub(super) fn send_custom(
        &self,
        custom: CustomPush,
        forged_jwks_url: &str,
    ) -> Result<SentPush, KeyError> {
        let state = self.lock();
        let id = custom.transaction_id.as_deref();
        let line = id.and_then(|id| state.pay.purchase(id));
        let line = line.map(|purchase| purchase.line.clone());
        let (kind, message) = content(&custom, &state, self.now());
        let message_key = custom.message_key.unwrap_or_else(new_key);
        let test = custom.stream == Stream::Test || custom.sign_with == SignWith::TestKey;
        let keys = if test { &self.test_keys } else { &self.keys };
        let alphabet = custom.alphabet;
        let alphabet = alphabet.unwrap_or(self.configuration().message_alphabet);
        let message_type = custom.message_type.as_deref().unwrap_or(PURCHASES);
        let draft = Draft {
            claims: custom.claims,
            header: custom.header,
            sign_with: custom.sign_with,
            damage: custom.damage,
            forged_jwks_url,
            ..Draft::of(&message, &message_key, message_type, alphabet)
        };
        let body = match custom.body {
            Some(body) => body,
            None => draft.compact(&*keys.current()?)?,
        };
        let outbox = match custom.stream {
            Stream::Production => &self.outbox,
            Stream::Test => &self.test_outbox,
        };
        outbox.send(Notification {
            notification_id: message_key.clone(),
            event_type: kind.clone(),
            subscription_id: line,
            body: body.into_bytes(),
            headers: Vec::new(),
        });
        Ok(SentPush { message_key, kind })
    }
}

/// Returns the kind of a custom notification, and its message.
fn content(custom: &CustomPush, state: &State, now: Timestamp) -> (String, String) {
    if custom.body.is_some() {
        return ("body".to_owned(), String::new());
    }
    if let Some(text) = &custom.text {
        let kind = custom.message_type.as_deref().unwrap_or("text");
        return (kind.to_owned(), text.clone());
    }
    let (kind, mut message) = match &custom.raw {
        Some(raw) => ("raw", raw.clone()),
        None => told(custom, state, now),
    };
    if let Some(members) = message.as_object_mut() {
        members.extend(custom.fields.clone());
        members.retain(|name, value| !value.is_null() || !custom.fields.contains_key(name));
    }
    (kind.to_owned(), message.to_string())
}

/// Returns the message that a transaction would have; for unknown kinds and ids, a message with the
/// members that are known.
fn told<'a>(custom: &'a CustomPush, state: &State, now: Timestamp) -> (&'a str, Value) {
    let kind = custom.transaction_type.as_deref().unwrap_or("Sale");
    let id = custom.transaction_id.as_deref().unwrap_or_default();
    let mut known = TransactionType::ALL.into_iter();
    let known = known.find(|known| known.as_str() == kind);
    let like = known.unwrap_or(TransactionType::Cancellation);
    let mut members = match state.pay.message(id, like, now) {
        Some(published) => published.message.as_object().cloned().unwrap_or_default(),
        None => unheard_of(id, now),
    };
    members.insert("transactionType".to_owned(), json!(kind));
    (kind, Value::Object(members))
}

fn unheard_of(id: &str, now: Timestamp) -> Map<String, Value> {
    let message = json!({
        "customerId": Uuid::new_v4().simple().to_string(),
        "transactionId": id,
        "originalTransactionId": id,
        "channelId": "999999",
        "productCode": "unheard-of",
        "eventDate": now.to_string(),
        "isFreeTrial": false,
        "responseKey": id,
    });
    message.as_object().cloned().unwrap_or_default()
}

fn new_key() -> String {
    Uuid::new_v4().to_string()
}

fn earlier(at: Timestamp, days: u64) -> Timestamp {
    let span = std::time::Duration::from_secs(days.saturating_mul(DAY));
    at.checked_sub(span).unwrap_or(Timestamp::MIN)
}
