//! Service account, as its key file describes it.

use std::fmt;

use aws_lc_rs::digest;
use aws_lc_rs::signature::RsaKeyPair;
use jsonwebtoken::EncodingKey;

use crate::config::base_url;
use crate::fields::{Fields, email, object};
use domain::{ConfigRules, FieldError};

/// Least size of a key in bytes. Google's own have 2,048 bits, and verifiers refuse smaller ones.
const LEAST_KEY_BYTES: usize = 256;

/// Service account. `Debug` shows neither the key nor anything derived from it.
#[derive(Clone)]
pub(in crate::connectors::android) struct ServiceAccount {
    pub(in crate::connectors::android) client_email: String,
    /// Endpoint that grants access tokens.
    pub(in crate::connectors::android) token_uri: String,
    pub(in crate::connectors::android) key_id: Option<String>,
    pub(in crate::connectors::android) key: EncodingKey,
    /// Cache key derived from the private key, so that a configuration without it never hits.
    pub(in crate::connectors::android) identity: String,
}

impl fmt::Debug for ServiceAccount {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ServiceAccount")
            .field("client_email", &self.client_email)
            .field("token_uri", &self.token_uri)
            .finish_non_exhaustive()
    }
}

impl ServiceAccount {
    /// Parses a key file, as a JSON object or as its text. Fields that are not needed are ignored.
    pub(in crate::connectors::android) fn parse(
        fields: &mut Fields<'_>,
        rules: &ConfigRules,
    ) -> Result<Self, FieldError> {
        let name = "serviceAccount";
        let value = fields
            .value(name)
            .ok_or_else(|| FieldError::new(name, "is required"))?;
        let file = object(value, name)?;
        let mut fields = Fields::of(&file, name)?;
        Self::read(&mut fields, rules).map_err(|error| error.within(name))
    }

    fn read(fields: &mut Fields<'_>, rules: &ConfigRules) -> Result<Self, FieldError> {
        if required(fields, "type")? != "service_account" {
            return Err(FieldError::new("type", "must be service_account"));
        }
        let client_email = email(required(fields, "client_email")?)
            .ok_or_else(|| FieldError::new("client_email", "must be an e-mail address"))?;
        let key = private_key(fields)?;
        let token_uri = base_url(required(fields, "token_uri")?, rules)
            .map_err(|rule| FieldError::new("token_uri", rule))?;
        let key_id = fields.text("private_key_id", 1, 255)?;
        // Two broadcasters may name the same account, and only one of them may have its key.
        let mut hash = digest::Context::new(&digest::SHA256);
        for part in [
            client_email.as_bytes(),
            token_uri.as_bytes(),
            key.as_bytes(),
        ] {
            hash.update(part);
            hash.update(b"\n");
        }
        Ok(Self {
            client_email: client_email.to_owned(),
            key_id: key_id.map(str::to_owned),
            identity: hex::encode(hash.finish()),
            token_uri,
            key,
        })
    }
}

fn required<'a>(fields: &mut Fields<'a>, name: &'static str) -> Result<&'a str, FieldError> {
    fields
        .text(name, 1, 1024)?
        .ok_or_else(|| FieldError::new(name, "is required"))
}

fn private_key(fields: &mut Fields<'_>) -> Result<EncodingKey, FieldError> {
    let name = "private_key";
    let value = fields
        .value(name)
        .ok_or_else(|| FieldError::new(name, "is required"))?;
    // Loaded now: a key with a missing line break would otherwise show at the first look-up.
    value
        .as_str()
        .and_then(|pem| EncodingKey::from_rsa_pem(pem.as_bytes()).ok())
        .filter(|key| {
            RsaKeyPair::from_der(key.as_bytes())
                .is_ok_and(|pair| pair.public_modulus_len() >= LEAST_KEY_BYTES)
        })
        .ok_or_else(|| FieldError::new(name, "must be an RSA key of 2048 bits or more in PEM"))
}
