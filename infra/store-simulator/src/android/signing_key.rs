//! RSA keys: of the service accounts, and of the push tokens.

use std::sync::{Arc, Mutex, PoisonError};

use aws_lc_rs::{
    encoding::{AsDer as _, Pkcs8V1Der},
    rand::SystemRandom,
    rsa::{KeyPair, KeySize},
    signature::{KeyPair as _, RSA_PKCS1_2048_8192_SHA256, RSA_PKCS1_SHA256, UnparsedPublicKey},
};
use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};
use serde_json::{Value, json};
use uuid::Uuid;

use crate::pem;

/// Why there is no key, or no signature of one.
#[derive(Debug, thiserror::Error)]
#[error("the rsa key does not work")]
pub(super) struct KeyError;

/// An RSA key of 2,048 bits that signs with SHA-256.
pub(super) struct SigningKey {
    id: String,
    pair: KeyPair,
}

impl SigningKey {
    /// A new key. This takes a good part of a second.
    pub(super) fn generate() -> Result<Arc<Self>, KeyError> {
        let pair = KeyPair::generate(KeySize::Rsa2048).map_err(|_| KeyError)?;
        let id = Uuid::new_v4().simple().to_string();
        Ok(Arc::new(Self { id, pair }))
    }

    /// Its `kid`.
    pub(super) fn id(&self) -> &str {
        &self.id
    }

    pub(super) fn sign(&self, message: &[u8]) -> Result<Vec<u8>, KeyError> {
        let mut signature = vec![0; self.pair.public_modulus_len()];
        let random = SystemRandom::new();
        self.pair
            .sign(&RSA_PKCS1_SHA256, &random, message, &mut signature)
            .map_err(|_| KeyError)?;
        Ok(signature)
    }

    pub(super) fn verifies(&self, message: &[u8], signature: &[u8]) -> bool {
        let key = UnparsedPublicKey::new(&RSA_PKCS1_2048_8192_SHA256, self.pair.public_key());
        key.verify(message, signature).is_ok()
    }

    /// The public key as a member of a JWK set.
    pub(super) fn jwk(&self) -> Value {
        let public = self.pair.public_key();
        let number = |big_endian: &[u8]| URL_SAFE_NO_PAD.encode(big_endian);
        json!({
            "kid": self.id,
            "kty": "RSA",
            "alg": "RS256",
            "use": "sig",
            "n": number(public.modulus().big_endian_without_leading_zero()),
            "e": number(public.exponent().big_endian_without_leading_zero()),
        })
    }

    /// The private key as PKCS#8 in PEM.
    pub(super) fn private_pem(&self) -> Result<String, KeyError> {
        let der: Pkcs8V1Der<'_> = self.pair.as_der().map_err(|_| KeyError)?;
        Ok(pem::private_key(der.as_ref()))
    }
}

/// A key that the whole process shares, made when it is first asked for.
pub(super) struct SharedKey(Mutex<Option<Arc<SigningKey>>>);

/// Of every service account.
pub(super) static ACCOUNT_KEY: SharedKey = SharedKey(Mutex::new(None));
/// Of nobody: it is published nowhere.
pub(super) static UNKNOWN_KEY: SharedKey = SharedKey(Mutex::new(None));

impl SharedKey {
    pub(super) fn get(&self) -> Result<Arc<SigningKey>, KeyError> {
        let mut slot = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(key) = &*slot {
            return Ok(Arc::clone(key));
        }
        let key = SigningKey::generate()?;
        *slot = Some(Arc::clone(&key));
        Ok(key)
    }
}
