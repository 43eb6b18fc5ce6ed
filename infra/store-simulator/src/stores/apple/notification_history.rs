//! Notification history, and results of test notifications.

use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};
use jiff::{SignedDuration, Timestamp};
use serde::Deserialize;
use serde_json::{Value, json};

use super::{
    app::{App, State},
    apple_error::{AppleError, NO_ADDRESS, NO_TEST, WRONG_TRANSACTION_ID},
    model::Environment,
    outlet::{address, is_success},
    sent::SendRecord,
};
use crate::{
    delivery::{Attempt, DeliveryRecord, Outcome},
    tenant::Tenant as _,
};

/// Minimum duration, in milliseconds, from which an unanswered attempt counts as timed out.
const TIMED_OUT: u64 = 10_000;
const DAY_HOURS: i64 = 24;

/// Request body of the history; the times are in milliseconds.
#[derive(Default, Deserialize)]
#[serde(default, rename_all = "camelCase")]
struct Wanted {
    start_date: Option<i64>,
    end_date: Option<i64>,
    notification_type: Option<String>,
    notification_subtype: Option<String>,
    transaction_id: Option<String>,
    only_failures: bool,
}

impl Wanted {
    fn range(
        &self,
        environment: Environment,
        now: Timestamp,
    ) -> Result<(Timestamp, Timestamp), AppleError> {
        let time = |millis: Option<i64>, code| {
            let time = millis.and_then(|millis| Timestamp::from_millisecond(millis).ok());
            time.ok_or(AppleError::new(code))
        };
        let start = time(self.start_date, 4_000_015)?;
        let end = time(self.end_date, 4_000_016)?;
        if end < start {
            return Err(AppleError::new(4_000_013));
        }
        let days = match environment {
            Environment::Production => 180,
            Environment::Sandbox => 30,
        };
        let earliest = now.checked_sub(SignedDuration::from_hours(days * DAY_HOURS));
        if earliest.is_ok_and(|earliest| start < earliest) {
            return Err(AppleError::new(4_000_012));
        }
        Ok((start, end))
    }

    fn fits(&self, record: &SendRecord, of_customer: Option<&[String]>) -> bool {
        let kind = self.notification_type.as_ref();
        let about = record.about.as_ref();
        kind.is_none_or(|kind| *kind == record.notification_type)
            && (kind.is_none() || self.notification_subtype == record.subtype)
            && of_customer.is_none_or(|ids| about.is_some_and(|about| ids.contains(about)))
    }
}

impl App {
    /// Answers `POST v1/notifications/history`.
    pub(super) fn notification_history(
        &self,
        environment: Environment,
        token: Option<&str>,
        body: &[u8],
    ) -> Result<Value, AppleError> {
        let wanted: Wanted =
            serde_json::from_slice(body).map_err(|_| AppleError::new(4_000_000))?;
        if wanted.transaction_id.is_some() && wanted.notification_type.is_some() {
            return Err(AppleError::new(4_000_019));
        }
        let deliveries = self.deliveries();
        let state = self.lock();
        let (start, end) = wanted.range(environment, self.now())?;
        let of_customer = wanted.transaction_id.as_deref();
        let of_customer = of_customer.map(|id| customers_purchases(&state, environment, id));
        let of_customer = of_customer.transpose()?;
        let lists = |record: &&SendRecord| {
            record.environment == environment
                && (start..=end).contains(&record.at)
                && wanted.fits(record, of_customer.as_deref())
        };
        let sent = state.sent.iter().filter(lists);
        let entries = sent.filter_map(|record| {
            let copies = copies(&deliveries, record);
            let entry = entry(record, &copies)?;
            (!wanted.only_failures || !arrived(&copies)).then_some(entry)
        });
        let entries: Vec<Value> = entries.collect();
        let begin = token.map_or(Ok(0), |token| read_token(token, body))?;
        let size = self.configuration().page_size;
        let next = begin.saturating_add(size);
        let has_more = next < entries.len();
        let page: Vec<_> = entries.into_iter().skip(begin).take(size).collect();
        let mut answer = json!({"notificationHistory": page, "hasMore": has_more});
        if let Some(fields) = answer.as_object_mut().filter(|_| has_more) {
            let token = write_token(next, body);
            fields.insert("paginationToken".to_owned(), json!(token));
        }
        Ok(answer)
    }

    /// Answers `POST v1/notifications/test`.
    pub(super) fn request_test(&self, environment: Environment) -> Result<Value, AppleError> {
        address(&self.configuration(), environment).ok_or(NO_ADDRESS)?;
        let sent = self.send_test(environment);
        let uuid = sent.map_err(|_| super::apple_error::INTERNAL)?;
        let now = self.now().as_millisecond();
        Ok(json!({"testNotificationToken": format!("{uuid}_{now}")}))
    }

    /// Answers `GET v1/notifications/test/{testNotificationToken}`.
    pub(super) fn test_status(
        &self,
        environment: Environment,
        token: &str,
    ) -> Result<Value, AppleError> {
        let (uuid, _) = token.split_once('_').ok_or(AppleError::new(4_000_020))?;
        let deliveries = self.deliveries();
        let state = self.lock();
        let mut sent = state.sent.iter();
        let record = sent.find(|record| record.uuid == uuid && record.environment == environment);
        let record = record.ok_or(NO_TEST)?;
        let copies = copies(&deliveries, record);
        let tried = copies.iter().any(|copy| !copy.attempts.is_empty());
        let entry = entry(record, &copies).filter(|_| tried);
        entry.ok_or(NO_TEST)
    }
}

fn customers_purchases(
    state: &State,
    environment: Environment,
    id: &str,
) -> Result<Vec<String>, AppleError> {
    if !id.bytes().all(|byte| byte.is_ascii_digit()) {
        return Err(WRONG_TRANSACTION_ID);
    }
    let purchase = state.store.purchase(id);
    let purchase = purchase.filter(|purchase| purchase.environment == environment);
    let all = purchase.map(|purchase| state.store.of_same_customer(purchase));
    let ids = all.into_iter().flatten();
    Ok(ids.map(|one| one.original_transaction_id.clone()).collect())
}

fn copies<'a>(deliveries: &'a [DeliveryRecord], sent: &SendRecord) -> Vec<&'a DeliveryRecord> {
    let of_this = |record: &&DeliveryRecord| record.notification_id == sent.uuid;
    deliveries.iter().filter(of_this).collect()
}

fn arrived(copies: &[&DeliveryRecord]) -> bool {
    copies.iter().any(|copy| copy.outcome == Outcome::Delivered)
}

/// Returns the history's entry of a notification; `None` if it had no address.
fn entry(record: &SendRecord, copies: &[&DeliveryRecord]) -> Option<Value> {
    let sent = |copy: &&&DeliveryRecord| copy.outcome != Outcome::Unaddressed;
    let sent: Vec<_> = copies.iter().filter(sent).collect();
    if sent.is_empty() {
        return None;
    }
    let attempts = sent.iter().flat_map(|copy| &copy.attempts);
    let mut attempts: Vec<_> = attempts.map(|attempt| shown(record, attempt)).collect();
    if sent.iter().any(|copy| copy.outcome == Outcome::Dropped) {
        let at = record.at.as_millisecond();
        attempts.push(json!({"attemptDate": at, "sendAttemptResult": "NO_RESPONSE"}));
    }
    Some(json!({"signedPayload": record.signed_payload, "sendAttempts": attempts}))
}

/// Formats an attempt. Its time is real, and is shown by the app's clock.
fn shown(record: &SendRecord, attempt: &Attempt) -> Value {
    let later = attempt.at.duration_since(record.sent_at);
    let at = record.at.checked_add(later).unwrap_or(record.at);
    let result = match attempt.status {
        Some(status) if is_success(status) => "SUCCESS",
        Some(_) => "UNSUCCESSFUL_HTTP_RESPONSE_CODE",
        None if attempt.millis >= TIMED_OUT => "TIMED_OUT",
        None => "NO_RESPONSE",
    };
    json!({"attemptDate": at.as_millisecond(), "sendAttemptResult": result})
}

/// Encodes a page token, which is valid only with the body of the previous page's request.
fn write_token(next: usize, body: &[u8]) -> String {
    let body = URL_SAFE_NO_PAD.encode(body);
    URL_SAFE_NO_PAD.encode(format!("{next}:{body}"))
}

fn read_token(token: &str, body: &[u8]) -> Result<usize, AppleError> {
    let wrong = AppleError::new(4_000_014);
    let token = URL_SAFE_NO_PAD.decode(token).map_err(|_| wrong)?;
    let token = String::from_utf8(token).map_err(|_| wrong)?;
    let (next, of_body) = token.split_once(':').ok_or(wrong)?;
    if of_body != URL_SAFE_NO_PAD.encode(body) {
        return Err(wrong);
    }
    next.parse().map_err(|_| wrong)
}
