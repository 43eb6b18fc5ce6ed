//! RSA keys of 2,048 bits.

use std::sync::Arc;

use aws_lc_rs::{
    encoding::{AsDer as _, Pkcs8V1Der, PublicKeyX509Der},
    rand::SystemRandom,
    rsa::KeyPair,
    signature::{
        KeyPair as _, RSA_PKCS1_2048_8192_SHA256, RSA_PKCS1_SHA256, RSA_PKCS1_SHA512,
        RsaSignatureEncoding, UnparsedPublicKey,
    },
};
use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};
use serde_json::{Value, json};

use super::{KeyError, made_before, pem};

/// RSA key of 2,048 bits.
pub(crate) struct RsaKey {
    id: String,
    pair: KeyPair,
}

impl RsaKey {
    /// Returns a key under this `kid` that this process has not used before.
    pub(crate) fn generate(id: String) -> Result<Arc<Self>, KeyError> {
        let pair = made_before::next()?;
        Ok(Arc::new(Self { id, pair }))
    }

    /// Returns the `kid`.
    pub(crate) fn id(&self) -> &str {
        &self.id
    }

    /// Signs with PKCS#1 v1.5 over SHA-256, as `RS256` does.
    pub(crate) fn sign(&self, message: &[u8]) -> Result<Vec<u8>, KeyError> {
        self.sign_by(&RSA_PKCS1_SHA256, message)
    }

    /// Signs with PKCS#1 v1.5 over SHA-512, as `RS512` does.
    pub(crate) fn sign_sha512(&self, message: &[u8]) -> Result<Vec<u8>, KeyError> {
        self.sign_by(&RSA_PKCS1_SHA512, message)
    }

    fn sign_by(
        &self,
        encoding: &'static RsaSignatureEncoding,
        message: &[u8],
    ) -> Result<Vec<u8>, KeyError> {
        let mut signature = vec![0; self.pair.public_modulus_len()];
        let random = SystemRandom::new();
        self.pair.sign(encoding, &random, message, &mut signature)?;
        Ok(signature)
    }

    /// Returns whether this key signed the message with SHA-256.
    pub(crate) fn verifies(&self, message: &[u8], signature: &[u8]) -> bool {
        let key = UnparsedPublicKey::new(&RSA_PKCS1_2048_8192_SHA256, self.pair.public_key());
        key.verify(message, signature).is_ok()
    }

    /// Returns the public key as a member of a JWK set.
    pub(crate) fn jwk(&self) -> Value {
        let public = self.pair.public_key();
        let number = |big_endian: &[u8]| URL_SAFE_NO_PAD.encode(big_endian);
        json!({
            "kid": self.id,
            "kty": "RSA",
            "alg": "RS256",
            "n": number(public.modulus().big_endian_without_leading_zero()),
            "e": number(public.exponent().big_endian_without_leading_zero()),
        })
    }

    /// Returns the private key as PKCS#8 in DER.
    pub(crate) fn pkcs8(&self) -> Result<Vec<u8>, KeyError> {
        let der: Pkcs8V1Der<'_> = self.pair.as_der()?;
        Ok(der.as_ref().to_vec())
    }

    /// Returns the public key in PEM.
    pub(crate) fn public_pem(&self) -> Result<String, KeyError> {
        let der: PublicKeyX509Der<'_> = self.pair.public_key().as_der()?;
        Ok(pem::public_key(der.as_ref()))
    }
}
