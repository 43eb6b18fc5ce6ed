//! Customer JWTs: what an app proves itself with.

use domain::{BroadcasterId, CustomerId};
use jsonwebtoken::jwk::{AlgorithmParameters, EllipticCurve, Jwk, JwkSet};
use jsonwebtoken::{Algorithm, DecodingKey, TokenData, Validation, decode, decode_header};
use serde::{Deserialize, Deserializer};

/// The algorithms that are accepted: asymmetric ones, so that a public key can never sign.
pub const ALGORITHMS: [Algorithm; 4] = [
    Algorithm::RS256,
    Algorithm::ES256,
    Algorithm::PS256,
    Algorithm::EdDSA,
];

/// How far clocks may differ, in seconds.
const SKEW_SECONDS: u64 = 60;

/// The claims that we read. `publisherId` and `customerId` may be numbers or strings.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct CustomerClaims {
    /// The tenant.
    #[serde(deserialize_with = "number_or_text")]
    pub publisher_id: String,
    /// The customer.
    #[serde(deserialize_with = "number_or_text")]
    pub customer_id: String,
}

/// The token proves nothing. Callers learn no more than that.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("the token is not valid")]
pub struct InvalidToken;

/// The broadcaster whom the token names, *before* its signature was checked: good for finding the
/// keys to check it with, and for nothing else.
///
/// # Errors
/// [`InvalidToken`] if it has not the form of a token, or names an algorithm that isn't accepted.
pub fn claimed_broadcaster(token: &str) -> Result<BroadcasterId, InvalidToken> {
    let header = decode_header(token).map_err(|_| InvalidToken)?;
    if !ALGORITHMS.contains(&header.alg) {
        return Err(InvalidToken);
    }
    let data: TokenData<CustomerClaims> =
        jsonwebtoken::dangerous::insecure_decode(token).map_err(|_| InvalidToken)?;
    BroadcasterId::new(data.claims.publisher_id).map_err(|_| InvalidToken)
}

/// Checks a token against the broadcaster's keys: signature, `exp` (required), `nbf`, `publisherId`.
///
/// # Errors
/// [`InvalidToken`] if any of them fails.
pub fn verify(
    token: &str,
    keys: &JwkSet,
    broadcaster: &BroadcasterId,
) -> Result<CustomerId, InvalidToken> {
    let header = decode_header(token).map_err(|_| InvalidToken)?;
    if !ALGORITHMS.contains(&header.alg) {
        return Err(InvalidToken);
    }
    let mut validation = Validation::new(header.alg);
    validation.leeway = SKEW_SECONDS;
    validation.validate_nbf = true;
    validation.validate_aud = false;
    validation.set_required_spec_claims(&["exp"]);
    let candidates = keys.keys.iter().filter(|key| {
        header.kid.is_none() || key.common.key_id.is_none() || key.common.key_id == header.kid
    });
    for key in candidates {
        let Ok(decoding) = DecodingKey::from_jwk(key) else {
            continue;
        };
        if let Ok(data) = decode::<CustomerClaims>(token, &decoding, &validation) {
            if data.claims.publisher_id != broadcaster.as_str() {
                return Err(InvalidToken);
            }
            return CustomerId::new(data.claims.customer_id).map_err(|_| InvalidToken);
        }
    }
    Err(InvalidToken)
}

/// Whether a key is a public, asymmetric one that [`verify`] can use.
#[must_use]
pub fn is_usable(key: &Jwk) -> bool {
    let known = match &key.algorithm {
        AlgorithmParameters::RSA(_) => true,
        AlgorithmParameters::EllipticCurve(key) => key.curve == EllipticCurve::P256,
        AlgorithmParameters::OctetKeyPair(key) => key.curve == EllipticCurve::Ed25519,
        _ => false,
    };
    known && DecodingKey::from_jwk(key).is_ok()
}

fn number_or_text<'de, D: Deserializer<'de>>(deserializer: D) -> Result<String, D::Error> {
    #[derive(Deserialize)]
    #[serde(untagged)]
    enum Either {
        Number(u64),
        Text(String),
    }
    Ok(match Either::deserialize(deserializer)? {
        Either::Number(number) => number.to_string(),
        Either::Text(text) => text,
    })
}
