//! JSON web tokens: made for pushes, read from grants.

use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};
use serde_json::{Map, Value, json};

use super::signing_key::{KeyError, SigningKey};

/// A token signed by `key`, which says that its key is `kid`.
pub(super) fn signed(
    key: &SigningKey,
    kid: &str,
    claims: &Map<String, Value>,
) -> Result<String, KeyError> {
    let header = json!({"alg": "RS256", "kid": kid, "typ": "JWT"});
    let content = format!("{}.{}", part(&header), part(claims));
    let signature = URL_SAFE_NO_PAD.encode(key.sign(content.as_bytes())?);
    Ok(format!("{content}.{signature}"))
}

/// A token that says that it is not signed.
pub(super) fn unsigned(claims: &Map<String, Value>) -> String {
    let header = json!({"alg": "none", "typ": "JWT"});
    format!("{}.{}.", part(&header), part(claims))
}

fn part(content: &impl serde::Serialize) -> String {
    URL_SAFE_NO_PAD.encode(serde_json::to_vec(content).unwrap_or_default())
}

/// A token that was received, not verified yet.
pub(super) struct Received<'a> {
    pub(super) header: Value,
    pub(super) claims: Value,
    signed: &'a str,
    signature: Vec<u8>,
}

impl<'a> Received<'a> {
    /// `None` if it is not a token of three parts.
    pub(super) fn parse(token: &'a str) -> Option<Self> {
        let (signed, signature) = token.rsplit_once('.')?;
        let (header, claims) = signed.split_once('.')?;
        let json = |text: &str| serde_json::from_slice(&URL_SAFE_NO_PAD.decode(text).ok()?).ok();
        Some(Self {
            header: json(header)?,
            claims: json(claims)?,
            signed,
            signature: URL_SAFE_NO_PAD.decode(signature).ok()?,
        })
    }

    /// A claim that is a text; empty if it is not.
    pub(super) fn text(&self, claim: &str) -> &str {
        self.claims
            .get(claim)
            .and_then(Value::as_str)
            .unwrap_or_default()
    }

    /// A claim that is a whole number.
    pub(super) fn number(&self, claim: &str) -> Option<i64> {
        self.claims.get(claim).and_then(Value::as_i64)
    }

    pub(super) fn is_signed_by(&self, key: &SigningKey) -> bool {
        let kid = self.header.get("kid").and_then(Value::as_str);
        self.header.get("alg").and_then(Value::as_str) == Some("RS256")
            && kid.is_none_or(|kid| kid == key.id())
            && key.verifies(self.signed.as_bytes(), &self.signature)
    }
}
