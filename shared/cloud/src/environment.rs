//! The environment variables of a function, and the one AWS configuration that its clients share.

use std::collections::BTreeMap;
use std::str::FromStr;
use std::time::Duration;

use aws_config::timeout::TimeoutConfig;
use aws_config::{BehaviorVersion, SdkConfig};
use domain::Environment;

use crate::CloudError;

/// What a function is made with: the shared AWS configuration (one HTTP client, explicit time-outs,
/// pinned behaviour) and the variables that name the function's resources.
#[derive(Debug, Clone)]
pub struct Aws {
    /// What each client is built from.
    pub config: SdkConfig,
    variables: Variables,
}

#[derive(Debug, Clone)]
enum Variables {
    OfTheProcess,
    Given(BTreeMap<String, String>),
}

impl Aws {
    /// Loads both from the process's environment. Call once, before the first event.
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
        Self {
            config,
            variables: Variables::OfTheProcess,
        }
    }

    /// Another configuration, with these variables instead of the process's.
    #[must_use]
    pub const fn given(config: SdkConfig, variables: BTreeMap<String, String>) -> Self {
        Self {
            config,
            variables: Variables::Given(variables),
        }
    }

    /// The value of a variable that must be set.
    ///
    /// # Errors
    /// [`CloudError::Environment`] names the variable.
    pub fn required(&self, name: &'static str) -> Result<String, CloudError> {
        self.optional(name).ok_or(CloudError::Environment {
            name,
            rule: "must be set".to_owned(),
        })
    }

    /// The value of a variable, unless it is unset or empty.
    #[must_use]
    pub fn optional(&self, name: &str) -> Option<String> {
        match &self.variables {
            Variables::OfTheProcess => of_the_process(name),
            Variables::Given(given) => given.get(name).cloned(),
        }
        .filter(|value| !value.is_empty())
    }

    /// The environment that this stack serves, from `STAGE`.
    ///
    /// # Errors
    /// [`CloudError::Environment`] if it is neither `sandbox` nor `production`.
    pub fn stage(&self) -> Result<Environment, CloudError> {
        let text = self.required("STAGE")?;
        Environment::from_str(&text).map_err(|rule| CloudError::Environment {
            name: "STAGE",
            rule: rule.to_owned(),
        })
    }

    /// Whether this is the local stack, where plain HTTP on loopback is allowed.
    #[must_use]
    pub fn local_stack(&self) -> bool {
        self.optional("LOCAL_STACK")
            .is_some_and(|value| value == "true")
    }
}

/// The value of a variable of the process, unless it is unset or empty.
pub(crate) fn of_the_process(name: &str) -> Option<String> {
    std::env::var(name).ok().filter(|value| !value.is_empty())
}
