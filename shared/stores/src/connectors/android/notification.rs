//! Notifications: the push token first, then Pub/Sub's envelope, then Google Play's content. None
//! carries a state.

pub(in crate::connectors::android) mod push_token;

use aws_lc_rs::digest;
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use domain::{PurchaseKey, StoreNotification, Timestamp, VoidedPayment};
use serde_json::Value;

use super::Config;
use super::snapshot::details::Details;
use super::submission::PURCHASE_TOKEN;
use crate::{Accepted, ConnectorContext, Ignored, NotificationError, Received, lenient};

/// Longest id that is taken over; a longer one is replaced by the body's SHA-256.
const LONGEST_ID: usize = 255;

/// Type of a notification about a revoked subscription: refunded or withdrawn before its end.
const REVOKED: u64 = 12;

/// Kind of a notification about a voided purchase.
pub(super) const VOIDED_PURCHASE: &str = "VOIDED_PURCHASE";

/// Values of `productType` and `refundType` of a voided purchase.
const SUBSCRIPTION: u64 = 1;
const ONE_TIME_PRODUCT: u64 = 2;
const FULL: u64 = 1;

/// Proves the origin of a notification, then parses it.
pub(crate) async fn read_notification(
    context: &ConnectorContext,
    config: &Config,
    headers: &[(String, String)],
    body: &[u8],
    now: Timestamp,
) -> Result<Accepted, NotificationError> {
    // Without a configured sender nothing can be proven.
    let push = config.push.as_ref().ok_or(NotificationError::Forged)?;
    let token = bearer(headers).ok_or(NotificationError::Forged)?;
    push_token::check(context, config, push, token, now).await?;
    read(config, body, now).map(Accepted::from)
}

/// Parses a notification.
pub(super) fn read(
    config: &Config,
    body: &[u8],
    now: Timestamp,
) -> Result<Received, NotificationError> {
    let envelope: Value = serde_json::from_slice(body).map_err(|_| unreadable("it is not JSON"))?;
    let message = envelope
        .get("message")
        .ok_or_else(|| unreadable("it has no message"))?;
    let play = content(message)?;
    // 200 and not an error: Pub/Sub would repeat it for days, and one topic may serve several
    // applications.
    let Some(package_name) = package_name(config, &play)? else {
        return Ok(Received::Ignored(Ignored::OtherApplication));
    };
    let sent_at = play.get("eventTimeMillis").map(lenient::instant);
    let sent_at = sent_at.and_then(Result::ok).flatten();
    // A voided payment is compared with the periods after it, so it needs a date in any case.
    let at = sent_at.unwrap_or(now);
    let about = about(&play);
    let one_time = match about {
        About::OneTimeProduct(_) => true,
        About::VoidedPurchase(about) => number(about, "productType") == ONE_TIME_PRODUCT,
        About::Subscription(_) | About::Nothing(_) => false,
    };
    let (kind, about, voided) = match about {
        About::Subscription(about) => {
            let number = number(about, "notificationType");
            // Google's answer has no "revoked": the subscription reads as expired, and only this
            // notification distinguishes the two.
            let whole = VoidedPayment { order_id: None, at };
            (kind(number), about, (number == REVOKED).then_some(whole))
        }
        About::OneTimeProduct(about) => {
            let number = number(about, "notificationType");
            (kind_once(number), about, None)
        }
        About::VoidedPurchase(about) => {
            let order_id = text(about, "orderId").ok().map(str::to_owned);
            // A partial refund of a quantity leaves the purchase in force.
            let known = [SUBSCRIPTION, ONE_TIME_PRODUCT].contains(&number(about, "productType"));
            let full = known && number(about, "refundType") == FULL;
            let payment = full.then_some(VoidedPayment { order_id, at });
            (VOIDED_PURCHASE.to_owned(), about, payment)
        }
        About::Nothing(what) => return Ok(Received::Ignored(what)),
    };
    let key = PurchaseKey::new(text(about, PURCHASE_TOKEN)?)
        .map_err(|error| unreadable(&format!("its purchaseToken {error}")))?;
    let details = Details::new(&key, package_name);
    let details = if one_time {
        details.one_time()
    } else {
        details
    };
    Ok(Received::About(StoreNotification {
        id: id(message).unwrap_or_else(|| hex::encode(digest::digest(&digest::SHA256, body))),
        kind,
        locator: details.locator(key),
        sent_at,
        notice: None,
        voided,
    }))
}

/// Returns the application that the notification is about, if it is configured. A notification that
/// names none is about the only configured one.
fn package_name<'a>(
    config: &'a Config,
    play: &Value,
) -> Result<Option<&'a String>, NotificationError> {
    let mut configured = config.package_names.iter();
    match (
        text(play, "packageName"),
        configured.next(),
        configured.next(),
    ) {
        (Ok(name), ..) => Ok(config.package_names.iter().find(|known| *known == name)),
        (Err(_), Some(only), None) if play.get("packageName").is_none() => Ok(Some(only)),
        (Err(error), ..) => Err(error),
    }
}

fn bearer(headers: &[(String, String)]) -> Option<&str> {
    let is_authorization =
        |(name, _): &&(String, String)| name.eq_ignore_ascii_case("authorization");
    let (_, value) = headers.iter().find(is_authorization)?;
    let (scheme, token) = value.trim().split_once(' ')?;
    // The scheme's case does not matter (RFC 9110, 11.1).
    scheme.eq_ignore_ascii_case("bearer").then(|| token.trim())
}

/// Decodes Google Play's content of the envelope.
fn content(message: &Value) -> Result<Value, NotificationError> {
    let data = STANDARD.decode(text(message, "data")?);
    let data = data.map_err(|_| unreadable("its data is not Base64"))?;
    serde_json::from_slice(&data).map_err(|_| unreadable("its data is not JSON"))
}

/// Returns the id, which Pub/Sub writes under two names.
fn id(message: &Value) -> Option<String> {
    let id = ["messageId", "message_id"]
        .iter()
        .find_map(|name| message.get(name)?.as_str())?;
    (1..=LONGEST_ID).contains(&id.len()).then(|| id.to_owned())
}

/// Subject of a notification, of which it has exactly one.
enum About<'a> {
    Subscription(&'a Value),
    OneTimeProduct(&'a Value),
    VoidedPurchase(&'a Value),
    Nothing(Ignored),
}

fn about(play: &Value) -> About<'_> {
    let nothing = [
        ("testNotification", Ignored::TestNotification),
        (
            "pendingRefundReviewNotification",
            Ignored::PendingRefundReview,
        ),
    ];
    let part = |name| play.get(name).filter(|part| part.is_object());
    if let Some(subscription) = part("subscriptionNotification") {
        About::Subscription(subscription)
    } else if let Some(product) = part("oneTimeProductNotification") {
        About::OneTimeProduct(product)
    } else if let Some(voided) = part("voidedPurchaseNotification") {
        About::VoidedPurchase(voided)
    } else {
        let known = nothing.into_iter().find(|(name, _)| part(name).is_some());
        About::Nothing(known.map_or(Ignored::UnknownKind, |(_, what)| what))
    }
}

/// Google's name of a type of subscription notification.
fn kind(number: u64) -> String {
    let name = match number {
        1 => "RECOVERED",
        2 => "RENEWED",
        3 => "CANCELED",
        4 => "PURCHASED",
        5 => "ON_HOLD",
        6 => "IN_GRACE_PERIOD",
        7 => "RESTARTED",
        8 => "PRICE_CHANGE_CONFIRMED",
        9 => "DEFERRED",
        10 => "PAUSED",
        11 => "PAUSE_SCHEDULE_CHANGED",
        REVOKED => "REVOKED",
        13 => "EXPIRED",
        17 => "ITEMS_CHANGED",
        18 => "CANCELLATION_SCHEDULED",
        19 => "PRICE_CHANGE_UPDATED",
        20 => "PENDING_PURCHASE_CANCELED",
        22 => "PRICE_STEP_UP_CONSENT_UPDATED",
        unknown => return format!("NOTIFICATION_{unknown}"),
    };
    format!("SUBSCRIPTION_{name}")
}

/// Google's name of a type of notification about a one-time purchase.
fn kind_once(number: u64) -> String {
    match number {
        1 => "ONE_TIME_PRODUCT_PURCHASED".to_owned(),
        2 => "ONE_TIME_PRODUCT_CANCELED".to_owned(),
        unknown => format!("NOTIFICATION_{unknown}"),
    }
}

/// Reads a number or its digits; 0 for anything else, as for a field that is left out.
fn number(json: &Value, name: &str) -> u64 {
    let value = json.get(name);
    value
        .and_then(|value| value.as_u64().or_else(|| value.as_str()?.parse().ok()))
        .unwrap_or(0)
}

fn text<'a>(json: &'a Value, name: &str) -> Result<&'a str, NotificationError> {
    let text = json.get(name).and_then(Value::as_str);
    text.filter(|text| !text.is_empty())
        .ok_or_else(|| unreadable(&format!("it has no {name}")))
}

fn unreadable(what: &str) -> NotificationError {
    NotificationError::Unreadable(what.to_owned())
}
