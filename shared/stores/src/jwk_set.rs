//! Public keys that a store publishes as a JWK set, and how long they are kept.

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

/// How long keys are kept whose answer doesn't say it.
const KEPT: SignedDuration = SignedDuration::from_hours(1);
const KEPT_AT_MOST: SignedDuration = SignedDuration::from_hours(24);

/// The least time between two questions for a key that isn't there, and after one that failed.
const PAUSE: SignedDuration = SignedDuration::from_mins(1);

/// The longest time for one answer, whatever a configuration allows: a store waits ten seconds for its
/// own, and whatever is proven has to be passed on in what is left.
const LONGEST: Duration = Duration::from_secs(3);

/// More keys than any store publishes.
const MOST_KEYS: usize = 100;

/// The keys of all addresses. Those of one address are asked for one at a time; who needs them
/// meanwhile waits.
#[derive(Debug, Clone, Default)]
pub(crate) struct JwkSets(Slots<KeySet>);

/// Where a set is, and how long its answer may take at most: three seconds, if that is less.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Published<'a> {
    /// The store's name in the log.
    pub(crate) store: &'static str,
    pub(crate) url: &'a str,
    pub(crate) timeout: Duration,
}

#[derive(Debug, Default)]
struct KeySet {
    keys: BTreeMap<String, DecodingKey>,
    fresh_until: Option<Timestamp>,
    /// When a key was last asked for that wasn't there.
    missed_at: Option<Timestamp>,
    /// Set while the last question failed.
    failed: Option<(Instant, LookUpError)>,
}

impl JwkSets {
    /// The RSA key of this id; `None` if there is certainly none.
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

/// How many usable keys a set holds now, asked for anew and not kept.
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

    /// Asks for the keys. What is there stays if they can't be had.
    async fn refresh(&mut self, client: &Client, published: Published<'_>, now: Timestamp) {
        match fetch(client, published).await {
            Ok((keys, kept)) => {
                self.keys = keys;
                self.fresh_until = now.checked_add(kept).ok();
                self.failed = None;
            }
            Err(error) => {
                tracing::warn!(store = published.store, %error, "the keys of notifications are out of reach");
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

/// The keys of a set that can sign by RS256, by their ids.
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

/// A key that can sign by RS256, with its id.
fn public_key(jwk: &Value) -> Option<(String, DecodingKey)> {
    let text = |name: &str| jwk.get(name).and_then(Value::as_str);
    let is_or_absent = |name, expected| text(name).is_none_or(|given| given == expected);
    let verifies = jwk
        .get("key_ops")
        .and_then(Value::as_array)
        .is_none_or(|operations| operations.iter().any(|operation| operation == "verify"));
    let usable = text("kty") == Some("RSA")
        && is_or_absent("use", "sig")
        && is_or_absent("alg", "RS256")
        && verifies;
    let (modulus, exponent) = (number(text("n")?)?, number(text("e")?)?);
    let key = DecodingKey::from_rsa_raw_components(&modulus, &exponent);
    (usable && is_long(&modulus)).then_some((text("kid")?.to_owned(), key))
}

/// A number without leading zero octets: the verifier refuses a key that has them.
fn number(text: &str) -> Option<Vec<u8>> {
    let bytes = URL_SAFE_NO_PAD.decode(text).ok()?;
    Some(bytes.into_iter().skip_while(|byte| *byte == 0).collect())
}

/// 2048 bits at least, as RS256 demands.
fn is_long(modulus: &[u8]) -> bool {
    let first_is_full = modulus
        .first()
        .is_some_and(|byte| byte.leading_zeros() == 0);
    modulus.len() > 256 || (modulus.len() == 256 && first_is_full)
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
