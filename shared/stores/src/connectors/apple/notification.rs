//! Notifications: Apple's signature first, then app and environment, then the signed parts, which
//! together are a complete state.

pub(in crate::connectors::apple) mod notice;

use aws_lc_rs::digest;
use domain::{Environment, Locator, StoreNotification, Timestamp};
use jiff::SignedDuration;
use serde_json::Value;

use super::Config;
use super::config::environment_name;
use super::signing::jws::{self, Effective};
use super::signing::proof::{self, Unfit};
use super::snapshot::details::Details;
use super::submission::key;
use super::wire::{self, Data, Envelope, Payload, Transaction};
use crate::fields::shortened;
use crate::{Ignored, NotificationError, Received};
use notice::NotificationContent;

/// Longest id that is taken over; a longer one is replaced by the SHA-256 of the signed text.
const LONGEST_ID: usize = 255;

/// Largest age of a notification; Apple tries to deliver it for about six and a half days.
const LONGEST_ON_THE_WAY: SignedDuration = SignedDuration::from_hours(10 * 24);

/// Origin of a notification, which decides when its certificates must be valid.
#[derive(Clone, Copy)]
enum Origin {
    /// Received now.
    Live(Timestamp),
    /// Requested from the history, and perhaps months old.
    History(Timestamp),
}

impl Origin {
    const fn now(self) -> Timestamp {
        match self {
            Self::Live(now) | Self::History(now) => now,
        }
    }

    const fn effective(self) -> Effective {
        match self {
            Self::Live(now) => Effective::At(now),
            Self::History(_) => Effective::WhenSigned,
        }
    }
}

/// Proves the origin of a notification, then parses it.
pub(super) fn read_notification(
    config: &Config,
    body: &[u8],
    now: Timestamp,
) -> Result<Received, NotificationError> {
    let envelope: Envelope = wire::read(body).map_err(|_| NotificationError::Forged)?;
    read(config, &envelope.signed_payload, Origin::Live(now))
}

/// Reads a notification from Apple's history.
pub(super) fn read_listed(
    config: &Config,
    signed_payload: &str,
    now: Timestamp,
) -> Result<Received, NotificationError> {
    read(config, signed_payload, Origin::History(now))
}

fn read(config: &Config, signed: &str, origin: Origin) -> Result<Received, NotificationError> {
    // Nothing is parsed before it is proven: the body alone is anybody's.
    let json = jws::proven(&config.roots, signed, origin.effective());
    let json = json.map_err(|_| NotificationError::Forged)?;
    // Apple signs for all apps: what can't be read is kept only if it is about ours.
    let broken = |what: String| {
        let ours = mentions_us(config, &json);
        let error = NotificationError::Unreadable(what);
        Some(error)
            .filter(|_| ours)
            .unwrap_or(NotificationError::OtherApplication)
    };
    let payload: Payload = wire::read(&json).map_err(|error| broken(error.to_string()))?;
    let signed_at = payload.signed_date.map(|at| at.0);
    let signed_at = signed_at.ok_or_else(|| broken("it has no signedDate".to_owned()))?;
    // An older one was recorded and sent by somebody else.
    if matches!(origin, Origin::Live(now) if now.duration_since(signed_at) > LONGEST_ON_THE_WAY) {
        return Err(NotificationError::Forged);
    }
    let data = match about(&payload) {
        About::Purchase(data) => data,
        About::Else(data, what) => {
            let environment = environment(config, data, what == Ignored::ExternalPurchase)?;
            named_once(names_us(config, data, environment)?)?;
            return Ok(Received::Ignored(what));
        }
        About::Nothing if mentions_us(config, &json) => {
            return Ok(Received::Ignored(Ignored::UnknownKind));
        }
        About::Nothing => return Err(NotificationError::OtherApplication),
    };
    let environment = environment(config, data, false)?;
    let named = names_us(config, data, environment)?;
    let Some(transaction) = data.signed_transaction_info.as_deref() else {
        // App Store Connect's test notification has no transaction.
        let is_test = payload.notification_type.as_deref() == Some("TEST");
        let what = if is_test {
            Ignored::TestNotification
        } else {
            Ignored::NoTransaction
        };
        return named_once(named).map(|()| Received::Ignored(what));
    };
    let transaction = proof::transaction(config, environment, transaction, origin.effective())?;
    named_once(named || transaction.bundle_id.is_some())?;
    let environment =
        environment.or_else(|| config.environment(transaction.environment.as_deref()));
    // The renewal information names no app, so it is verified against the transaction.
    let renewal = match data.signed_renewal_info.as_deref() {
        Some(jws) => Some(proof::renewal(
            config,
            &transaction,
            jws,
            origin.effective(),
        )?),
        None => None,
    };
    // Accepted, so that Apple does not repeat it.
    if transaction.is_shared() && !config.family_sharing {
        return Ok(Received::Ignored(Ignored::FamilySharing));
    }
    let id = payload.notification_uuid.clone();
    let id = id.filter(|id| (1..=LONGEST_ID).contains(&id.len()));
    Ok(Received::About(StoreNotification {
        id: id.unwrap_or_else(|| hex::encode(digest::digest(&digest::SHA256, signed.as_bytes()))),
        kind: kind(&payload),
        locator: locator(&transaction, environment)?,
        sent_at: Some(signed_at),
        notice: NotificationContent {
            config,
            payload: &payload,
            transaction: &transaction,
            renewal: renewal.as_ref(),
            status: data.status,
        }
        .notice(signed_at.min(origin.now())),
        voided: None,
    }))
}

enum About<'a> {
    Purchase(&'a Data),
    Else(&'a Data, Ignored),
    Nothing,
}

fn about(payload: &Payload) -> About<'_> {
    let others = [
        (&payload.summary, Ignored::Summary),
        (&payload.external_purchase_token, Ignored::ExternalPurchase),
        (&payload.app_data, Ignored::AppData),
    ];
    if let Some(data) = &payload.data {
        return About::Purchase(data);
    }
    let given = others
        .into_iter()
        .find_map(|(data, what)| Some(About::Else(data.as_ref()?, what)));
    given.unwrap_or(About::Nothing)
}

/// Returns the environment of a notification, if it is accepted; `None` if it names none.
fn environment(
    config: &Config,
    data: &Data,
    external: bool,
) -> Result<Option<Environment>, NotificationError> {
    let word = match (external, data.external_purchase_id.as_deref()) {
        (false, _) => data.environment.as_deref(),
        (true, Some(id)) if id.starts_with("SANDBOX") => Some("Sandbox"),
        (true, _) => Some("Production"),
    };
    let Some(word) = word else {
        return Ok(None);
    };
    let environment = config.environment(Some(word));
    environment
        .map(Some)
        .ok_or(NotificationError::OtherApplication)
}

/// Whether a notification names the configured app by either of its ids; an error if it names
/// another one. A missing id says nothing.
fn names_us(
    config: &Config,
    data: &Data,
    environment: Option<Environment>,
) -> Result<bool, NotificationError> {
    let bundle_id = data.bundle_id.as_ref();
    let by_bundle = bundle_id.map(|id| *id == config.api_key.bundle_id);
    // Apps have no number in the sandbox.
    let app_apple_id = data
        .app_apple_id
        .filter(|_| environment != Some(Environment::Sandbox));
    let by_number = app_apple_id.map(|id| Some(id) == config.app_apple_id);
    match (by_bundle, by_number) {
        (Some(false), _) | (_, Some(false)) => Err(NotificationError::OtherApplication),
        (by_bundle, by_number) => Ok(by_bundle.or(by_number).is_some()),
    }
}

/// Whether any part of a payload names our app, whatever else is in it.
fn mentions_us(config: &Config, json: &[u8]) -> bool {
    let payload: Value = serde_json::from_slice(json).unwrap_or_default();
    let parts = payload
        .as_object()
        .into_iter()
        .flat_map(|parts| parts.values());
    let named = |part: &Value| {
        let bundle_id = part.get("bundleId").and_then(Value::as_str);
        let app_apple_id = part.get("appAppleId").and_then(Value::as_i64);
        bundle_id == Some(config.api_key.bundle_id.as_str())
            || (app_apple_id.is_some() && app_apple_id == config.app_apple_id)
    };
    parts.into_iter().any(named)
}

/// Refuses a notification that names no app. Apple signs for all apps, so it is not ours.
fn named_once(named: bool) -> Result<(), NotificationError> {
    if named {
        Ok(())
    } else {
        Err(NotificationError::OtherApplication)
    }
}

/// Apple's names of the type and subtype.
fn kind(payload: &Payload) -> String {
    let kind = payload.notification_type.as_deref().unwrap_or("UNKNOWN");
    match payload.subtype.as_deref() {
        None | Some("") => shortened(kind),
        Some(subtype) => shortened(&format!("{kind}/{subtype}")),
    }
}

fn locator(
    transaction: &Transaction,
    environment: Option<Environment>,
) -> Result<Locator, NotificationError> {
    let id = transaction.original_transaction_id.as_deref();
    let id = id.ok_or_else(|| unreadable("it has no originalTransactionId"))?;
    let key = key(id).map_err(|rule| unreadable(&format!("its originalTransactionId {rule}")))?;
    let details = Details {
        original_transaction_id: Some(id.to_owned()),
        environment: environment.map(|environment| environment_name(environment).to_owned()),
        kind: transaction
            .is_subscription()
            .then(|| wire::AUTO_RENEWABLE.to_owned()),
        ..Details::default()
    };
    Ok(Locator {
        key,
        details: details.written(),
    })
}

impl From<Unfit> for NotificationError {
    fn from(unfit: Unfit) -> Self {
        match unfit {
            Unfit::NotProven => Self::Forged,
            Unfit::OfAnother => Self::OtherApplication,
            Unfit::Mixed | Unfit::Unreadable(_) => Self::Unreadable(unfit.to_string()),
        }
    }
}

fn unreadable(what: &str) -> NotificationError {
    NotificationError::Unreadable(what.to_owned())
}
