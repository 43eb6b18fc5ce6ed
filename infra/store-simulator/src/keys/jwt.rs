//! JSON web tokens: encoding of their parts, and parsing of received tokens.

use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};
use serde::Serialize;
use serde_json::Value;

/// Encodes header and claims as they are signed.
pub(crate) fn content(header: &impl Serialize, claims: &impl Serialize) -> String {
    let part = |json: Vec<u8>| URL_SAFE_NO_PAD.encode(json);
    let header = serde_json::to_vec(header).unwrap_or_default();
    let claims = serde_json::to_vec(claims).unwrap_or_default();
    format!("{}.{}", part(header), part(claims))
}

/// Appends the signature to signed content.
pub(crate) fn signed(content: &str, signature: &[u8]) -> String {
    format!("{content}.{}", URL_SAFE_NO_PAD.encode(signature))
}

/// Received token that is not verified yet.
pub(crate) struct Received {
    header: Value,
    claims: Value,
    signed: String,
    signature: Vec<u8>,
}

impl Received {
    /// Parses a token; `None` unless it has three parts.
    pub(crate) fn parse(token: &str) -> Option<Self> {
        let (signed, signature) = token.rsplit_once('.')?;
        let (header, claims) = signed.split_once('.')?;
        let json = |text: &str| serde_json::from_slice(&URL_SAFE_NO_PAD.decode(text).ok()?).ok();
        Some(Self {
            header: json(header)?,
            claims: json(claims)?,
            signed: signed.to_owned(),
            signature: URL_SAFE_NO_PAD.decode(signature).ok()?,
        })
    }

    /// Returns a member of the header that is a string.
    pub(crate) fn header(&self, name: &str) -> Option<&str> {
        self.header.get(name).and_then(Value::as_str)
    }

    /// Returns a claim that is a string; empty if it is not one.
    pub(crate) fn text(&self, claim: &str) -> &str {
        let claim = self.claims.get(claim);
        claim.and_then(Value::as_str).unwrap_or_default()
    }

    /// Returns a claim that is an integer.
    pub(crate) fn number(&self, claim: &str) -> Option<i64> {
        self.claims.get(claim).and_then(Value::as_i64)
    }

    /// Returns whether `verifies` accepts the signature, given the signed content and the
    /// signature.
    pub(crate) fn is_signed(&self, verifies: impl FnOnce(&[u8], &[u8]) -> bool) -> bool {
        verifies(self.signed.as_bytes(), &self.signature)
    }
}
