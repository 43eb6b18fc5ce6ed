//! RSA keys, made once, and what is signed with them.

use std::sync::LazyLock;

use aws_lc_rs::encoding::{AsDer, Pkcs8V1Der};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use jsonwebtoken::jwk::{AlgorithmParameters, Jwk};
use jsonwebtoken::{Algorithm, EncodingKey, Header};
use serde_json::{Value, json};

use crate::rsa::key_pair;

/// The service account's.
pub static ACCOUNT: LazyLock<Key> = LazyLock::new(|| Key::make("account-key"));
/// That of another service account.
pub static OTHER_ACCOUNT: LazyLock<Key> = LazyLock::new(|| Key::make("other-account-key"));
/// The one that signs push tokens.
pub static PUSH: LazyLock<Key> = LazyLock::new(|| Key::make("push-1"));
/// The one that takes over from it.
pub static NEXT_PUSH: LazyLock<Key> = LazyLock::new(|| Key::make("push-2"));

pub struct Key {
    pub id: String,
    pub pem: String,
    encoding: EncodingKey,
    jwk: Value,
}

impl Key {
    fn make(id: &str) -> Self {
        let pair = key_pair(&format!("android-{id}"));
        let der = AsDer::<Pkcs8V1Der<'_>>::as_der(&pair).unwrap();
        let pem = pem("PRIVATE KEY", der.as_ref());
        let encoding = EncodingKey::from_rsa_pem(pem.as_bytes()).unwrap();
        let jwk = Jwk::from_encoding_key(&encoding, Algorithm::RS256).unwrap();
        let AlgorithmParameters::RSA(parts) = jwk.algorithm else {
            panic!("it is an RSA key");
        };
        let jwk = json!({
            "kid": id, "kty": "RSA", "use": "sig", "alg": "RS256", "n": parts.n, "e": parts.e,
        });
        Self {
            id: id.to_owned(),
            pem,
            encoding,
            jwk,
        }
    }

    /// The public half, as a member of a JWK set.
    pub fn public(&self) -> Value {
        self.jwk.clone()
    }

    pub fn header(&self) -> Header {
        let mut header = Header::new(Algorithm::RS256);
        header.kid = Some(self.id.clone());
        header
    }

    pub fn sign(&self, claims: &Value) -> String {
        self.sign_under(&self.header(), claims)
    }

    pub fn sign_under(&self, header: &Header, claims: &Value) -> String {
        jsonwebtoken::encode(header, claims, &self.encoding).unwrap()
    }
}

pub fn pem(label: &str, der: &[u8]) -> String {
    let text = STANDARD.encode(der);
    let lines: Vec<_> = text
        .as_bytes()
        .chunks(64)
        .map(String::from_utf8_lossy)
        .collect();
    let body = lines.join("\n");
    format!("-----BEGIN {label}-----\n{body}\n-----END {label}-----\n")
}
