//! Identifiers. Each has a type of its own, so that one can't be passed in place of another.

use std::fmt;

use serde::{Deserialize, Serialize};
use serde_json::Value;
use uuid::Uuid;

/// Namespace of the name-based ids (UUID version 5). It must never change, see ADR 10.
const NAMESPACE: Uuid = Uuid::from_u128(0x6d0c_3f5e_8f0b_4d55_9a3e_50b1_7ce2_be01);

/// Error: an identifier breaks a rule. The text names the rule, not the value.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum IdError {
    /// It is empty.
    #[error("must not be empty")]
    Empty,
    /// It has more characters than allowed.
    #[error("must have at most {limit} characters")]
    TooLong {
        /// The largest number of characters.
        limit: usize,
    },
    /// It contains a control character.
    #[error("must not contain control characters")]
    ControlCharacter,
    /// It is neither a string nor a whole number.
    #[error("must be a text or a whole number")]
    NotWhole,
    /// Its characters are not allowed in this kind of id.
    #[error("{0}")]
    Form(&'static str),
}

fn checked(text: String, limit: usize) -> Result<String, IdError> {
    if text.is_empty() {
        return Err(IdError::Empty);
    }
    if text.chars().count() > limit {
        return Err(IdError::TooLong { limit });
    }
    if text.chars().any(unfit) {
        return Err(IdError::ControlCharacter);
    }
    Ok(text)
}

/// Whether a character is a control character, or one of the two that XML, and so a queue, can't
/// carry.
fn unfit(character: char) -> bool {
    character.is_control() || matches!(character, '\u{FFFE}' | '\u{FFFF}')
}

/// Returns the digits of a whole number from 0: `300200100`, `300200100.0` and `3.002001e8` are the
/// same. Beyond 2^53 only a number without fraction or exponent is exact.
#[must_use]
pub fn whole_number(value: &Value) -> Option<String> {
    // Proxies and languages without integers write them as floats.
    const EXACT: f64 = 9_007_199_254_740_992.0;
    let number = value.as_number()?;
    if let Some(whole) = number.as_u64() {
        return Some(whole.to_string());
    }
    number
        .as_f64()
        .filter(|float| (0.0..=EXACT).contains(float) && float.fract() == 0.0)
        .map(|float| format!("{:.0}", float.abs()))
}

macro_rules! text_id {
    ($(#[$doc:meta])* $name:ident, $limit:literal, $form:expr) => {
        $(#[$doc])*
        #[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
        #[serde(try_from = "String", into = "String")]
        pub struct $name(String);

        impl $name {
            /// The largest number of characters.
            pub const LIMIT: usize = $limit;

            /// Validates a text.
            ///
            /// # Errors
            /// [`IdError`] names the rule that it breaks.
            pub fn new(text: impl Into<String>) -> Result<Self, IdError> {
                let text = checked(text.into(), Self::LIMIT)?;
                let form: fn(&str) -> Result<(), IdError> = $form;
                form(&text)?;
                Ok(Self(text))
            }

            /// Returns the text as given.
            #[must_use]
            pub fn as_str(&self) -> &str {
                &self.0
            }
        }

        impl TryFrom<String> for $name {
            type Error = IdError;
            fn try_from(text: String) -> Result<Self, IdError> {
                Self::new(text)
            }
        }

        impl From<$name> for String {
            fn from(id: $name) -> Self {
                id.0
            }
        }
    };
}

macro_rules! shown {
    ($name:ident) => {
        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                self.0.fmt(f)
            }
        }
        impl fmt::Debug for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                write!(f, "{}({})", stringify!($name), self.0)
            }
        }
    };
}

text_id!(
    /// Tenant: the company whose apps sell the subscriptions. Digits, as in `publisherId`.
    BroadcasterId,
    18,
    |text| if text.bytes().all(|b| b.is_ascii_digit()) && !text.starts_with('0') {
        Ok(())
    } else {
        Err(IdError::Form("must be a whole number above 0"))
    }
);
text_id!(
    /// Customer, by the broadcaster's id.
    CustomerId,
    255,
    |_| Ok(())
);
text_id!(
    /// Offer of a broadcaster, by the broadcaster's id.
    OfferId,
    255,
    |text| if text.bytes().all(|b| b.is_ascii_alphanumeric() || b"._-".contains(&b)) {
        Ok(())
    } else {
        Err(IdError::Form(
            "must consist of letters, digits, '.', '_' and '-'",
        ))
    }
);
text_id!(
    /// A store's key of a purchase. Never parsed, shortened or logged in full, because whoever has
    /// it can claim the purchase. `Debug` shows nothing of it.
    PurchaseKey,
    2048,
    |_| Ok(())
);
shown!(BroadcasterId);
shown!(CustomerId);
shown!(OfferId);

impl CustomerId {
    /// Validates the id by which a caller names a customer. Words that programs write for a missing
    /// value are refused, because everybody without an id would be the same customer.
    ///
    /// # Errors
    /// [`IdError`] names the rule that the text breaks.
    pub fn named(text: impl Into<String>) -> Result<Self, IdError> {
        let id = Self::new(text)?;
        // What JavaScript makes of a missing value when it is converted to a string.
        let nobody = ["null", "undefined", "nan", "[object object]"];
        let word = id.0.trim().to_lowercase();
        if word.is_empty() || nobody.contains(&word.as_str()) {
            return Err(IdError::Form(
                "must name a customer: not be blank, null, undefined or NaN",
            ));
        }
        Ok(id)
    }

    /// Parses an id from JSON: a string, or a whole number in any spelling.
    ///
    /// # Errors
    /// [`IdError`] names the rule that the value breaks.
    pub fn from_json(value: &Value) -> Result<Self, IdError> {
        match value {
            Value::String(text) => Self::named(text.clone()),
            other => whole_number(other)
                .ok_or(IdError::NotWhole)
                .and_then(Self::new),
        }
    }
}

impl fmt::Debug for PurchaseKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("PurchaseKey(…)")
    }
}

macro_rules! uuid_id {
    ($(#[$doc:meta])* $name:ident) => {
        $(#[$doc])*
        #[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
        #[serde(transparent)]
        pub struct $name(pub Uuid);
        shown!($name);

        impl std::str::FromStr for $name {
            type Err = IdError;
            fn from_str(text: &str) -> Result<Self, IdError> {
                Uuid::parse_str(text).map(Self).map_err(|_| IdError::Form("must be a UUID"))
            }
        }
    };
}

uuid_id!(
    /// Subscription of one customer. A transfer gives the purchase another one.
    SubscriptionId
);
uuid_id!(
    /// Event of a subscription.
    EventId
);
uuid_id!(
    /// Id that joins a submission to its outcome.
    CorrelationId
);

impl OfferId {
    /// Whether this is the other id, or that id without the country at its end: `S300200111` for
    /// `S300200111_US`.
    #[must_use]
    pub fn is_or_leaves_out_the_country_of(&self, full: &Self) -> bool {
        let is_country =
            |text: &str| text.len() == 2 && text.bytes().all(|b| b.is_ascii_uppercase());
        let without_country = full
            .as_str()
            .rsplit_once('_')
            .filter(|(_, country)| is_country(country))
            .map(|(offer, _)| offer);
        self == full || without_country == Some(self.as_str())
    }
}

impl SubscriptionId {
    /// Derives the id that belongs to a name.
    pub(crate) fn of_name(name: &str) -> Self {
        Self(Uuid::new_v5(&NAMESPACE, name.as_bytes()))
    }
}

impl EventId {
    /// Derives an event's id: the same subscription and sequence number give the same id.
    #[must_use]
    pub fn derive(subscription: SubscriptionId, sequence: u64) -> Self {
        Self(Uuid::new_v5(
            &subscription.0,
            sequence.to_string().as_bytes(),
        ))
    }

    /// Derives the id of a further message about this event.
    pub(crate) fn of_topic(self, topic: &str) -> Self {
        // From the event's id and not a random one, so that a repeated delivery has the same.
        Self(Uuid::new_v5(&self.0, topic.as_bytes()))
    }

    /// Derives the id of the event that ends a submission's validation.
    #[must_use]
    pub fn of_validation(correlation: CorrelationId) -> Self {
        Self(Uuid::new_v5(&correlation.0, b"validation"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ids_name_the_rule_that_is_broken() {
        assert_eq!(CustomerId::new(""), Err(IdError::Empty));
        assert_eq!(
            CustomerId::new("x".repeat(256)),
            Err(IdError::TooLong { limit: 255 })
        );
        assert_eq!(CustomerId::new("a\nb"), Err(IdError::ControlCharacter));
        assert!(CustomerId::new("a\u{FFFF}").is_err());
        assert!(BroadcasterId::new("12a").is_err());
        assert!(BroadcasterId::new("012").is_err());
        assert!(OfferId::new("a/b").is_err());
        assert!(PurchaseKey::new("k".repeat(2048)).is_ok());
    }

    #[test]
    fn a_customer_is_not_named_by_what_stands_for_nobody() {
        for nobody in [
            "null",
            "undefined",
            "Undefined",
            " NULL ",
            "NaN",
            "[object Object]",
            " ",
            "\u{a0}",
        ] {
            let error = CustomerId::named(nobody).unwrap_err();
            assert!(matches!(error, IdError::Form(_)), "{nobody:?}");
            assert!(CustomerId::from_json(&nobody.into()).is_err());
        }
        for somebody in ["nullable", "0", "ada", "a/b?c%d"] {
            assert_eq!(CustomerId::named(somebody).unwrap().as_str(), somebody);
        }
        // What was stored before the rule is read.
        assert!(CustomerId::new("null").is_ok());
    }

    #[test]
    fn a_number_is_the_same_id_however_it_is_written() {
        for written in ["300200100", "300200100.0", "3.002001e8", "\"300200100\""] {
            let id = CustomerId::from_json(&serde_json::from_str(written).unwrap());
            assert_eq!(id.unwrap().as_str(), "300200100", "{written}");
        }
        let large = serde_json::json!(18_446_744_073_709_551_615_u64);
        assert_eq!(whole_number(&large).unwrap(), "18446744073709551615");
        for written in ["1.5", "-1", "1e16", "-0.5", "true", "null", "[1]"] {
            let id = CustomerId::from_json(&serde_json::from_str(written).unwrap());
            assert!(id.is_err(), "{written}");
        }
    }

    #[test]
    fn a_purchase_key_never_shows_itself() {
        let key = PurchaseKey::new("vzs-secret-1").unwrap();
        assert_eq!(format!("{key:?}"), "PurchaseKey(…)");
    }

    #[test]
    fn only_a_country_may_be_left_out_of_an_offer_s_id() {
        let offer = |id: &str| OfferId::new(id).unwrap();
        let names =
            |named: &str, sold: &str| offer(named).is_or_leaves_out_the_country_of(&offer(sold));
        assert!(names("S300200111_US", "S300200111_US"));
        assert!(names("S300200111", "S300200111_US"));
        assert!(!names("S300200111_US", "S300200111"));
        assert!(!names("basic", "basic_plus"));
        assert!(!names("basic", "basic_us"));
    }
}
