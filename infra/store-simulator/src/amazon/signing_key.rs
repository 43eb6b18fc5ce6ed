//! RSA keys of signatures and certificates.

use std::sync::{Arc, Mutex, PoisonError};

use aws_lc_rs::{
    encoding::{AsDer as _, Pkcs8V1Der},
    rand::SystemRandom,
    rsa::{KeyPair, KeySize},
    signature::RSA_PKCS1_SHA256,
};

use super::rsa_sha1::PrivateNumbers;

/// Why there is no key, no certificate, or no signature.
#[derive(Debug, thiserror::Error)]
#[error("the rsa key or its certificate does not work")]
pub(super) struct KeyError;

/// An RSA key of 2,048 bits, for both versions of signatures.
pub(super) struct SigningKey {
    pair: KeyPair,
    numbers: PrivateNumbers,
    pkcs8: Vec<u8>,
}

impl SigningKey {
    /// A new key. This takes a good part of a second.
    pub(super) fn generate() -> Result<Arc<Self>, KeyError> {
        let pair = KeyPair::generate(KeySize::Rsa2048).map_err(|_| KeyError)?;
        let der: Pkcs8V1Der<'_> = pair.as_der().map_err(|_| KeyError)?;
        let pkcs8 = der.as_ref().to_vec();
        let numbers = PrivateNumbers::read(&pkcs8).ok_or(KeyError)?;
        Ok(Arc::new(Self {
            pair,
            numbers,
            pkcs8,
        }))
    }

    /// PKCS#1 v1.5 over SHA-1: signature version 1.
    pub(super) fn sign_sha1(&self, message: &[u8]) -> Vec<u8> {
        self.numbers.sign(message)
    }

    /// PKCS#1 v1.5 over SHA-256: signature version 2.
    pub(super) fn sign_sha256(&self, message: &[u8]) -> Result<Vec<u8>, KeyError> {
        let mut signature = vec![0; self.pair.public_modulus_len()];
        let random = SystemRandom::new();
        self.pair
            .sign(&RSA_PKCS1_SHA256, &random, message, &mut signature)
            .map_err(|_| KeyError)?;
        Ok(signature)
    }

    /// For certificates.
    pub(super) fn for_certificates(&self) -> Result<rcgen::KeyPair, KeyError> {
        rcgen::KeyPair::try_from(self.pkcs8.as_slice()).map_err(|_| KeyError)
    }
}

/// A key that the whole process shares, made when it is first asked for.
pub(super) struct SharedKey(Mutex<Option<Arc<SigningKey>>>);

/// Of every topic, until its certificate is rotated.
pub(super) static TOPICS_KEY: SharedKey = SharedKey(Mutex::new(None));
/// Of somebody else.
pub(super) static STRANGERS_KEY: SharedKey = SharedKey(Mutex::new(None));

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
