//! Store credentials in Secrets Manager: one secret per broadcaster and store.

use aws_sdk_secretsmanager::Client;
use domain::{BroadcasterId, Store};
use serde_json::Value;

use crate::CloudError;
use crate::environment::Aws;

/// Client of all broadcasters' store credentials.
#[derive(Debug)]
pub struct StoreSecrets {
    client: Client,
    prefix: String,
}

impl StoreSecrets {
    /// Builds a client for the secrets whose names begin with `SECRET_PREFIX`.
    ///
    /// # Errors
    /// [`CloudError::Environment`] if a variable is missing.
    pub fn from_environment(aws: &Aws) -> Result<Self, CloudError> {
        Ok(Self {
            client: aws.secrets_manager(),
            prefix: aws.required("SECRET_PREFIX")?,
        })
    }

    /// Returns the text of a secret, or `None` if there is none.
    ///
    /// # Errors
    /// [`CloudError`] if Secrets Manager can't be reached.
    pub async fn read(
        &self,
        broadcaster: &BroadcasterId,
        store: Store,
    ) -> Result<Option<String>, CloudError> {
        let answer = self
            .client
            .get_secret_value()
            .secret_id(self.name(broadcaster, store))
            .send()
            .await;
        match answer {
            // A secret without text is a mistake. Read as an empty text it is reported as
            // unreadable, and not as a store that is not configured.
            Ok(answer) => Ok(Some(answer.secret_string.unwrap_or_default())),
            Err(error)
                if error
                    .as_service_error()
                    .is_some_and(|e| e.is_resource_not_found_exception()) =>
            {
                Ok(None)
            }
            Err(error) => Err(CloudError::service("reading credentials", error)),
        }
    }

    /// Stores a configuration as the JSON that was received.
    ///
    /// # Errors
    /// [`CloudError`] if Secrets Manager refused.
    pub async fn put(
        &self,
        broadcaster: &BroadcasterId,
        store: Store,
        config: &Value,
    ) -> Result<(), CloudError> {
        let name = self.name(broadcaster, store);
        // Changed first, because creating a secret whose name exists would fail.
        let put = self
            .client
            .put_secret_value()
            .secret_id(&name)
            .secret_string(config.to_string())
            .send()
            .await;
        let Err(error) = put else {
            return Ok(());
        };
        let missing = error
            .as_service_error()
            .is_some_and(|e| e.is_resource_not_found_exception());
        if !missing {
            return Err(CloudError::service("storing credentials", error));
        }
        self.client
            .create_secret()
            .name(name)
            .secret_string(config.to_string())
            .send()
            .await
            .map_err(|error| CloudError::service("storing credentials", error))?;
        Ok(())
    }

    /// Deletes a configuration at once and returns whether there was one.
    ///
    /// # Errors
    /// [`CloudError`] if Secrets Manager refused.
    pub async fn delete(
        &self,
        broadcaster: &BroadcasterId,
        store: Store,
    ) -> Result<bool, CloudError> {
        let deleted = self
            .client
            .delete_secret()
            .secret_id(self.name(broadcaster, store))
            // A secret that waits for its deletion would block its name for at least seven days.
            .force_delete_without_recovery(true)
            .send()
            .await;
        match deleted {
            Ok(_) => Ok(true),
            Err(error)
                if error
                    .as_service_error()
                    .is_some_and(|e| e.is_resource_not_found_exception()) =>
            {
                Ok(false)
            }
            Err(error) => Err(CloudError::service("deleting credentials", error)),
        }
    }

    fn name(&self, broadcaster: &BroadcasterId, store: Store) -> String {
        format!("{}{broadcaster}/{store}", self.prefix)
    }
}
