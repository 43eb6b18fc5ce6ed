//! How an app is registered with the store.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use super::{Forgery, model::Product};
use crate::tenant::Registration;

/// An app's registration, and a few switches of the stand-in itself.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, rename_all = "camelCase", deny_unknown_fields)]
pub struct Configuration {
    /// What is for sale.
    pub products: Vec<Product>,
    /// `appAppleId` in production.
    pub app_apple_id: i64,
    /// `iss` of the developer's tokens.
    pub issuer_id: String,
    /// Where notifications are sent; those of the sandbox too, if they have no address.
    pub notification_url: Option<String>,
    /// Where notifications of the sandbox are sent. Without any address nothing is sent.
    pub sandbox_notification_url: Option<String>,
    /// A `Host` header for them, where the address alone does not say which API is meant.
    pub notification_host: Option<String>,
    /// How often a notification of production is tried at most; one of the sandbox is tried once.
    pub delivery_attempts: u32,
    /// How long the second attempt waits, in milliseconds; each further one twice as long.
    pub first_backoff_millis: u64,
    /// The app was released once; before that, production answers 401 to everything.
    pub released: bool,
    /// How long the pages of both histories are.
    pub page_size: usize,
    /// Statuses leave out the subscription that was asked for, where the customer has others.
    pub omit_asked: bool,
    /// The code with which statuses and histories refuse an id that is not known there; 4040005 says
    /// the same.
    pub not_found_code: u64,
    /// How the answers of the API are signed.
    pub api_forgery: Forgery,
    /// Sets the clock. Without it the clock of a new app shows the real time, that of a known one
    /// is left alone.
    pub clock_start: Option<Timestamp>,
    /// The clock moves only when it is told to.
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
