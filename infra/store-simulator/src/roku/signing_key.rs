//! The RSA keys that sign notifications.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use aws_lc_rs::{
    encoding::{AsDer as _, PublicKeyX509Der},
    rand::SystemRandom,
    rsa::{KeyPair, KeySize},
    signature::{KeyPair as _, RSA_PKCS1_SHA256, RSA_PKCS1_SHA512, RsaSignatureEncoding},
};
use base64::{
    Engine as _,
    engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD},
};
use jiff::Timestamp;
use serde_json::{Value, json};
use uuid::Uuid;

/// Why there is no key, or no signature of one.
#[derive(Debug, thiserror::Error)]
#[error("the rsa key does not work")]
pub(super) struct KeyError;

/// An RSA key of 2,048 bits.
pub(super) struct SigningKey {
    id: String,
    pair: KeyPair,
}

impl SigningKey {
    /// A new key, its id made of `prefix`, today and something unique. This takes a good part of a
    /// second.
    fn generate(prefix: &str) -> Result<Arc<Self>, KeyError> {
        let pair = KeyPair::generate(KeySize::Rsa2048).map_err(|_| KeyError)?;
        let unique = Uuid::new_v4().simple().to_string();
        let (unique, _) = unique.split_at(8);
        let today = Timestamp::now().strftime("%Y-%m-%d").to_string();
        let id = format!("{prefix}-{today}-{unique}");
        Ok(Arc::new(Self { id, pair }))
    }

    /// Its `kid`.
    pub(super) fn id(&self) -> &str {
        &self.id
    }

    /// With SHA-256, as `RS256` does.
    pub(super) fn sign(&self, message: &[u8]) -> Result<Vec<u8>, KeyError> {
        self.sign_by(&RSA_PKCS1_SHA256, message)
    }

    /// With SHA-512, as `RS512` does.
    pub(super) fn sign_sha512(&self, message: &[u8]) -> Result<Vec<u8>, KeyError> {
        self.sign_by(&RSA_PKCS1_SHA512, message)
    }

    fn sign_by(
        &self,
        encoding: &'static RsaSignatureEncoding,
        message: &[u8],
    ) -> Result<Vec<u8>, KeyError> {
        let mut signature = vec![0; self.pair.public_modulus_len()];
        let random = SystemRandom::new();
        self.pair
            .sign(encoding, &random, message, &mut signature)
            .map_err(|_| KeyError)?;
        Ok(signature)
    }

    /// The public key as a member of a JWK set.
    pub(super) fn jwk(&self) -> Value {
        let public = self.pair.public_key();
        let number = |big_endian: &[u8]| URL_SAFE_NO_PAD.encode(big_endian);
        json!({
            "kty": "RSA",
            "n": number(public.modulus().big_endian_without_leading_zero()),
            "e": number(public.exponent().big_endian_without_leading_zero()),
            "alg": "RS256",
            "kid": self.id,
        })
    }

    /// The public key in PEM.
    pub(super) fn public_pem(&self) -> Result<String, KeyError> {
        let der: PublicKeyX509Der<'_> = self.pair.public_key().as_der().map_err(|_| KeyError)?;
        let text = STANDARD.encode(der.as_ref());
        let lines: Vec<_> = text
            .as_bytes()
            .chunks(64)
            .map(String::from_utf8_lossy)
            .collect();
        let body = lines.join("\n");
        Ok(format!(
            "-----BEGIN PUBLIC KEY-----\n{body}\n-----END PUBLIC KEY-----\n"
        ))
    }
}

/// Published keys, of which the last one signs. The first is made when it is first asked for.
pub(super) struct KeyRing {
    prefix: &'static str,
    keys: Mutex<Vec<Arc<SigningKey>>>,
}

/// A forger's; it is in no published set.
pub(super) static FORGERS: KeyRing = KeyRing::new("ROKU-PARTNER-SERVICE");

impl KeyRing {
    pub(super) const fn new(prefix: &'static str) -> Self {
        Self {
            prefix,
            keys: Mutex::new(Vec::new()),
        }
    }

    /// The key that signs.
    pub(super) fn current(&self) -> Result<Arc<SigningKey>, KeyError> {
        let mut keys = self.lock();
        if let Some(key) = keys.last() {
            return Ok(Arc::clone(key));
        }
        let key = SigningKey::generate(self.prefix)?;
        keys.push(Arc::clone(&key));
        Ok(key)
    }

    /// Signs with a new key from now on. Gives its id.
    pub(super) fn rotate(&self, keep_old: bool) -> Result<String, KeyError> {
        let key = SigningKey::generate(self.prefix)?;
        let id = key.id().to_owned();
        let mut keys = self.lock();
        if !keep_old {
            keys.clear();
        }
        keys.push(key);
        Ok(id)
    }

    /// The published keys.
    pub(super) fn jwks(&self) -> Vec<Value> {
        self.lock().iter().map(|key| key.jwk()).collect()
    }

    fn lock(&self) -> MutexGuard<'_, Vec<Arc<SigningKey>>> {
        self.keys.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
