//! Identifiers. Each is its own type, so that one can't be passed where another is meant.

use std::fmt;

use serde::{Deserialize, Serialize};
use uuid::Uuid;

/// The root of the name-based ids (UUID version 5) that this project derives.
const NAMESPACE: Uuid = Uuid::from_u128(0x6d0c_3f5e_8f0b_4d55_9a3e_50b1_7ce2_be01);

/// An identifier that breaks a rule. The text names the rule, not the value.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum IdError {
    /// Nothing was given.
    #[error("must not be empty")]
    Empty,
    /// More characters than allowed.
    #[error("must have at most {limit} characters")]
    TooLong {
        /// The largest number of characters.
        limit: usize,
    },
    /// A control character was found.
    #[error("must not contain control characters")]
    ControlCharacter,
    /// The characters are not those of this kind of id.
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

/// Control characters, and the two that XML, and so a queue, can't carry.
fn unfit(character: char) -> bool {
    character.is_control() || matches!(character, '\u{FFFE}' | '\u{FFFF}')
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

            /// Checks the text.
            ///
            /// # Errors
            /// [`IdError`] names the rule that the text breaks.
            pub fn new(text: impl Into<String>) -> Result<Self, IdError> {
                let text = checked(text.into(), Self::LIMIT)?;
                let form: fn(&str) -> Result<(), IdError> = $form;
                form(&text)?;
                Ok(Self(text))
            }

            /// The text as it was given.
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
    /// A tenant: the company whose apps sell the subscriptions. Digits, as in `publisherId`.
    BroadcasterId,
    18,
    |text| if text.bytes().all(|b| b.is_ascii_digit()) && !text.starts_with('0') {
        Ok(())
    } else {
        Err(IdError::Form("must be a whole number above 0"))
    }
);
text_id!(
    /// A person who watches, as the broadcaster names them.
    CustomerId,
    255,
    |_| Ok(())
);
text_id!(
    /// What a broadcaster sells, as the broadcaster names it.
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
    /// How a store names one purchase. Never parsed, never shortened, never logged in full:
    /// who holds it can claim the purchase. `Debug` shows a fingerprint.
    PurchaseKey,
    2048,
    |_| Ok(())
);
shown!(BroadcasterId);
shown!(CustomerId);
shown!(OfferId);

impl CustomerId {
    /// Stands in where no customer can be named.
    pub(crate) fn nobody() -> Self {
        Self("-".to_owned())
    }
}

impl PurchaseKey {
    /// Twelve hexadecimal digits that tell two keys apart in a log without giving either away.
    #[must_use]
    pub fn fingerprint(&self) -> String {
        let name = Uuid::new_v5(&NAMESPACE, self.0.as_bytes());
        name.simple().to_string().chars().take(12).collect()
    }
}

impl fmt::Debug for PurchaseKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "PurchaseKey(#{})", self.fingerprint())
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
    /// One customer's subscription. A transfer gives the purchase a new one.
    SubscriptionId
);
uuid_id!(
    /// One event of one subscription.
    EventId
);
uuid_id!(
    /// Joins a submission to its result.
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
    /// The id of the `generation`-th subscription that a purchase has been; the first is 1.
    #[must_use]
    pub fn derive(
        broadcaster: &BroadcasterId,
        store: crate::Store,
        key: &PurchaseKey,
        generation: u32,
    ) -> Self {
        let name = format!("{broadcaster}/{store}/{generation}/{}", key.as_str());
        Self(Uuid::new_v5(&NAMESPACE, name.as_bytes()))
    }
}

impl EventId {
    /// The id of the event with this sequence number: the same subscription and number give the same id.
    #[must_use]
    pub fn derive(subscription: SubscriptionId, sequence: u64) -> Self {
        Self(Uuid::new_v5(
            &subscription.0,
            sequence.to_string().as_bytes(),
        ))
    }

    /// The id of a further message about this event.
    pub(crate) fn of_topic(self, topic: &str) -> Self {
        Self(Uuid::new_v5(&self.0, topic.as_bytes()))
    }

    /// The id of the event that ends the validation of a submission.
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
    fn a_purchase_key_never_shows_itself() {
        let key = PurchaseKey::new("vzs-secret-1").unwrap();
        assert!(!format!("{key:?}").contains("secret"));
        assert_eq!(key.fingerprint().len(), 12);
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

    #[test]
    fn derived_ids_are_stable() {
        let broadcaster = BroadcasterId::new("700100200").unwrap();
        let key = PurchaseKey::new("vzs-1").unwrap();
        let first = SubscriptionId::derive(&broadcaster, crate::Store::Vizio, &key, 1);
        insta::assert_snapshot!(first, @"c26485e6-c422-572c-9a54-4a3382fee371");
        assert_ne!(
            first,
            SubscriptionId::derive(&broadcaster, crate::Store::Vizio, &key, 2)
        );
        insta::assert_snapshot!(EventId::derive(first, 1), @"e7bdcc5a-96a9-513b-b583-7f4da2136ef2");
    }
}
