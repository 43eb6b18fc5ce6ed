//! Push tokens: the OpenID Connect token that comes with each notification, and the keys that sign it.

use std::collections::BTreeMap;
use std::time::{Duration, Instant};

use domain::Timestamp;
use jiff::SignedDuration;
use jsonwebtoken::{Algorithm, DecodingKey, Validation, decode, decode_header};
use reqwest::Client;
use reqwest::header::{CACHE_CONTROL, HeaderMap};
use serde::Deserialize;
use serde_json::Value;

use super::config::{Config, Push};
use super::slots::Slots;
use crate::{LookUpError, NotificationError, http};

const ISSUERS: [&str; 2] = ["https://accounts.google.com", "accounts.google.com"];

/// How far clocks may differ.
const SKEW_SECONDS: i64 = 60;

/// How long keys are kept whose answer doesn't say it.
const KEPT: SignedDuration = SignedDuration::from_hours(1);
const KEPT_AT_MOST: SignedDuration = SignedDuration::from_hours(24);

/// The least time between two questions for a key that isn't there, and after one that failed.
const PAUSE: SignedDuration = SignedDuration::from_mins(1);

/// The keys of all addresses. Those of one address are asked for one at a time; who needs them
/// meanwhile waits.
#[derive(Debug, Clone, Default)]
pub(super) struct PushKeys(Slots<KeySet>);

#[derive(Debug, Default)]
struct KeySet {
    keys: BTreeMap<String, DecodingKey>,
    fresh_until: Option<Timestamp>,
    /// When a key was last asked for that wasn't there.
    missed_at: Option<Timestamp>,
    /// Set while the last question failed.
    failed: Option<(Instant, LookUpError)>,
}

/// What a token says.
#[derive(Deserialize)]
struct Claims {
    iss: String,
    aud: String,
    email: String,
    email_verified: bool,
    exp: i64,
    iat: i64,
}

/// Checks a token: it is by Google, for this address, for the configured sender, and of now.
pub(super) async fn check(
    client: &Client,
    keys: &PushKeys,
    config: &Config,
    push: &Push,
    token: &str,
    now: Timestamp,
) -> Result<(), NotificationError> {
    let header = decode_header(token).map_err(|_| NotificationError::Forged)?;
    let kid = header.kid.filter(|_| header.alg == Algorithm::RS256);
    let kid = kid.ok_or(NotificationError::Forged)?;
    let key = keys.key(client, config, &kid, now).await;
    let key = key
        .map_err(|error| NotificationError::Unproven(error.to_string()))?
        .ok_or(NotificationError::Forged)?;
    let mut signature_only = Validation::new(Algorithm::RS256);
    signature_only.validate_exp = false;
    signature_only.validate_aud = false;
    signature_only.required_spec_claims.clear();
    let claims = decode::<Claims>(token, &key, &signature_only)
        .map_err(|_| NotificationError::Forged)?
        .claims;
    if claims.hold(push, now.as_second()) {
        Ok(())
    } else {
        Err(NotificationError::Forged)
    }
}

impl Claims {
    fn hold(&self, push: &Push, now: i64) -> bool {
        ISSUERS.contains(&self.iss.as_str())
            && self.aud == push.audience
            && self.email == push.service_account
            && self.email_verified
            && self.exp > now.saturating_sub(SKEW_SECONDS)
            && self.iat <= now.saturating_add(SKEW_SECONDS)
    }
}

impl PushKeys {
    /// The key of this id; `None` if there is certainly none.
    async fn key(
        &self,
        client: &Client,
        config: &Config,
        kid: &str,
        now: Timestamp,
    ) -> Result<Option<DecodingKey>, LookUpError> {
        let asked = Instant::now();
        let slot = self.0.of(&config.keys_url);
        let mut set = slot.lock().await;
        if set.is_stale(now) {
            if !set.failed_since(asked) {
                set.refresh(client, config, now).await;
            }
        } else if !set.keys.contains_key(kid) && set.may_ask_again(now) {
            set.missed_at = Some(now);
            set.refresh(client, config, now).await;
        }
        match (set.keys.get(kid), &set.failed) {
            (Some(key), _) => Ok(Some(key.clone())),
            (None, Some((_, error))) => Err(error.clone()),
            (None, None) => Ok(None),
        }
    }
}

impl KeySet {
    fn is_stale(&self, now: Timestamp) -> bool {
        self.fresh_until.is_none_or(|until| now >= until)
    }

    fn failed_since(&self, asked: Instant) -> bool {
        self.failed.as_ref().is_some_and(|(at, _)| *at > asked)
    }

    fn may_ask_again(&self, now: Timestamp) -> bool {
        self.missed_at
            .is_none_or(|at| now.duration_since(at).abs() >= PAUSE)
    }

    /// Asks for the keys. What is there stays if they can't be had.
    async fn refresh(&mut self, client: &Client, config: &Config, now: Timestamp) {
        match fetch(client, &config.keys_url, config.timeout).await {
            Ok((keys, kept)) => {
                self.keys = keys;
                self.fresh_until = now.checked_add(kept).ok();
                self.failed = None;
            }
            Err(error) => {
                tracing::warn!(store = "android", %error, "the keys of push tokens are out of reach");
                if self.is_stale(now) && !self.keys.is_empty() {
                    self.fresh_until = now.checked_add(PAUSE).ok();
                }
                self.failed = Some((Instant::now(), error));
            }
        }
    }
}

/// The keys by their ids, and how long they may be kept.
async fn fetch(
    client: &Client,
    address: &str,
    timeout: Duration,
) -> Result<(BTreeMap<String, DecodingKey>, SignedDuration), LookUpError> {
    let answer = http::exchange(client.get(address).timeout(timeout)).await?;
    if let Some(error) = answer.refusal() {
        return Err(error);
    }
    let json: Value = serde_json::from_slice(&answer.body).unwrap_or_default();
    let listed = json.get("keys").and_then(Value::as_array);
    let keys: BTreeMap<_, _> = listed
        .into_iter()
        .flatten()
        .filter_map(public_key)
        .collect();
    if keys.is_empty() {
        return Err(LookUpError::Malformed("it holds no keys".to_owned()));
    }
    Ok((keys, kept(&answer.headers)))
}

/// A key that can sign push tokens, with its id.
fn public_key(jwk: &Value) -> Option<(String, DecodingKey)> {
    let text = |name: &str| jwk.get(name).and_then(Value::as_str);
    let is_or_absent = |name, expected| text(name).is_none_or(|given| given == expected);
    let usable =
        text("kty") == Some("RSA") && is_or_absent("use", "sig") && is_or_absent("alg", "RS256");
    let key = DecodingKey::from_rsa_components(text("n")?, text("e")?).ok()?;
    usable.then_some((text("kid")?.to_owned(), key))
}

/// How long an answer may be kept, by its `Cache-Control`.
fn kept(headers: &HeaderMap) -> SignedDuration {
    let values = headers.get_all(CACHE_CONTROL).iter();
    let directives: Vec<_> = values
        .filter_map(|value| value.to_str().ok())
        .flat_map(|value| value.split(','))
        .map(|directive| directive.trim().to_ascii_lowercase())
        .collect();
    if directives
        .iter()
        .any(|word| word == "no-store" || word == "no-cache")
    {
        return SignedDuration::ZERO;
    }
    let max_age = directives
        .iter()
        .find_map(|word| word.strip_prefix("max-age="));
    let seconds = max_age.and_then(|text| text.trim_matches('"').parse().ok());
    seconds.map_or(KEPT, |seconds: u32| {
        SignedDuration::from_secs(seconds.into()).min(KEPT_AT_MOST)
    })
}
