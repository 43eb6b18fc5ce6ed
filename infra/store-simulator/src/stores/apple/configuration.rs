//! Registration of an app with the store.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use super::{Forgery, model::Product};
use crate::tenant::Registration;

/// Registration of an app, and switches of the simulator itself.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, rename_all = "camelCase", deny_unknown_fields)]
pub struct Configuration {
    /// Products for sale.
    pub products: Vec<Product>,
    /// `appAppleId` in production.
    pub app_apple_id: i64,
    /// `iss` of the developer's tokens.
    pub issuer_id: String,
    /// Address of notifications, including those of the sandbox if it has no address of its own.
    pub notification_url: Option<String>,
    /// Address of the sandbox's notifications. Without any address nothing is sent.
    pub sandbox_notification_url: Option<String>,
    /// `Host` header of notifications, where the address alone does not identify the API.
    pub notification_host: Option<String>,
    /// Maximum number of attempts per notification in production; in the sandbox there is one.
    pub delivery_attempts: u32,
    /// Delay before the second attempt, in milliseconds; it doubles with each further attempt.
    pub first_backoff_millis: u64,
    /// Whether the app was ever released; before that, production answers 401 to everything.
    pub released: bool,
    /// Page size of both histories.
    pub page_size: usize,
    /// Whether statuses omit the requested subscription, where the customer has others.
    pub omit_asked: bool,
    /// Code with which statuses and histories refuse an unknown id; 4040005 has the same meaning.
    pub not_found_code: u64,
    /// Forgery of the signatures in the API's responses.
    pub api_forgery: Forgery,
    /// Time to set the clock to. Without it the clock of a new app shows the real time, and that of
    /// a known one is unchanged.
    pub clock_start: Option<Timestamp>,
    /// Whether the clock moves only on request.
    pub clock_frozen: bool,
}

impl Default for Configuration {
    fn default() -> Self {
        Self {
            products: Vec::new(),
            app_apple_id: 1_234_567_890,
            issuer_id: "57246542-96fe-1a63-e053-0824d011072a".to_owned(),
            notification_url: None,
            sandbox_notification_url: None,
            notification_host: None,
            delivery_attempts: 6,
            first_backoff_millis: 100,
            released: true,
            page_size: 20,
            omit_asked: false,
            not_found_code: 4_040_010,
            api_forgery: Forgery::Genuine,
            clock_start: None,
            clock_frozen: false,
        }
    }
}

impl Registration for Configuration {
    fn check(&self) -> Result<(), String> {
        for address in [&self.notification_url, &self.sandbox_notification_url] {
            let Some(address) = address else { continue };
            url::Url::parse(address).map_err(|error| format!("notification url: {error}"))?;
        }
        if self.page_size == 0 {
            return Err("pageSize: at least 1".to_owned());
        }
        for product in &self.products {
            product.check().map_err(|error| error.to_string())?;
        }
        Ok(())
    }

    fn take_clock(&mut self) -> (Option<Timestamp>, bool) {
        (self.clock_start.take(), self.clock_frozen)
    }
}
