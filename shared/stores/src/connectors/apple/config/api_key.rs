//! API key of a broadcaster's server for the App Store Server API, and the app that it asks about.

use std::fmt;

use aws_lc_rs::digest;
use aws_lc_rs::signature::{ECDSA_P256_SHA256_FIXED_SIGNING, EcdsaKeyPair};
use jsonwebtoken::EncodingKey;

use crate::fields::Fields;
use domain::FieldError;

/// API key. `Debug` shows neither the key nor anything derived from it.
#[derive(Clone)]
pub(in crate::connectors::apple) struct ApiKey {
    pub(in crate::connectors::apple) issuer_id: String,
    pub(in crate::connectors::apple) key_id: String,
    pub(in crate::connectors::apple) bundle_id: String,
    pub(in crate::connectors::apple) key: EncodingKey,
    /// Cache key derived from the private key, so that a configuration without it never hits.
    pub(in crate::connectors::apple) identity: String,
}

impl fmt::Debug for ApiKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ApiKey")
            .field("issuer_id", &self.issuer_id)
            .field("key_id", &self.key_id)
            .field("bundle_id", &self.bundle_id)
            .finish_non_exhaustive()
    }
}

impl ApiKey {
    pub(in crate::connectors::apple) fn parse(fields: &mut Fields<'_>) -> Result<Self, FieldError> {
        let issuer_id = matching(fields, "issuerId", is_uuid, "must be a UUID")?;
        let rule = "must be the key's id: up to 64 letters and digits";
        let key_id = matching(fields, "keyId", is_key_id, rule)?;
        let key = private_key(fields)?;
        let rule = "must be a bundle id, such as com.example.streaming";
        let bundle_id = matching(fields, "bundleId", is_bundle_id, rule)?;
        // Every claim of a token is part of the identity: another bundle id needs another token.
        let mut hash = digest::Context::new(&digest::SHA256);
        let parts = [&issuer_id, &key_id, &bundle_id];
        for part in parts
            .map(String::as_bytes)
            .into_iter()
            .chain([key.as_bytes()])
        {
            hash.update(part);
            hash.update(b"\n");
        }
        Ok(Self {
            issuer_id,
            key_id,
            bundle_id,
            identity: hex::encode(hash.finish()),
            key,
        })
    }
}

fn matching(
    fields: &mut Fields<'_>,
    name: &'static str,
    is_one: fn(&str) -> bool,
    rule: &'static str,
) -> Result<String, FieldError> {
    let text = fields
        .text(name, 0, 255)?
        .ok_or_else(|| FieldError::new(name, "is required"))?;
    if is_one(text) {
        Ok(text.to_owned())
    } else {
        Err(FieldError::new(name, rule))
    }
}

/// Whether a text is a UUID: 32 hexadecimal digits in five groups, in any case.
pub(in crate::connectors::apple) fn is_uuid(text: &str) -> bool {
    let hyphen = |at: usize| matches!(at, 8 | 13 | 18 | 23);
    let fits = |(at, byte): (usize, u8)| match byte {
        b'-' => hyphen(at),
        _ => byte.is_ascii_hexdigit() && !hyphen(at),
    };
    text.len() == 36 && text.bytes().enumerate().all(fits)
}

fn is_key_id(text: &str) -> bool {
    (1..=64).contains(&text.len()) && text.bytes().all(|b| b.is_ascii_alphanumeric())
}

fn is_bundle_id(text: &str) -> bool {
    let plain = |b: u8| b.is_ascii_alphanumeric() || b == b'-' || b == b'.';
    (1..=155).contains(&text.len())
        && text.bytes().all(plain)
        && text.split('.').all(|part| !part.is_empty())
}

fn private_key(fields: &mut Fields<'_>) -> Result<EncodingKey, FieldError> {
    let name = "privateKey";
    let value = fields
        .value(name)
        .ok_or_else(|| FieldError::new(name, "is required"))?;
    value
        .as_str()
        .filter(|pem| pem.len() <= 4096)
        .and_then(|pem| EncodingKey::from_ec_pem(pem.trim().as_bytes()).ok())
        // Loaded by the library that signs: a key of another curve would otherwise show at the
        // first look-up.
        .filter(|key| {
            EcdsaKeyPair::from_pkcs8(&ECDSA_P256_SHA256_FIXED_SIGNING, key.as_bytes()).is_ok()
        })
        .ok_or_else(|| {
            let rule = "must be the .p8 file of an In-App Purchase key: a P-256 key in PEM";
            FieldError::new(name, rule)
        })
}
