//! RSA keys, made once, and what is signed with them.

use std::sync::LazyLock;

use aws_lc_rs::encoding::{AsDer, Pkcs8V1Der};
use base64::Engine as _;
use base64::engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD};
use jsonwebtoken::jwk::{AlgorithmParameters, Jwk};
use jsonwebtoken::{Algorithm, EncodingKey, Header};
use serde_json::{Value, json};

use crate::rsa::key_pair;

/// The one that signs notifications.
pub static PUSH: LazyLock<Key> = LazyLock::new(|| Key::make("ROKU-PARTNER-SERVICE-2021-04-29"));
/// The one that takes over from it.
pub static NEXT_PUSH: LazyLock<Key> =
    LazyLock::new(|| Key::make("ROKU-PARTNER-SERVICE-2026-11-01"));

pub struct Key {
    pub id: String,
    encoding: EncodingKey,
    jwk: Value,
}

impl Key {
    fn make(id: &str) -> Self {
        let pair = key_pair(&format!("roku-{id}"));
        let der = AsDer::<Pkcs8V1Der<'_>>::as_der(&pair).unwrap();
        let lines: Vec<_> = STANDARD
            .encode(der.as_ref())
            .as_bytes()
            .chunks(64)
            .map(|line| String::from_utf8(line.to_vec()).unwrap())
            .collect();
        let pem = format!(
            "-----BEGIN PRIVATE KEY-----\n{}\n-----END PRIVATE KEY-----\n",
            lines.join("\n")
        );
        let encoding = EncodingKey::from_rsa_pem(pem.as_bytes()).unwrap();
        let jwk = Jwk::from_encoding_key(&encoding, Algorithm::RS256).unwrap();
        let AlgorithmParameters::RSA(parts) = jwk.algorithm else {
            panic!("it is an RSA key");
        };
        let jwk = json!({"kid": id, "kty": "RSA", "alg": "RS256", "n": parts.n, "e": parts.e});
        Self {
            id: id.to_owned(),
            encoding,
            jwk,
        }
    }

    /// The public half, as a member of a JWK set.
    pub fn public(&self) -> Value {
        self.jwk.clone()
    }

    /// The public half with a zero octet before its modulus, as encoders of signed numbers write it.
    pub fn with_sign_octet(&self) -> Value {
        let modulus = URL_SAFE_NO_PAD
            .decode(self.jwk["n"].as_str().unwrap())
            .unwrap();
        let modulus = URL_SAFE_NO_PAD.encode([&[0], modulus.as_slice()].concat());
        crate::json::changed(self.public(), &json!({ "n": modulus }))
    }

    /// The same in forms in which it can't sign notifications: for another use, for another algorithm,
    /// of another kind, too short.
    pub fn unusable(&self) -> Vec<Value> {
        let modulus = URL_SAFE_NO_PAD
            .decode(self.jwk["n"].as_str().unwrap())
            .unwrap();
        let short = URL_SAFE_NO_PAD.encode(&modulus[..128]);
        let short_with_zeros = URL_SAFE_NO_PAD.encode([&[0; 128], &modulus[..128]].concat());
        [
            json!({"use": "enc"}),
            json!({"alg": "RS512"}),
            json!({"alg": "RSA-OAEP"}),
            json!({"key_ops": ["encrypt"]}),
            json!({"kty": "EC"}),
            json!({ "n": short }),
            json!({ "n": short_with_zeros }),
        ]
        .iter()
        .map(|changes| crate::json::changed(self.public(), changes))
        .collect()
    }

    pub fn sign(&self, claims: &Value) -> String {
        self.sign_under(&json!({}), claims)
    }

    /// With these members of the header changed; `null` takes one away.
    pub fn sign_under(&self, changes: &Value, claims: &Value) -> String {
        let header = json!({"typ": "JWT", "alg": "RS256", "kid": self.id});
        let header = crate::json::changed(header, changes);
        let part = |json: &Value| URL_SAFE_NO_PAD.encode(json.to_string());
        let signed = format!("{}.{}", part(&header), part(claims));
        let signature =
            jsonwebtoken::crypto::sign(signed.as_bytes(), &self.encoding, Algorithm::RS256);
        format!("{signed}.{}", signature.unwrap())
    }

    /// By another algorithm, rightly.
    pub fn sign_by(&self, algorithm: Algorithm, claims: &Value) -> String {
        let mut header = Header::new(algorithm);
        header.kid = Some(self.id.clone());
        jsonwebtoken::encode(&header, claims, &self.encoding).unwrap()
    }
}
