//! Names of purchases in logs: a keyed hash of the purchase key (ADR 34).

use aws_lc_rs::hmac;
use aws_sdk_secretsmanager::Client;
use domain::PurchaseKey;
use tokio::sync::OnceCell;

use crate::CloudError;
use crate::environment::Aws;

/// Fingerprint while the secret can't be read.
const UNKNOWN: &str = "unknown";

/// HMAC-SHA-256 under the stack's secret. The keys of some stores are numbers, and a plain hash of
/// one is reversed by hashing all of them.
#[derive(Debug)]
pub struct Fingerprints {
    client: Client,
    secret: String,
    key: OnceCell<hmac::Key>,
}

impl Fingerprints {
    /// Builds fingerprints under the secret that `LOG_FINGERPRINT_SECRET` names. The secret is read
    /// once, with the first fingerprint.
    ///
    /// # Errors
    /// [`CloudError::Environment`] if the variable is missing.
    pub fn from_environment(aws: &Aws) -> Result<Self, CloudError> {
        Ok(Self {
            client: aws.secrets_manager(),
            secret: aws.required("LOG_FINGERPRINT_SECRET")?,
            key: OnceCell::new(),
        })
    }

    /// Returns 12 hexadecimal digits that distinguish purchases of the stack in a log; `unknown`
    /// while the secret can't be read, which must not stop any work.
    pub async fn of(&self, purchase: &PurchaseKey) -> String {
        match self.key.get_or_try_init(|| self.read()).await {
            Ok(key) => {
                let tag = hmac::sign(key, purchase.as_str().as_bytes());
                // Six bytes distinguish the purchases of a log and say nothing about the key.
                hex::encode(tag.as_ref().get(..6).unwrap_or_default())
            }
            Err(error) => {
                tracing::warn!(%error, "the secret of fingerprints can't be read");
                UNKNOWN.to_owned()
            }
        }
    }

    async fn read(&self) -> Result<hmac::Key, CloudError> {
        let answer = self
            .client
            .get_secret_value()
            .secret_id(&self.secret)
            .send()
            .await
            .map_err(|error| CloudError::service("reading the secret of fingerprints", error))?;
        let secret = answer
            .secret_string()
            .filter(|secret| !secret.is_empty())
            .ok_or_else(|| CloudError::Stored {
                what: "the secret of fingerprints",
                reason: "it is empty".to_owned(),
            })?;
        Ok(hmac::Key::new(hmac::HMAC_SHA256, secret.as_bytes()))
    }
}
