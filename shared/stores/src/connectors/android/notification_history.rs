//! Voided purchases, which Google lists for 30 days whether or not a notification announced them.
//! Google keeps no list of other notifications.

use std::collections::BTreeSet;

use aws_lc_rs::digest;
use domain::{PurchaseKey, StoreNotification, Timestamp, VoidedPayment};
use jiff::SignedDuration;
use serde_json::Value;

use super::Config;
use super::client::ApiClient;
use super::client::refusal::Refused;
use super::notification::VOIDED_PURCHASE;
use super::snapshot::details::Details;
use super::wire::voided::{Page, Voided};
use super::wire::{self, UnknownForm};
use crate::{ConnectorContext, LookUpError, Undelivered, lenient};

/// Age of the oldest entries that are requested. Google refuses a start of more than 30 days ago.
const KEPT: SignedDuration = SignedDuration::from_hours(29 * 24);

/// Number of entries per page. The longest ones fit into the largest answer that is read.
const PAGE: &str = "100";

/// Subscriptions too; by default only one-time purchases are listed.
const EVERY_TYPE: &str = "1";

/// Longest page token in bytes.
const LONGEST_PAGE: usize = 4096;

/// Reads one page. A page is named by its application and Google's token, joined by a colon.
///
/// An application that the service account may not ask about is left out, as long as another one is
/// answered: its look-ups raise the alarm, and it must not hold up the others.
pub(super) async fn undelivered(
    context: &ConnectorContext,
    config: &Config,
    since: Timestamp,
    until: Timestamp,
    page: Option<&str>,
) -> Result<Undelivered, LookUpError> {
    let (mut package_name, token) = place(&config.package_names, page)?;
    let Some(window) = Window::of(since, until, Timestamp::now()) else {
        return Ok(Undelivered::default());
    };
    let mut api = ApiClient::begin(context, config, package_name);
    loop {
        let refused = match api.voided(&window.query(token)).await {
            Ok(answer) => return read(config, package_name, &answer),
            Err(refused) => refused,
        };
        if token.is_some() || !refused.about_application() {
            return Err(reason(refused, token));
        }
        tracing::warn!(
            store = "android",
            package_name,
            "the voided purchases of an application are refused"
        );
        package_name = match after(&config.package_names, package_name) {
            Some(next) => next,
            // A page of another application was read before this one.
            None if page.is_some() => return Ok(Undelivered::default()),
            None => return Err(reason(refused, token)),
        };
        api = api.about(package_name);
    }
}

/// Parses the name of a page; without one, returns the first page.
fn place<'a>(
    package_names: &'a BTreeSet<String>,
    page: Option<&'a str>,
) -> Result<(&'a str, Option<&'a str>), LookUpError> {
    let (name, token) = match page {
        None => (package_names.first().map(String::as_str), ""),
        Some(page) => page.split_once(':').map_or((None, ""), |(name, token)| {
            (package_names.get(name).map(String::as_str), token)
        }),
    };
    let name = name.ok_or_else(unknown_page)?;
    Ok((name, Some(token).filter(|token| !token.is_empty())))
}

fn after<'a>(package_names: &'a BTreeSet<String>, package_name: &str) -> Option<&'a str> {
    let mut names = package_names.iter().map(String::as_str);
    names.find(|name| *name > package_name)
}

fn unknown_page() -> LookUpError {
    LookUpError::Rejected("there is no such page".to_owned())
}

/// Maps a refusal of the list, which says nothing about a purchase.
fn reason(refused: Refused, token: Option<&str>) -> LookUpError {
    match refused.error {
        LookUpError::NotFound if token.is_some() => unknown_page(),
        LookUpError::NotFound => {
            LookUpError::Rejected("google does not know the application".to_owned())
        }
        other => other,
    }
}

/// Times between which Google saw a purchase as voided, in milliseconds.
struct Window {
    start: String,
    end: String,
}

impl Window {
    /// Returns the part of a window that Google still lists; `None` if there is none.
    fn of(since: Timestamp, until: Timestamp, now: Timestamp) -> Option<Self> {
        // Counted from now and not from the end of the window, which may have waited for long.
        let start = since.max(now.checked_sub(KEPT).unwrap_or(since));
        (start < until).then(|| Self {
            start: start.as_millisecond().to_string(),
            end: until.as_millisecond().to_string(),
        })
    }

    /// Builds the query. Refunds of some of several of a product are not requested
    /// (`includeQuantityBasedPartialRefund`), because they end nothing.
    fn query<'a>(&'a self, token: Option<&'a str>) -> Vec<(&'static str, &'a str)> {
        let mut query = vec![
            ("startTime", self.start.as_str()),
            ("endTime", self.end.as_str()),
            ("type", EVERY_TYPE),
            ("maxResults", PAGE),
        ];
        query.extend(token.map(|token| ("token", token)));
        query
    }
}

fn read(config: &Config, package_name: &str, answer: &Value) -> Result<Undelivered, LookUpError> {
    let malformed = |error: UnknownForm| LookUpError::Malformed(error.to_string());
    let page: Page = wire::read(answer).map_err(malformed)?;
    let next = match page.next() {
        Some(token) if token.len() > LONGEST_PAGE => {
            let what = "its list goes on, and the next page has no usable name";
            return Err(LookUpError::Malformed(what.to_owned()));
        }
        Some(token) => Some(format!("{package_name}:{token}")),
        None => after(&config.package_names, package_name).map(|next| format!("{next}:")),
    };
    let entries = page.voided_purchases.iter();
    let notifications = entries
        .filter_map(|entry| match told(package_name, entry) {
            Ok(notification) => Some(notification),
            // One unreadable entry must not stop the reading of the list.
            Err(error) => {
                tracing::warn!(store = "android", %error, "a voided purchase is skipped");
                None
            }
        })
        .collect();
    Ok(Undelivered {
        notifications,
        next,
    })
}

/// Converts an entry to what its `voidedPurchaseNotification` says.
///
/// The entry does not say whether it is about a subscription. The details of a known purchase do,
/// and a look-up of another one finds out.
fn told(package_name: &str, entry: &Value) -> Result<StoreNotification, String> {
    let voided: Voided = wire::read(entry).map_err(|error| error.to_string())?;
    let at = lenient::instant(&voided.voided_time_millis).ok().flatten();
    // A voided payment is compared with the periods after it, so it needs a date.
    let at = at.ok_or("its voidedTimeMillis is no time")?;
    let order_id = voided.order_id.filter(|id| !id.is_empty());
    let id = id(&voided.purchase_token, order_id.as_deref(), at);
    let key = PurchaseKey::new(voided.purchase_token)
        .map_err(|error| format!("its purchaseToken {error}"))?;
    Ok(StoreNotification {
        id,
        kind: VOIDED_PURCHASE.to_owned(),
        locator: Details::new(&key, package_name).locator(key),
        sent_at: Some(at),
        notice: None,
        voided: Some(VoidedPayment { order_id, at }),
    })
}

/// Derives an id that is the same whenever the entry is read. A purchase may be listed several
/// times, once for each order.
fn id(purchase_token: &str, order_id: Option<&str>, at: Timestamp) -> String {
    let part = order_id.map_or_else(|| at.to_string(), str::to_owned);
    let named = format!("{purchase_token}\n{part}");
    hex::encode(digest::digest(&digest::SHA256, named.as_bytes()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn google_is_not_asked_for_more_than_it_lists() {
        let at = |text: &str| text.parse::<Timestamp>().unwrap();
        let now = at("2026-11-30T00:00:00Z");
        let asked = |since, until| {
            let window = Window::of(at(since), at(until), now)?;
            let [start, end] = [window.start, window.end].map(|text| {
                let at = Timestamp::from_millisecond(text.parse().unwrap());
                at.unwrap().to_string()
            });
            Some((start, end))
        };
        let window = |start: &str, end: &str| Some((start.to_owned(), end.to_owned()));
        let (recently, end) = ("2026-11-29T00:00:00Z", "2026-11-29T01:00:00.25Z");
        assert_eq!(asked(recently, end), window(recently, end));
        let (earliest, long_ago) = ("2026-11-01T00:00:00Z", "2025-01-01T00:00:00Z");
        assert_eq!(asked(long_ago, end), window(earliest, end));
        assert_eq!(asked(long_ago, earliest), None);
    }
}
