//! How logs name a purchase: by a keyed hash of its key.

use aws_lc_rs::hmac;
use aws_sdk_secretsmanager::Client;
use domain::PurchaseKey;
use tokio::sync::OnceCell;

use crate::CloudError;
use crate::environment::Aws;

/// Stands for a purchase while the secret can't be read.
const UNKNOWN: &str = "unknown";

/// HMAC-SHA-256 under the stack's secret. Keys of some stores are numbers: a bare hash of one is undone
/// by hashing all of them.
#[derive(Debug)]
pub struct Fingerprints {
    client: Client,
    secret: String,
    key: OnceCell<hmac::Key>,
}

impl Fingerprints {
    /// Fingerprints under the secret that `LOG_FINGERPRINT_SECRET` names. It is read once, with the first
    /// fingerprint.
    ///
    /// # Errors
    /// [`CloudError::Environment`] if the variable is missing.
    pub fn from_environment(aws: &Aws) -> Result<Self, CloudError> {
        Ok(Self {
            client: Client::new(&aws.config),
            secret: aws.required("LOG_FINGERPRINT_SECRET")?,
            key: OnceCell::new(),
        })
    }

    /// Twelve hexadecimal digits that tell two purchases of the stack apart in a log; `unknown` while the
    /// secret can't be read, which must stop no work.
    pub async fn of(&self, purchase: &PurchaseKey) -> String {
        match self.key.get_or_try_init(|| self.read()).await {
            Ok(key) => {
                let tag = hmac::sign(key, purchase.as_str().as_bytes());
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
