//! Claims of a notification, and the message in them.

use std::collections::BTreeMap;

use base64::Engine as _;
use base64::alphabet;
use base64::engine::DecodePaddingMode;
use base64::engine::general_purpose::{GeneralPurpose, GeneralPurposeConfig};
use domain::{PurchaseKey, Timestamp};
use serde_json::Value;

use crate::connectors::roku::wire::{amount, date};
use crate::fields::shortened;
use crate::{Ignored, lenient};

/// Type of message that is about a purchase.
const PUSH: &str = "roku.rpay.push";

/// Usual encoding of messages. One that names another encoding is parsed if it is readable
/// nevertheless.
const ENCODING: &str = "base64-utf8";

/// Kinds of messages that have an effect beyond the look-up which each causes.
const KINDS: [&str; 16] = [
    "Sale",
    "GraceInitiated",
    "GraceRecovered",
    "OnHoldInitiated",
    "OnHoldRecovered",
    "Cancellation",
    "Resubscribe",
    "Refund",
    "Credit",
    "UpgradeSale",
    "UpgradeCancellation",
    "DowngradeSale",
    "DowngradeCancellation",
    "Chargeback",
    "ChargebackReversed",
    "SecondChargeback",
];

const LENIENT: GeneralPurposeConfig = GeneralPurposeConfig::new()
    .with_decode_padding_mode(DecodePaddingMode::Indifferent)
    .with_decode_allow_trailing_bits(true);
const STANDARD: GeneralPurpose = GeneralPurpose::new(&alphabet::STANDARD, LENIENT);

/// Content of a notification.
pub(in crate::connectors::roku) enum Content {
    /// About a purchase; not yet checked for completeness.
    Message(Value),
    /// Nothing about a purchase.
    Ignored(Ignored),
}

/// Decodes the message in the claims.
///
/// An operator may send any text as a test, so a text that is not JSON is a test message, unless it
/// was meant to be a message.
pub(in crate::connectors::roku) fn of_claims(claims: &Value) -> Result<Content, &'static str> {
    let text = |name: &str| claims.get(name).and_then(Value::as_str);
    match text("x-Roku-message-type") {
        Some(PUSH) | None => {}
        // Nothing to do: the key set is fetched again whenever a key id is unknown.
        Some("roku.invalidate_public_keys") => {
            return Ok(Content::Ignored(Ignored::KeysInvalidated));
        }
        Some(_) => return Ok(Content::Ignored(Ignored::OtherTypeOfMessage)),
    }
    let encoded = text("x-Roku-message").ok_or("it has no x-Roku-message")?;
    let usual = text("x-Roku-message-encoding").is_none_or(|name| name == ENCODING);
    let message = decoded(encoded).ok_or("its message is not Base64")?;
    let message = String::from_utf8(message).map_err(|_| "its message is not text")?;
    match json(&message) {
        Some(json) if json.is_object() => Ok(Content::Message(json)),
        _ if !usual => Err("its message is in an unknown encoding"),
        None if message.contains("transactionType") => Err("its message is not JSON"),
        _ => Ok(Content::Ignored(Ignored::TestMessage)),
    }
}

/// Decodes Base64 of both alphabets, with or without padding.
pub(in crate::connectors::roku) fn decoded(text: &str) -> Option<Vec<u8>> {
    // Roku documents base64url, and its sample decodes standard Base64.
    let standard: Vec<u8> = text
        .bytes()
        .filter(|byte| !byte.is_ascii_whitespace())
        .map(|byte| match byte {
            b'-' => b'+',
            b'_' => b'/',
            other => other,
        })
        .collect();
    STANDARD.decode(standard).ok()
}

/// Parses JSON, also with `True` and `False` as in Roku's samples.
fn json(text: &str) -> Option<Value> {
    let text = text.trim_start_matches('\u{FEFF}');
    serde_json::from_str(text).ok().or_else(|| {
        // Lower-cases everything outside of strings, where JSON has only words that are lower case.
        let (mut quoted, mut escaped) = (false, false);
        let lower = |c: char| {
            let inside = quoted;
            match c {
                '"' if !escaped => quoted = !quoted,
                _ => {}
            }
            escaped = inside && c == '\\' && !escaped;
            if inside { c } else { c.to_ascii_lowercase() }
        };
        let text: String = text.chars().map(lower).collect();
        serde_json::from_str(&text).ok()
    })
}

/// Returns the documented spelling of a kind, whatever its capitals; an unknown one as it is.
fn spelled(kind: &str) -> String {
    let mut known = KINDS.iter();
    let known = known.find(|known| known.eq_ignore_ascii_case(kind.trim()));
    known.map_or_else(|| shortened(kind), |known| (*known).to_owned())
}

/// Message about a purchase. Has no `Debug`, because it contains purchase keys.
pub(in crate::connectors::roku) struct Message {
    pub(in crate::connectors::roku) kind: String,
    pub(in crate::connectors::roku) channel_id: Option<String>,
    pub(in crate::connectors::roku) transaction_id: Option<String>,
    pub(in crate::connectors::roku) original_id: Option<String>,
    pub(in crate::connectors::roku) happened_at: Option<Timestamp>,
    pub(in crate::connectors::roku) expires_at: Option<Timestamp>,
    pub(in crate::connectors::roku) in_trial: bool,
    /// As written, if it is an amount.
    pub(in crate::connectors::roku) price: Option<String>,
}

impl Message {
    /// Parses a message. What is not needed to find the purchase may be missing or unreadable.
    pub(in crate::connectors::roku) fn read(message: &Value) -> Result<Self, &'static str> {
        let value = |name: &str| lenient::field(message, name);
        let text = |name: &str| lenient::text(value(name)).ok().flatten();
        let at = |name: &str| date::instant(value(name)).ok().flatten();
        let price = text("price")
            .filter(|price| price.len() <= 32 && amount::micros_of_text(price).is_some());
        Ok(Self {
            kind: text("transactionType")
                .map(|kind| spelled(&kind))
                .ok_or("it has no transactionType")?,
            channel_id: text("channelId"),
            transaction_id: text("transactionId"),
            original_id: text("originalTransactionId"),
            happened_at: at("eventDate"),
            expires_at: at("expirationDate"),
            in_trial: lenient::flag(value("isFreeTrial")).ok().flatten() == Some(true),
            price,
        })
    }

    /// Builds the hints for the purchase with this key, under names of their own. Whether they
    /// are newer than the stored ones is decided with those.
    pub(in crate::connectors::roku) fn hints(
        &self,
        key: &PurchaseKey,
        now: Timestamp,
    ) -> BTreeMap<String, String> {
        use crate::connectors::roku::memory::hints as names;
        let at = self.happened_at.unwrap_or(now).to_string();
        let amount = self.price.as_deref().filter(|_| self.kind == "Refund");
        let trial_ends_at = self.expires_at.filter(|_| self.in_trial);
        [
            (names::ORIGINAL_TRANSACTION_ID, key.as_str().to_owned()),
            (names::NOTIFIED_KIND, self.kind.clone()),
            (names::NOTIFIED_AT, at),
            (
                names::NOTIFIED_ID,
                self.transaction_id.clone().unwrap_or_default(),
            ),
            (
                names::NOTIFIED_AMOUNT,
                amount.unwrap_or_default().to_owned(),
            ),
            (
                names::NOTIFIED_TRIAL_ENDS_AT,
                trial_ends_at.map_or_else(String::new, |at| at.to_string()),
            ),
        ]
        .map(|(name, value)| (name.to_owned(), value))
        .into()
    }
}
