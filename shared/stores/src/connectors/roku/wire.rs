//! Answer of `validate-transaction`. Unknown fields are ignored; known ones must have a known
//! format.

pub(in crate::connectors::roku) mod amount;
pub(in crate::connectors::roku) mod date;

use domain::Timestamp;
use serde_json::Value;

use crate::LookUpError;
use crate::lenient::{self, field};

/// Error: a field is present in an unknown format.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("the field {0} has an unknown form")]
pub(super) struct UnknownForm(&'static str);

/// Builds the error of an answer that can't be read.
pub(super) fn malformed(what: &str) -> LookUpError {
    LookUpError::Malformed(what.to_owned())
}

/// Reason for which an answer has no transaction.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Refusal {
    /// The API key, or the address of the caller, is refused.
    Unauthorized,
    /// The transaction does not exist.
    Unknown,
    /// Anything else.
    Other,
}

/// Texts of refusals about the caller and about the transaction. Only one of them has been
/// reported; Roku publishes none.
const ABOUT_WHO_ASKS: [&str; 6] = [
    "unauthorized",
    "not authorized",
    "forbidden",
    "access denied",
    "api key",
    "apikey",
];
const ABOUT_THE_TRANSACTION: [&str; 4] = [
    "invalid transaction",
    "unknown transaction",
    "not found",
    "does not exist",
];

/// Transaction with the state of its subscription. Has no `Debug`, because it contains purchase
/// keys.
#[derive(Clone)]
pub(super) struct Transaction {
    pub(super) id: Option<String>,
    pub(super) original_id: Option<String>,
    pub(super) channel_id: Option<String>,
    pub(super) product_id: Option<String>,
    /// Amount before tax, in millionths.
    pub(super) amount: Option<i64>,
    pub(super) purchased_at: Option<Timestamp>,
    pub(super) first_purchased_at: Option<Timestamp>,
    /// `None` for one-time purchases and refunds.
    pub(super) expires_at: Option<Timestamp>,
    pub(super) entitled: Option<bool>,
    pub(super) cancelled: Option<bool>,
    /// `purchaseStatus` as written.
    pub(super) status: Option<String>,
    /// Transaction of the subscription that this one replaces.
    pub(super) replaced: Option<String>,
}

impl Transaction {
    pub(super) fn read(answer: &Value) -> Result<Self, UnknownForm> {
        let text = |name| lenient::text(field(answer, name)).map_err(|_| UnknownForm(name));
        let flag = |name| lenient::flag(field(answer, name)).map_err(|_| UnknownForm(name));
        let at = |name| date::instant(field(answer, name)).map_err(|_| UnknownForm(name));
        Ok(Self {
            id: text("transactionId")?,
            // The capital O is Roku's.
            original_id: text("OriginalTransactionId")?,
            channel_id: text("channelId")?,
            product_id: text("productId")?,
            amount: amount::micros(field(answer, "amount")),
            purchased_at: at("purchaseDate")?,
            first_purchased_at: at("originalPurchaseDate")?,
            expires_at: at("expirationDate")?,
            entitled: flag("isEntitled")?,
            cancelled: flag("cancelled")?,
            status: text("purchaseStatus")?,
            replaced: first_of(answer, "cancelledTransactionIds")?,
        })
    }

    /// Returns `purchaseStatus` in lower case without underscores, because Roku spells it in
    /// several ways.
    pub(super) fn word(&self) -> String {
        let status = self.status.as_deref().unwrap_or_default();
        let letters = status.chars().filter(|c| *c != '_').take(64);
        letters.flat_map(char::to_lowercase).collect()
    }
}

/// Returns the first entry of a list, or a single value. Roku names one; a warning says if there
/// are others.
fn first_of(answer: &Value, name: &'static str) -> Result<Option<String>, UnknownForm> {
    let value = match field(answer, name) {
        Value::Array(listed) => {
            if listed.len() > 1 {
                let count = listed.len();
                tracing::warn!(
                    store = "roku",
                    count,
                    "only the first of {name} is followed"
                );
            }
            listed.first().unwrap_or(&Value::Null)
        }
        single => single,
    };
    lenient::text(value).map_err(|_| UnknownForm(name))
}

/// Reads the refusal in an answer of status 200; `None` if it is a success.
pub(super) fn refusal(answer: &Value) -> Result<Option<Refusal>, UnknownForm> {
    let status = "status";
    let unknown = || UnknownForm(status);
    let word = lenient::text(field(answer, status)).map_err(|_| unknown())?;
    let word = word.ok_or_else(unknown)?;
    if word == "0" || word.eq_ignore_ascii_case("success") {
        return Ok(None);
    }
    if word != "1" && !word.eq_ignore_ascii_case("failure") {
        return Err(unknown());
    }
    // `errorCode` is null in all published answers, so only the text distinguishes refusals.
    let message = field(answer, "errorMessage").as_str().unwrap_or_default();
    let message: String = message.chars().take(256).collect::<String>().to_lowercase();
    let says = |texts: &[&str]| texts.iter().any(|text| message.contains(text));
    Ok(Some(if says(&ABOUT_WHO_ASKS) {
        Refusal::Unauthorized
    } else if says(&ABOUT_THE_TRANSACTION) {
        Refusal::Unknown
    } else {
        Refusal::Other
    }))
}
