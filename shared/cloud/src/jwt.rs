//! Customer JWTs, which authenticate apps.

use domain::{BroadcasterId, CustomerId, IdError, whole_number};
use jiff::SignedDuration;
use jsonwebtoken::jwk::{Jwk, JwkSet, KeyAlgorithm};
use jsonwebtoken::{Algorithm, DecodingKey, Header, TokenData, Validation, decode, decode_header};
use serde::de::Error as _;
use serde::{Deserialize, Deserializer};
use serde_json::{Number, Value};

use crate::{clock, jwk};

/// Accepted algorithms. All are asymmetric: with HMAC, whoever knows the public key could sign.
pub const ALGORITHMS: [Algorithm; 4] = [
    Algorithm::RS256,
    Algorithm::ES256,
    Algorithm::PS256,
    Algorithm::EdDSA,
];

/// Tolerated difference of clocks, in seconds.
const SKEW_SECONDS: u64 = 60;

/// Longest validity of a token. An `exp` in milliseconds is tens of thousands of years away, so
/// such a token would never expire.
const LONGEST_LIFE: SignedDuration = SignedDuration::from_hours(10 * 366 * 24);

/// Claims that are read. `publisherId` and `customerId` may be numbers or strings.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct CustomerClaims {
    /// The tenant.
    #[serde(deserialize_with = "number_or_text")]
    pub publisher_id: String,
    /// The customer.
    #[serde(deserialize_with = "number_or_text")]
    pub customer_id: String,
    /// Expiry in Unix seconds.
    exp: Number,
}

/// Error: the token proves nothing. Callers learn no more than that.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("the token is not valid")]
pub struct InvalidToken;

/// Returns the broadcaster that the token names, *before* its signature is verified. Only for
/// finding the keys that verify it.
///
/// # Errors
/// [`InvalidToken`] if it is no token, or names an algorithm that is not accepted.
pub fn claimed_broadcaster(token: &str) -> Result<BroadcasterId, InvalidToken> {
    accepted_header(token)?;
    let data: TokenData<CustomerClaims> =
        jsonwebtoken::dangerous::insecure_decode(token).map_err(|_| InvalidToken)?;
    BroadcasterId::new(data.claims.publisher_id).map_err(|_| InvalidToken)
}

/// Verifies a token with the broadcaster's keys: signature, `exp` (required, at most ten years
/// away), `nbf`, `publisherId`, and `aud` if the broadcaster has set one.
///
/// # Errors
/// [`InvalidToken`] if any of them fails.
pub fn verify(
    token: &str,
    keys: &JwkSet,
    broadcaster: &BroadcasterId,
    audience: Option<&str>,
) -> Result<CustomerId, InvalidToken> {
    let header = accepted_header(token)?;
    let mut validation = Validation::new(header.alg);
    validation.leeway = SKEW_SECONDS;
    validation.validate_nbf = true;
    validation.validate_aud = audience.is_some();
    validation.set_required_spec_claims(&["exp"]);
    if let Some(audience) = audience {
        validation.set_audience(&[audience]);
        validation.set_required_spec_claims(&["exp", "aud"]);
    }
    // A token may name no key, and two keys may have the same id during a rotation. So each
    // candidate is tried.
    for key in candidates(keys, &header) {
        let Ok(decoding) = DecodingKey::from_jwk(&key) else {
            continue;
        };
        if let Ok(data) = decode::<CustomerClaims>(token, &decoding, &validation) {
            // The broadcaster was found by an unverified claim; the verified one must agree.
            if data.claims.publisher_id != broadcaster.as_str() || !ends_in_time(&data.claims.exp) {
                return Err(InvalidToken);
            }
            return CustomerId::named(data.claims.customer_id).map_err(|_| InvalidToken);
        }
    }
    Err(InvalidToken)
}

/// Parses the header if its algorithm is accepted and it has no critical extension (RFC 7515,
/// 4.1.11), none of which is supported.
fn accepted_header(token: &str) -> Result<Header, InvalidToken> {
    let header = decode_header(token).map_err(|_| InvalidToken)?;
    if ALGORITHMS.contains(&header.alg) && header.crit.is_none() {
        Ok(header)
    } else {
        Err(InvalidToken)
    }
}

/// Returns the keys that may have signed a token with that header, in the verifier's form.
fn candidates<'a>(keys: &'a JwkSet, header: &'a Header) -> impl Iterator<Item = Jwk> + 'a {
    let algorithm = KeyAlgorithm::from(header.alg);
    keys.keys
        .iter()
        .filter(move |key| {
            let common = &key.common;
            let named =
                header.kid.is_none() || common.key_id.is_none() || common.key_id == header.kid;
            named && common.key_algorithm.is_none_or(|alg| alg == algorithm)
        })
        // Earlier versions stored keys without checking them.
        .filter_map(|key| jwk::usable(key).ok())
}

fn ends_in_time(exp: &Number) -> bool {
    let latest = clock::now().checked_add(LONGEST_LIFE);
    latest.is_ok_and(|latest| {
        exp.as_f64()
            .is_some_and(|exp| exp <= latest.as_duration().as_secs_f64())
    })
}

/// Deserialises an id that may be a string or a whole number.
fn number_or_text<'de, D: Deserializer<'de>>(deserializer: D) -> Result<String, D::Error> {
    match Value::deserialize(deserializer)? {
        Value::String(text) => Ok(text),
        other => whole_number(&other).ok_or_else(|| D::Error::custom(IdError::NotWhole)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_number_in_a_token_is_the_id_that_it_is_in_a_body() {
        for written in ["300200100", "300200100.0", "3.002001e8", "\"300200100\""] {
            let json = format!(r#"{{"publisherId":700100200.0,"customerId":{written},"exp":1}}"#);
            let claims: CustomerClaims = serde_json::from_str(&json).unwrap();
            assert_eq!(claims.publisher_id, "700100200");
            assert_eq!(claims.customer_id, "300200100", "{written}");
        }
        for written in ["1.5", "-1", "null", "[]", "1e16"] {
            let json = format!(r#"{{"publisherId":700100200,"customerId":{written},"exp":1}}"#);
            assert!(serde_json::from_str::<CustomerClaims>(&json).is_err());
        }
    }
}
