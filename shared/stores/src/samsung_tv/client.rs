//! Look-up: the purchase list of one customer, page by page, and the two calls about one invoice.
//!
//! Samsung answers HTTP 200 also to failures; the result is `CPStatus` in the body.

use std::time::{Duration, Instant};

use domain::{Locator, Timestamp};
use reqwest::Client;
use reqwest::header::{ACCEPT, CONTENT_TYPE};
use serde_json::{Value, json};

use super::meanings::{CodeMeaning, Strictness};
use super::purchase_list::{Entry, Page};
use super::snapshot::{Found, Unclear};
use super::submission::{COUNTRY_CODE, CUSTOMER_ID, SUBSCRIPTION_ID};
use super::wire::{self, Head, Pages, SUCCESS, UnknownForm};
use super::{Config, check_value, others, snapshot};
use crate::fields::shortened;
use crate::{ConnectorContext, LookUpError, LookedUp, http};

const JSON: &str = "application/json;charset=UTF-8";

/// `ItemType` of a request for items of all kinds. In answers the same number means another kind.
const ALL_ITEMS: &str = "2";

/// Largest number of pages that are read; more than one customer's purchases can fill.
const MOST_PAGES: u32 = 50;

/// Looks a purchase up: lists everything that the customer bought and finds the purchase by any of
/// its invoices.
pub(crate) async fn look_up(
    context: &ConnectorContext,
    config: &Config,
    locator: &Locator,
    observed_at: Timestamp,
) -> Result<LookedUp, LookUpError> {
    // There is no call that returns a subscription by its id. Without customer and country, which
    // only the submission names, a purchase can't be refreshed.
    let detail = |name: &str| {
        let known = locator.details.get(name).map(String::as_str);
        known.ok_or_else(|| LookUpError::Rejected(format!("its {name} is not known")))
    };
    let api = ApiClient {
        client: &context.http,
        config,
        customer: detail(CUSTOMER_ID)?,
        country: detail(COUNTRY_CODE)?,
        began: Instant::now(),
    };
    let list = api.list().await?;
    let unclear = |why: Unclear| match why {
        Unclear::NotListed => LookUpError::NotFound,
        Unclear::NoSubscription => LookUpError::Rejected(why.to_string()),
        Unclear::NoProduct | Unclear::Form(_) | Unclear::Unfit(_) => malformed(&why.to_string()),
    };
    let found = snapshot::find(&list, locator).map_err(unclear)?;
    let snapshot = snapshot::of(config, locator, &found, observed_at).map_err(unclear)?;
    // A known `SubscriptionId` comes from an earlier look-up, in which the invoice was confirmed.
    if locator.details.contains_key(SUBSCRIPTION_ID) {
        api.apply(&found).await;
    } else {
        api.second_opinion(locator).await?;
    }
    // The list names all subscriptions of the customer, so one call serves them all.
    let whose = (api.customer, api.country);
    Ok(LookedUp {
        others: others::of(config, &list, &found, whose, observed_at),
        ..snapshot.into()
    })
}

/// Requests of one look-up of one customer, which share its time limit.
struct ApiClient<'a> {
    client: &'a Client,
    config: &'a Config,
    customer: &'a str,
    country: &'a str,
    began: Instant,
}

impl ApiClient<'_> {
    /// Returns everything that the customer bought in this country.
    async fn list(&self) -> Result<Vec<Entry>, LookUpError> {
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

    /// Asks about the single invoice of a purchase that is seen for the first time.
    async fn second_opinion(&self, locator: &Locator) -> Result<(), LookUpError> {
        let strictness = self.config.second_opinion;
        if strictness == Strictness::Off {
            return Ok(());
        }
        let confirmed = self.confirmed(locator).await;
        match confirmed {
            Ok(()) => Ok(()),
            Err(error) if strictness == Strictness::Strict => Err(error),
            Err(error) => {
                tracing::warn!(store = "samsung-tv", %error, "an invoice was not confirmed");
                Ok(())
            }
        }
    }

    async fn confirmed(&self, locator: &Locator) -> Result<(), LookUpError> {
        // The call carries no check value. Whoever knows the ids may make it, so it confirms the
        // list and never replaces it.
        let invoice = locator.key.as_str();
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

    /// Reports delivery to Samsung, if that is configured and not done yet. A failure is tried
    /// again at the next look-up.
    async fn apply(&self, found: &Found<'_>) {
        let due = self.config.auto_apply && !found.invoice.applied && !found.invoice.cancelled;
        if !due {
            return;
        }
        let reported = self.about(&self.config.apply_path, found.invoice_id).await;
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

fn malformed(what: &str) -> LookUpError {
    LookUpError::Malformed(what.to_owned())
}

fn unreadable(form: UnknownForm) -> LookUpError {
    LookUpError::Malformed(form.to_string())
}
