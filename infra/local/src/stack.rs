//! Description of a running local stack, `target/local/stack.json`.

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
    /// `Host` header that names the API.
    pub api_host: String,
    /// Address of every AWS service.
    pub aws_endpoint: String,
    /// Region.
    pub region: String,
    /// Access key of the account's owner, whom no policy limits.
    pub access_key_id: String,
    /// Secret of that key. The local AWS does not check it.
    pub secret_access_key: String,
    /// Name of the stack, with which the names of its resources begin.
    pub stack_name: String,
    /// Address of the store simulator.
    pub simulator_url: String,
    /// Address of the sample endpoint of a broadcaster.
    pub endpoint_url: String,
    /// Tables: `broadcasters`, `purchases`, `subscriptions`, `events`.
    pub tables: BTreeMap<String, String>,
    /// Deployed names of the functions, by the names of their folders.
    pub functions: BTreeMap<String, String>,
    /// URLs of the queues: `verification`, `verificationDeadLetters`, `fanoutDeadLetters`.
    pub queues: BTreeMap<String, String>,
    /// Function that creates broadcasters.
    pub operator_function: String,
    /// Seeded broadcaster, its token and its keys.
    #[serde(flatten)]
    pub seeded: Seeded,
    /// Process ids: `localAws`, `simulator`, `endpoint`.
    pub processes: BTreeMap<String, u32>,
    /// Folder of all logs.
    pub logs: PathBuf,
}

/// Broadcaster that a fresh stack contains.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Seeded {
    /// Broadcaster id.
    pub broadcaster_id: String,
    /// Live publisher token.
    pub publisher_token: String,
    /// Path of the private key, as PEM, that signs customers' tokens: `local-stack jwt
    /// <customerId>` uses it.
    pub jwt_private_key_path: PathBuf,
    /// Id of that key in the broadcaster's JWK set.
    pub jwt_key_id: String,
}

impl Stack {
    /// Loads the running stack: the one that `STACK_JSON` names, or this workspace's.
    ///
    /// # Errors
    /// If none is running.
    pub fn load() -> anyhow::Result<Self> {
        let path = match std::env::var_os("STACK_JSON") {
            Some(path) => PathBuf::from(path),
            None => Layout::find()?.stack_json(),
        };
        Self::read(&path).context("no local stack is up; `cargo xtask up` starts one")
    }

    /// Reads a stack's description.
    ///
    /// # Errors
    /// If the file is missing or does not describe a stack.
    pub fn read(path: &Path) -> anyhow::Result<Self> {
        let text = std::fs::read_to_string(path)
            .with_context(|| format!("can't read {}", path.display()))?;
        serde_json::from_str(&text).with_context(|| format!("{} is damaged", path.display()))
    }

    /// Writes the description.
    ///
    /// # Errors
    /// If the file cannot be written.
    pub fn write(&self, path: &Path) -> anyhow::Result<()> {
        std::fs::write(path, serde_json::to_string_pretty(self)?)
            .with_context(|| format!("can't write {}", path.display()))
    }

    /// Returns the configuration of AWS clients for this stack, with the rights of the account's
    /// owner.
    ///
    /// # Errors
    /// If the HTTP client cannot be built.
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
