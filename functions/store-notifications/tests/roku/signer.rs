//! Messages beside the one in the event, under a key that is made for each test.

use aws_lc_rs::rand::SystemRandom;
use aws_lc_rs::rsa::{KeyPair, KeySize};
use aws_lc_rs::signature::{KeyPair as _, RSA_PKCS1_SHA256};
use base64::Engine as _;
use base64::prelude::BASE64_URL_SAFE_NO_PAD;
use serde_json::{Value, json};

const KID: &str = "ROKU-PARTNER-SERVICE-2026-02-01";

pub struct Signer(KeyPair);

impl Signer {
    pub fn new() -> Self {
        Self(KeyPair::generate(KeySize::Rsa2048).unwrap())
    }

    /// The public half, as a member of a JWK set.
    pub fn public(&self) -> Value {
        // DER: the headers of the sequence and of the first number, its sign, and 2,048 bits of it.
        let modulus = &self.0.public_key().as_ref()[9..265];
        let n = BASE64_URL_SAFE_NO_PAD.encode(modulus);
        json!({"kid": KID, "kty": "RSA", "alg": "RS256", "n": n, "e": "AQAB"})
    }

    /// A notification of this type with this message.
    pub fn sign(&self, kind: &str, message: &str) -> String {
        let part = |json: &Value| BASE64_URL_SAFE_NO_PAD.encode(json.to_string());
        let header = json!({"typ": "JWT", "alg": "RS256", "kid": KID});
        let claims = json!({
            "iss": "Roku, Inc. urn:roku:apps:partner-service.roku.com",
            "nbf": 1_767_225_600, "exp": 4_102_444_800_i64,
            "x-Roku-message": BASE64_URL_SAFE_NO_PAD.encode(message),
            "x-Roku-message-encoding": "base64-utf8", "x-Roku-message-key": "7",
            "x-Roku-message-type": kind,
        });
        let signed = format!("{}.{}", part(&header), part(&claims));
        let mut signature = vec![0; self.0.public_modulus_len()];
        let bytes = signed.as_bytes();
        let random = SystemRandom::new();
        self.0
            .sign(&RSA_PKCS1_SHA256, &random, bytes, &mut signature)
            .unwrap();
        format!("{signed}.{}", BASE64_URL_SAFE_NO_PAD.encode(signature))
    }
}
