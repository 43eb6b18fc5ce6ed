//! The environment variables of a function, and the one AWS configuration that its clients share.

use std::str::FromStr;
use std::time::Duration;

use aws_config::timeout::TimeoutConfig;
use aws_config::{BehaviorVersion, SdkConfig};
use domain::Environment;

use crate::CloudError;

/// The shared AWS configuration: one HTTP client, explicit time-outs, pinned behaviour.
#[derive(Debug, Clone)]
pub struct Aws {
    /// What each client is built from.
    pub config: SdkConfig,
}

impl Aws {
    /// Loads it. Call once, before the first event.
    pub async fn load() -> Self {
        let timeouts = TimeoutConfig::builder()
            .connect_timeout(Duration::from_secs(2))
            .operation_attempt_timeout(Duration::from_secs(5))
            .operation_timeout(Duration::from_secs(12))
            .build();
        let config = aws_config::defaults(BehaviorVersion::v2026_01_12())
            .timeout_config(timeouts)
            .load()
            .await;
        Self { config }
    }
}

/// The value of a variable that must be set.
///
/// # Errors
/// [`CloudError::Environment`] names the variable.
pub fn required(name: &'static str) -> Result<String, CloudError> {
    optional(name).ok_or(CloudError::Environment {
        name,
        rule: "must be set".to_owned(),
    })
}

/// The value of a variable, unless it is unset or empty.
#[must_use]
pub fn optional(name: &str) -> Option<String> {
    std::env::var(name).ok().filter(|value| !value.is_empty())
}

/// The environment that this stack serves, from `STAGE`.
///
/// # Errors
/// [`CloudError::Environment`] if it is neither `sandbox` nor `production`.
pub fn stage() -> Result<Environment, CloudError> {
    let text = required("STAGE")?;
    Environment::from_str(&text).map_err(|rule| CloudError::Environment {
        name: "STAGE",
        rule: rule.to_owned(),
    })
}

/// Whether this is the local stack, where plain HTTP on loopback is allowed.
#[must_use]
pub fn local_stack() -> bool {
    optional("LOCAL_STACK").is_some_and(|value| value == "true")
}
