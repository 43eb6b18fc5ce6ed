//! Environment variables of a function, and the AWS configuration that its clients share.

use std::collections::BTreeMap;
use std::str::FromStr;
use std::sync::OnceLock;

use aws_config::environment::EnvironmentVariableCredentialsProvider;
use aws_config::timeout::TimeoutConfig;
use aws_config::{BehaviorVersion, Region, SdkConfig};
use aws_sdk_dynamodb::config::SharedCredentialsProvider;
use domain::{ConfigRules, Environment};

use crate::retry::{AWS_ATTEMPT, AWS_CALL};
use crate::{CloudError, aws_http};

/// Environment of a function: the shared AWS configuration (one HTTP client, explicit timeouts,
/// pinned behaviour version) and the variables that name its resources.
#[derive(Debug, Clone)]
pub struct Aws {
    /// Configuration of every client.
    pub config: SdkConfig,
    variables: Variables,
    clients: Clients,
}

/// Clients that several parts of a function use. Building one takes as long as parsing an event, so
/// each is built once, and only if it is needed.
#[derive(Debug, Clone)]
struct Clients {
    dynamodb: OnceLock<aws_sdk_dynamodb::Client>,
    secrets_manager: OnceLock<aws_sdk_secretsmanager::Client>,
    sqs: OnceLock<aws_sdk_sqs::Client>,
}

impl Clients {
    const fn none() -> Self {
        Self {
            dynamodb: OnceLock::new(),
            secrets_manager: OnceLock::new(),
            sqs: OnceLock::new(),
        }
    }
}

#[derive(Debug, Clone)]
enum Variables {
    OfTheProcess,
    Given(BTreeMap<String, String>),
}

impl Aws {
    /// Loads the process's environment. Call once, before the first event.
    ///
    /// # Errors
    /// [`CloudError`] if the HTTP client can't be built.
    pub fn load() -> Result<Self, CloudError> {
        // The SDK has no limit of its own for an operation. Without one, a single call could use up
        // the function's time.
        let timeouts = TimeoutConfig::builder()
            .operation_attempt_timeout(AWS_ATTEMPT)
            .operation_timeout(AWS_CALL)
            .build();
        // Lambda sets region and credentials. The SDK's own search would read files and ask the
        // metadata service before the first event.
        let credentials = EnvironmentVariableCredentialsProvider::new();
        let mut config = SdkConfig::builder()
            .behavior_version(BehaviorVersion::v2026_01_12())
            .region(of_the_process("AWS_REGION").map(Region::new))
            .credentials_provider(SharedCredentialsProvider::new(credentials))
            .http_client(aws_http::client()?)
            .timeout_config(timeouts);
        // Only the local stack sets it.
        config.set_endpoint_url(of_the_process("AWS_ENDPOINT_URL"));
        Ok(Self {
            config: config.build(),
            variables: Variables::OfTheProcess,
            clients: Clients::none(),
        })
    }

    /// Builds an environment with an explicit configuration and variables, for tests.
    #[must_use]
    pub const fn given(config: SdkConfig, variables: BTreeMap<String, String>) -> Self {
        Self {
            config,
            variables: Variables::Given(variables),
            clients: Clients::none(),
        }
    }

    /// Returns the client of DynamoDB.
    #[must_use]
    pub fn dynamodb(&self) -> aws_sdk_dynamodb::Client {
        let client = &self.clients.dynamodb;
        let built = client.get_or_init(|| aws_sdk_dynamodb::Client::new(&self.config));
        built.clone()
    }

    /// Returns the client of Secrets Manager.
    #[must_use]
    pub fn secrets_manager(&self) -> aws_sdk_secretsmanager::Client {
        let client = &self.clients.secrets_manager;
        let built = client.get_or_init(|| aws_sdk_secretsmanager::Client::new(&self.config));
        built.clone()
    }

    /// Returns the client of SQS.
    #[must_use]
    pub fn sqs(&self) -> aws_sdk_sqs::Client {
        let client = &self.clients.sqs;
        let built = client.get_or_init(|| aws_sdk_sqs::Client::new(&self.config));
        built.clone()
    }

    /// Returns the value of a variable that must be set.
    ///
    /// # Errors
    /// [`CloudError::Environment`] names the variable.
    pub fn required(&self, name: &'static str) -> Result<String, CloudError> {
        self.optional(name).ok_or(CloudError::Environment {
            name,
            rule: "must be set".to_owned(),
        })
    }

    /// Returns the value of a variable, unless it is unset or empty.
    #[must_use]
    pub fn optional(&self, name: &str) -> Option<String> {
        match &self.variables {
            Variables::OfTheProcess => of_the_process(name),
            Variables::Given(given) => given.get(name).cloned(),
        }
        // CloudFormation sets a parameter that was left empty as an empty variable.
        .filter(|value| !value.is_empty())
    }

    /// Returns the environment that this stack serves, from `STAGE`.
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

    /// Rules of this stack for store configurations.
    #[must_use]
    pub fn config_rules(&self) -> ConfigRules {
        ConfigRules {
            local_stack: self.local_stack(),
        }
    }
}

/// Returns the value of a variable of the process, unless it is unset or empty.
pub(crate) fn of_the_process(name: &str) -> Option<String> {
    std::env::var(name).ok().filter(|value| !value.is_empty())
}
