//! Registration of a partner with the store.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use super::{Plan, SignatureForm};
use crate::{
    outbox::{Addressed, Addressing},
    settings::Settings,
    tenant::Registration,
};

/// Registration of a partner, and switches of the simulator itself.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, rename_all = "camelCase", deny_unknown_fields)]
pub struct Configuration {
    /// Key that look-ups must carry.
    pub api_key: String,
    /// Name of the header that carries the key.
    pub api_key_header: String,
    /// Live signing keys.
    pub signing_keys: Vec<String>,
    /// Index of the key that signs, from 0.
    pub sign_with: usize,
    /// Form of the signature.
    pub signature: SignatureForm,
    /// Address of notifications. Without it they are created, but not sent.
    pub notification_url: Option<String>,
    /// `Host` header of notifications, where the address alone does not identify the API.
    pub notification_host: Option<String>,
    /// Maximum number of attempts per notification when it fails or is answered with 429 or 5xx.
    pub delivery_attempts: u32,
    /// App id in notifications.
    pub app_id: String,
    /// Plan catalogue.
    pub plans: Vec<Plan>,
    /// Time to set the clock to. Without it the clock of a new partner shows the real time, and
    /// that of a known one is unchanged.
    pub clock_start: Option<Timestamp>,
    /// Whether the clock moves only on request.
    pub clock_frozen: bool,
}

impl Default for Configuration {
    fn default() -> Self {
        Self {
            api_key: String::new(),
            api_key_header: "x-tyk-key".to_owned(),
            signing_keys: Vec::new(),
            sign_with: 0,
            signature: SignatureForm::default(),
            notification_url: None,
            notification_host: None,
            delivery_attempts: 5,
            app_id: "vizio_partner_demo_app".to_owned(),
            plans: Vec::new(),
            clock_start: None,
            clock_frozen: false,
        }
    }
}

// By hand, so that no key ends up in a log.
impl std::fmt::Debug for Configuration {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter
            .debug_struct("Configuration")
            .field("signing_keys", &self.signing_keys.len())
            .field("sign_with", &self.sign_with)
            .field("signature", &self.signature)
            .field("plans", &self.plans)
            .finish_non_exhaustive()
    }
}

impl Configuration {
    pub(crate) fn plan(&self, plan_code: &str) -> Option<&Plan> {
        self.plans.iter().find(|plan| plan.plan_code == plan_code)
    }

    fn signatures(&self, timestamp: i64, body: &[u8]) -> String {
        let chosen = |index: usize| self.signature.all_keys || index == self.sign_with;
        let keys = self.signing_keys.iter().enumerate();
        let signatures: Vec<String> = keys
            .filter(|(index, _)| chosen(*index))
            .filter_map(|(_, key)| self.signature.sign(key, timestamp, body).ok())
            .collect();
        signatures.join(",")
    }
}

impl Registration for Configuration {
    fn check(&self) -> Result<(), String> {
        if self.api_key.is_empty() {
            return Err("apiKey must not be empty".to_owned());
        }
        if self.signing_keys.get(self.sign_with).is_none() {
            return Err("signWith must be the index of one of the signingKeys".to_owned());
        }
        for key in &self.signing_keys {
            let bytes = self.signature.key_bytes(key);
            bytes.map_err(|error| error.to_string())?;
        }
        if let Some(address) = &self.notification_url {
            url::Url::parse(address).map_err(|error| format!("notificationUrl: {error}"))?;
        }
        for plan in &self.plans {
            plan.check().map_err(|error| error.to_string())?;
        }
        Ok(())
    }

    fn take_clock(&mut self) -> (Option<Timestamp>, bool) {
        (self.clock_start.take(), self.clock_frozen)
    }
}

impl Addressing for Settings<Configuration> {
    fn address(&self, body: &[u8]) -> Option<Addressed> {
        let current = self.get();
        let url = current.notification_url.clone()?;
        let timestamp = Timestamp::now().as_second();
        let mut headers = vec![
            ("content-type".to_owned(), "application/json".to_owned()),
            (
                current.signature.header.clone(),
                current.signatures(timestamp, body),
            ),
        ];
        if let Some(name) = &current.signature.timestamp_header {
            headers.push((name.clone(), timestamp.to_string()));
        }
        if let Some(host) = &current.notification_host {
            headers.push(("host".to_owned(), host.clone()));
        }
        Some(Addressed { url, headers })
    }

    fn attempts(&self) -> u32 {
        self.get().delivery_attempts
    }
}
