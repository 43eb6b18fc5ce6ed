//! Requests to Samsung: the purchase list of one customer, page by page, and the two calls about
//! one invoice.
//!
//! Samsung answers HTTP 200 also to failures; the result is `CPStatus` in the body.

pub(in crate::connectors::samsung_tv) mod check_value;

use std::time::{Duration, Instant};

use reqwest::Client;
use reqwest::header::{ACCEPT, CONTENT_TYPE};
use serde_json::{Value, json};

use super::Config;
use super::config::meanings::{CodeMeaning, Strictness};
use super::wire::purchase_list::{Entry, Page};
use super::wire::{self, Head, Pages, SUCCESS, UnknownForm};
use crate::fields::shortened;
use crate::{LookUpError, http};

const JSON: &str = "application/json;charset=UTF-8";

/// `ItemType` of a request for items of all kinds. In answers the same number means another kind.
const ALL_ITEMS: &str = "2";

/// Largest number of pages that are read; more than one customer's purchases can fill.
const MOST_PAGES: u32 = 50;

/// Requests of one look-up of one customer, which share its time limit.
pub(super) struct ApiClient<'a> {
    pub(super) client: &'a Client,
    pub(super) config: &'a Config,
    pub(super) customer: &'a str,
    pub(super) country: &'a str,
    pub(super) began: Instant,
}

impl ApiClient<'_> {
    /// Returns everything that the customer bought in this country.
    pub(super) async fn list(&self) -> Result<Vec<Entry>, LookUpError> {
        let mut list = Vec::new();
        for number in 1..=MOST_PAGES {
            let json = self.page(number).await?;
            let head = Head::read(&json).map_err(unreadable)?;
            if head.status != SUCCESS {
                return Err(self.refusal(&head));
            }
            let pages = Pages::of(&head.result)
                .ok_or_else(|| malformed("its result is neither a page nor the end"))?;
            let page = Page::read(&json).map_err(unreadable)?;
            // Before the entries are read: an answer that anybody could have written must not reach
            // them.
            self.check(&head, &page)?;
            if pages != Pages::Nothing {
                let read = page.entries();
                list.extend(read.map_err(unreadable)?);
            }
            if pages != Pages::More {
                return Ok(list);
            }
        }
        // Half a list may lack the invoice that counts, so it is no answer.
        Err(malformed("it has more than 50 pages"))
    }

    async fn page(&self, number: u32) -> Result<Value, LookUpError> {
        let config = self.config;
        let page = number.to_string();
        let parts = [
            &config.app_id,
            self.customer,
            self.country,
            ALL_ITEMS,
            &page,
        ];
        let body = json!({
            "AppID": config.app_id,
            "CustomID": self.customer,
            "CountryCode": self.country,
            "ItemType": ALL_ITEMS,
            "PageNumber": number,
            "CheckValue": check_value::of(&config.security_key, &parts),
        });
        self.post(&config.list_path, &body).await
    }

    /// Checks that whoever answered knows the key.
    fn check(&self, head: &Head, page: &Page<'_>) -> Result<(), LookUpError> {
        let strictness = self.config.response_check_value;
        if strictness == Strictness::Off {
            return Ok(());
        }
        // The order was seen in client code only and is not documented, hence the switch.
        let items = page.item_ids().map_err(unreadable)?;
        let mut parts = vec![head.status.as_str(), &head.result, &page.total];
        parts.extend(items.iter().map(String::as_str));
        let given = page.check_value.as_deref().unwrap_or_default();
        if check_value::holds(&self.config.security_key, &parts, given) {
            return Ok(());
        }
        if strictness == Strictness::Strict {
            return Err(malformed("its check value is wrong"));
        }
        tracing::warn!(
            store = "samsung-tv",
            "the check value of an answer is wrong"
        );
        Ok(())
    }

    /// Asks about a single invoice, as far as the configuration wants that.
    pub(super) async fn second_opinion(&self, invoice: &str) -> Result<(), LookUpError> {
        let strictness = self.config.second_opinion;
        if strictness == Strictness::Off {
            return Ok(());
        }
        let confirmed = self.confirmed(invoice).await;
        match confirmed {
            Ok(()) => Ok(()),
            Err(error) if strictness == Strictness::Strict => Err(error),
            Err(error) => {
                tracing::warn!(store = "samsung-tv", %error, "an invoice was not confirmed");
                Ok(())
            }
        }
    }

    async fn confirmed(&self, invoice: &str) -> Result<(), LookUpError> {
        // The call carries no check value. Whoever knows the ids may make it, so it confirms the
        // list and never replaces it.
        let json = self.about(&self.config.verify_path, invoice).await?;
        // An answer about another invoice, for example from a cache in between, confirms nothing.
        let echoes = |name, expected: &str| {
            wire::text(&json, name).is_ok_and(|text| text.as_deref() == Some(expected))
        };
        if echoes("AppID", &self.config.app_id) && echoes("InvoiceID", invoice) {
            Ok(())
        } else {
            Err(malformed("it is about another invoice"))
        }
    }

    /// Reports delivery to Samsung. A failure is tried again at the next look-up.
    pub(super) async fn apply(&self, invoice: &str) {
        let reported = self.about(&self.config.apply_path, invoice).await;
        if let Err(error) = reported {
            tracing::warn!(store = "samsung-tv", %error, "delivery could not be reported");
        }
    }

    /// Calls one of the endpoints about an invoice and requires success.
    async fn about(&self, path: &str, invoice: &str) -> Result<Value, LookUpError> {
        let body = json!({
            "AppID": self.config.app_id,
            "InvoiceID": invoice,
            "CustomID": self.customer,
            "CountryCode": self.country,
        });
        let json = self.post(path, &body).await?;
        let head = Head::read(&json).map_err(unreadable)?;
        if head.status != SUCCESS {
            return Err(self.refusal(&head));
        }
        if head.result != "SUCCESS" {
            return Err(malformed("its result is not SUCCESS"));
        }
        Ok(json)
    }

    async fn post(&self, path: &str, body: &Value) -> Result<Value, LookUpError> {
        // The remainder of the look-up's time limit: three calls in a row must not take three times
        // as long.
        let left = self.config.timeout.saturating_sub(self.began.elapsed());
        let request = self
            .client
            .post(format!("{}{path}", self.config.api_base_url))
            .timeout(left.max(Duration::from_millis(1)))
            .header(ACCEPT, JSON)
            .header(CONTENT_TYPE, JSON)
            .body(body.to_string());
        let answer = http::ask(request).await.map_err(|error| match error {
            // Samsung reports nothing about a purchase by an HTTP status. So a 404 means that the
            // application or the address is configured wrongly.
            LookUpError::NotFound | LookUpError::Rejected(_) => LookUpError::Unauthorized,
            other => other,
        })?;
        serde_json::from_slice(&answer).map_err(|_| malformed("it is not JSON"))
    }

    /// Maps a `CPStatus` other than success to an error, by the configured meanings.
    fn refusal(&self, head: &Head) -> LookUpError {
        let named = || {
            let (status, result) = (shortened(&head.status), shortened(&head.result));
            format!("CPStatus {status}, {result}")
        };
        match self.config.code(&head.status) {
            CodeMeaning::Retry => LookUpError::Unavailable(named()),
            CodeMeaning::Throttled => LookUpError::Throttled { retry_after: None },
            CodeMeaning::Unauthorized => LookUpError::Unauthorized,
            CodeMeaning::NotFound => LookUpError::NotFound,
            CodeMeaning::Rejected => LookUpError::Rejected(named()),
        }
    }
}

pub(super) fn malformed(what: &str) -> LookUpError {
    LookUpError::Malformed(what.to_owned())
}

fn unreadable(form: UnknownForm) -> LookUpError {
    LookUpError::Malformed(form.to_string())
}
