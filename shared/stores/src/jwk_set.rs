//! Public keys that a store publishes as a JWK set, and their cache.

use std::collections::BTreeMap;
use std::time::{Duration, Instant};

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use domain::Timestamp;
use jiff::SignedDuration;
use jsonwebtoken::DecodingKey;
use reqwest::Client;
use reqwest::header::{CACHE_CONTROL, HeaderMap};
use serde_json::Value;

use crate::slots::Slots;
use crate::{LookUpError, http};

/// Time for which keys are cached whose answer does not say it.
const KEPT: SignedDuration = SignedDuration::from_hours(1);
const KEPT_AT_MOST: SignedDuration = SignedDuration::from_hours(24);

/// Least time between two requests for a missing key, and after a failed one.
const PAUSE: SignedDuration = SignedDuration::from_mins(1);

/// Longest time limit of a request, whatever the configuration allows: a store waits ten seconds
/// for its answer, and the notification has to be queued within the rest.
const LONGEST: Duration = Duration::from_secs(3);

/// Largest number of keys in a set that are read.
const MOST_KEYS: usize = 100;

/// Key sets of all URLs. Each set is requested once at a time; other callers wait.
#[derive(Debug, Clone, Default)]
pub(crate) struct JwkSets(Slots<KeySet>);

/// URL of a set, and the time limit of its request (at most [`LONGEST`]).
#[derive(Debug, Clone, Copy)]
pub(crate) struct Published<'a> {
    /// Name of the store in logs.
    pub(crate) store: &'static str,
    pub(crate) url: &'a str,
    pub(crate) timeout: Duration,
}

#[derive(Debug, Default)]
struct KeySet {
    keys: BTreeMap<String, DecodingKey>,
    fresh_until: Option<Timestamp>,
    /// Time at which a missing key last caused a request.
    missed_at: Option<Timestamp>,
    /// Set while the last request has failed.
    failed: Option<(Instant, LookUpError)>,
}

impl JwkSets {
    /// Returns the RSA key with this id; `None` if there is certainly none.
    pub(crate) async fn key(
        &self,
        client: &Client,
        published: Published<'_>,
        kid: &str,
        now: Timestamp,
    ) -> Result<Option<DecodingKey>, LookUpError> {
        let asked = Instant::now();
        let slot = self.0.of(published.url);
        let mut set = slot.lock().await;
        if set.is_stale(now) {
            if !set.failed_since(asked) {
                set.refresh(client, published, now).await;
            }
        // Keys are rotated at any time, so an unknown id causes a request; but anybody can send
        // unknown ids, so at most one a minute.
        } else if !set.keys.contains_key(kid) && set.may_ask_again(now) {
            set.missed_at = Some(now);
            set.refresh(client, published, now).await;
        }
        match (set.keys.get(kid), &set.failed) {
            (Some(key), _) => Ok(Some(key.clone())),
            (None, Some((_, error))) => Err(error.clone()),
            (None, None) => Ok(None),
        }
    }
}

/// Requests a set and returns its number of usable keys, without caching.
pub(crate) async fn count(client: &Client, published: Published<'_>) -> Result<usize, LookUpError> {
    fetch(client, published).await.map(|(keys, _)| keys.len())
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

    /// Requests the keys. The cached ones stay if that fails.
    async fn refresh(&mut self, client: &Client, published: Published<'_>, now: Timestamp) {
        match fetch(client, published).await {
            Ok((keys, kept)) => {
                self.keys = keys;
                self.fresh_until = now.checked_add(kept).ok();
                self.failed = None;
            }
            Err(error) => {
                tracing::warn!(store = published.store, %error, "the keys of notifications could not be fetched");
                // The old keys go on for a minute, so that an outage of the store's key server does
                // not stop its notifications.
                if self.is_stale(now) && !self.keys.is_empty() {
                    self.fresh_until = now.checked_add(PAUSE).ok();
                }
                self.failed = Some((Instant::now(), error));
            }
        }
    }
}

/// Returns the keys by their ids, and how long they may be cached.
async fn fetch(
    client: &Client,
    published: Published<'_>,
) -> Result<(BTreeMap<String, DecodingKey>, SignedDuration), LookUpError> {
    let timeout = published.timeout.min(LONGEST);
    let request = client.get(published.url).timeout(timeout);
    let answer = http::exchange(request).await?;
    if let Some(error) = answer.refusal() {
        return Err(error);
    }
    let keys = keys(&answer.body);
    if keys.is_empty() {
        return Err(LookUpError::Malformed("it holds no keys".to_owned()));
    }
    Ok((keys, kept(&answer.headers)))
}

/// Returns the keys of a set that can verify RS256, by their ids.
pub(crate) fn keys(body: &[u8]) -> BTreeMap<String, DecodingKey> {
    let json: Value = serde_json::from_slice(body).unwrap_or_default();
    let listed = json.get("keys").and_then(Value::as_array);
    listed
        .into_iter()
        .flatten()
        .take(MOST_KEYS)
        .filter_map(public_key)
        .collect()
}

/// Returns a key that can verify RS256, with its id.
fn public_key(jwk: &Value) -> Option<(String, DecodingKey)> {
    let text = |name: &str| jwk.get(name).and_then(Value::as_str);
    let is_or_absent = |name, expected| text(name).is_none_or(|given| given == expected);
    let verifies = jwk
        .get("key_ops")
        .and_then(Value::as_array)
        .is_none_or(|operations| operations.iter().any(|operation| operation == "verify"));
    // A set may contain keys for encryption or of other algorithms.
    let usable = text("kty") == Some("RSA")
        && is_or_absent("use", "sig")
        && is_or_absent("alg", "RS256")
        && verifies;
    let (modulus, exponent) = (number(text("n")?)?, number(text("e")?)?);
    let key = DecodingKey::from_rsa_raw_components(&modulus, &exponent);
    (usable && is_long(&modulus)).then_some((text("kid")?.to_owned(), key))
}

/// Decodes an integer without leading zero octets, with which the verifier refuses a key.
fn number(text: &str) -> Option<Vec<u8>> {
    let bytes = URL_SAFE_NO_PAD.decode(text).ok()?;
    Some(bytes.into_iter().skip_while(|byte| *byte == 0).collect())
}

/// Whether a modulus has at least 2,048 bits, as RS256 requires.
fn is_long(modulus: &[u8]) -> bool {
    let first_is_full = modulus
        .first()
        .is_some_and(|byte| byte.leading_zeros() == 0);
    modulus.len() > 256 || (modulus.len() == 256 && first_is_full)
}

/// Returns how long an answer may be cached, by its `Cache-Control`.
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
