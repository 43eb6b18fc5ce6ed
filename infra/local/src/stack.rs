//! The description of a running local stack, `target/local/stack.json`.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use anyhow::Context as _;
use aws_config::{BehaviorVersion, Region, SdkConfig};
use aws_sdk_dynamodb::config::{Credentials, SharedCredentialsProvider};
use cloud::aws_http;
use serde::{Deserialize, Serialize};

use crate::layout::Layout;

/// Everything that a person, a test or the demo needs to use the stack.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Stack {
    /// Base address of the HTTP API. Send [`Stack::api_host`] as the `Host` header with it.
    pub api_url: String,
    /// The `Host` header that names the API.
    pub api_host: String,
    /// The address of every AWS service.
    pub aws_endpoint: String,
    /// The region.
    pub region: String,
    /// Access key of the account's owner, whom no policy limits.
    pub access_key_id: String,
    /// The secret of that key. The local AWS does not check it.
    pub secret_access_key: String,
    /// The stack, and what the names of its resources begin with.
    pub stack_name: String,
    /// The store simulator.
    pub simulator_url: String,
    /// The sample endpoint of a broadcaster.
    pub endpoint_url: String,
    /// The tables: `broadcasters`, `purchases`, `subscriptions`, `events`.
    pub tables: BTreeMap<String, String>,
    /// The deployed names of the functions, by the names of their folders.
    pub functions: BTreeMap<String, String>,
    /// The addresses of the queues: `verification`, `verificationDeadLetters`, `fanoutDeadLetters`.
    pub queues: BTreeMap<String, String>,
    /// The function that creates broadcasters.
    pub operator_function: String,
    /// What is ready to be used: a broadcaster, its token and its keys.
    #[serde(flatten)]
    pub seeded: Seeded,
    /// The process ids: `localAws`, `simulator`, `endpoint`.
    pub processes: BTreeMap<String, u32>,
    /// The folder of all logs.
    pub logs: PathBuf,
}

/// The broadcaster that a fresh stack holds.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Seeded {
    /// The broadcaster.
    pub broadcaster_id: String,
    /// A live token of it.
    pub publisher_token: String,
    /// The private key, as PEM, that signs customers' tokens: `local-stack jwt <customerId>` uses it.
    pub jwt_private_key_path: PathBuf,
    /// The id of that key in the broadcaster's JWK set.
    pub jwt_key_id: String,
}

impl Stack {
    /// The running stack: the one that `STACK_JSON` names, or this workspace's.
    ///
    /// # Errors
    /// If none is up.
    pub fn load() -> anyhow::Result<Self> {
        let path = match std::env::var_os("STACK_JSON") {
            Some(path) => PathBuf::from(path),
            None => Layout::find()?.stack_json(),
        };
        Self::read(&path).context("no local stack is up; `cargo xtask up` starts one")
    }

    /// # Errors
    /// If the file is missing or not a stack's.
    pub fn read(path: &Path) -> anyhow::Result<Self> {
        let text = std::fs::read_to_string(path)
            .with_context(|| format!("can't read {}", path.display()))?;
        serde_json::from_str(&text).with_context(|| format!("{} is damaged", path.display()))
    }

    /// # Errors
    /// If the file can't be written.
    pub fn write(&self, path: &Path) -> anyhow::Result<()> {
        std::fs::write(path, serde_json::to_string_pretty(self)?)
            .with_context(|| format!("can't write {}", path.display()))
    }

    /// What AWS clients for this stack are built from, with the rights of the account's owner.
    ///
    /// # Errors
    /// If the HTTP client can't be built.
    pub fn aws(&self) -> anyhow::Result<SdkConfig> {
        let http = aws_http::client()?;
        let owner = Credentials::builder()
            .provider_name("local stack")
            .access_key_id(&self.access_key_id)
            .secret_access_key(&self.secret_access_key)
            .build();
        let config = SdkConfig::builder()
            .behavior_version(BehaviorVersion::latest())
            .endpoint_url(&self.aws_endpoint)
            .region(Region::new(self.region.clone()))
            .credentials_provider(SharedCredentialsProvider::new(owner))
            .http_client(http)
            .build();
        Ok(config)
    }
}
