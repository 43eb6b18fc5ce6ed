//! Key with which a broadcaster signs its customers' tokens.

use std::path::Path;

use anyhow::{Context as _, anyhow};
use aws_lc_rs::signature::{ECDSA_P256_SHA256_FIXED_SIGNING, EcdsaKeyPair, KeyPair as _};
use base64::Engine as _;
use base64::engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD};
use jsonwebtoken::{Algorithm, EncodingKey, Header};
use serde_json::{Value, json};

/// EC P-256 key.
#[derive(Clone)]
pub struct CustomerKey {
    pem: String,
    jwk: Value,
    id: String,
}

impl CustomerKey {
    /// Generates a key.
    ///
    /// # Errors
    /// If the system provides no random bytes.
    pub fn generate() -> anyhow::Result<Self> {
        let pair = EcdsaKeyPair::generate(&ECDSA_P256_SHA256_FIXED_SIGNING)
            .map_err(|_| anyhow!("no key could be made"))?;
        let der = pair
            .to_pkcs8v1()
            .map_err(|_| anyhow!("no key could be made"))?;
        let body = STANDARD.encode(der.as_ref());
        let lines: Vec<&str> = body
            .as_bytes()
            .chunks(64)
            .filter_map(|line| std::str::from_utf8(line).ok())
            .collect();
        let pem = format!(
            "-----BEGIN PRIVATE KEY-----\n{}\n-----END PRIVATE KEY-----\n",
            lines.join("\n")
        );
        // An uncompressed point: 0x04, then x and y of 32 bytes each.
        let point = pair.public_key().as_ref().to_vec();
        let x = point.get(1..33).context("a point has two coordinates")?;
        let y = point.get(33..65).context("a point has two coordinates")?;
        let id = uuid::Uuid::new_v4().to_string();
        let jwk = json!({
            "kty": "EC", "crv": "P-256", "use": "sig", "alg": "ES256", "kid": id,
            "x": URL_SAFE_NO_PAD.encode(x), "y": URL_SAFE_NO_PAD.encode(y),
        });
        Ok(Self { pem, jwk, id })
    }

    /// Reads the private key that [`write`](Self::write) wrote. It can sign, but its public key
    /// cannot be registered again.
    ///
    /// # Errors
    /// If the file cannot be read.
    pub fn read(path: &Path, id: &str) -> anyhow::Result<Self> {
        let pem = std::fs::read_to_string(path)
            .with_context(|| format!("can't read {}", path.display()))?;
        Ok(Self {
            pem,
            jwk: Value::Null,
            id: id.to_owned(),
        })
    }

    /// Returns the key's id.
    #[must_use]
    pub fn id(&self) -> &str {
        &self.id
    }

    /// Returns the set of public keys to register.
    #[must_use]
    pub fn jwks(&self) -> Value {
        json!({"keys": [self.jwk]})
    }

    /// Writes the private key.
    ///
    /// # Errors
    /// If the file cannot be written.
    pub fn write(&self, path: &Path) -> anyhow::Result<()> {
        std::fs::write(path, &self.pem).with_context(|| format!("can't write {}", path.display()))
    }

    /// Returns a token for a customer that is valid for 15 minutes.
    ///
    /// # Errors
    /// If the key cannot sign.
    pub fn token(&self, broadcaster: &str, customer: &str) -> anyhow::Result<String> {
        let exp = jiff::Timestamp::now().as_second() + 900;
        self.sign(&json!({"publisherId": broadcaster, "customerId": customer, "exp": exp}))
    }

    /// Returns a token with any claims.
    ///
    /// # Errors
    /// If the key cannot sign.
    pub fn sign(&self, claims: &Value) -> anyhow::Result<String> {
        let mut header = Header::new(Algorithm::ES256);
        header.kid = Some(self.id.clone());
        let key = EncodingKey::from_ec_pem(self.pem.as_bytes())?;
        Ok(jsonwebtoken::encode(&header, claims, &key)?)
    }
}
