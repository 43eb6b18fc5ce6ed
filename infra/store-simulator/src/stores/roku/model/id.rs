//! Transaction ids, and other ids that the store generates.

use std::{borrow::Borrow, fmt, ops::Deref};

use serde::{Deserialize, Serialize};

use crate::random::Random;

const HEX: &[u8] = b"0123456789abcdef";
const SIGNS: &[u8] = b"abcdefghijklmnopqrstuvwxyz0123456789";
const LENGTH: usize = 32;

/// Id of a transaction. Anyone who has it and an API key can look the purchase up, so `Debug` does
/// not show it.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct TransactionId(String);

impl TransactionId {
    /// Returns the text of the id.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Debug for TransactionId {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("TransactionId(..)")
    }
}

impl Deref for TransactionId {
    type Target = str;

    fn deref(&self) -> &str {
        &self.0
    }
}

impl Borrow<str> for TransactionId {
    fn borrow(&self) -> &str {
        &self.0
    }
}

impl From<String> for TransactionId {
    fn from(text: String) -> Self {
        Self(text)
    }
}

impl From<&str> for TransactionId {
    fn from(text: &str) -> Self {
        Self(text.to_owned())
    }
}

/// Form of an id; real ones occur in all of these.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Form {
    /// 32 hexadecimal digits.
    Hex,
    /// 32 lower-case letters and digits.
    Letters,
    /// UUID with hyphens.
    Hyphens,
    /// Short decimal number.
    Number,
}

/// Generator of ids, the same ones for the same seed.
#[derive(Debug, Clone)]
pub(super) struct Ids(Random);

impl Ids {
    pub(super) fn seeded(seed: u64) -> Self {
        Self(Random::seeded(seed))
    }

    pub(super) fn transaction(&mut self, form: Form) -> TransactionId {
        TransactionId(match form {
            Form::Hex => self.text(HEX, LENGTH),
            Form::Letters => self.text(SIGNS, LENGTH),
            Form::Hyphens => {
                let parts = [8, 4, 4, 4, 12].map(|length| self.text(HEX, length));
                parts.join("-")
            }
            Form::Number => self.0.between(100_000, 999_999_999).to_string(),
        })
    }

    /// Generates the id of a Roku customer.
    pub(super) fn customer(&mut self) -> String {
        self.text(HEX, LENGTH)
    }

    fn text(&mut self, signs: &[u8], length: usize) -> String {
        let last = u64::try_from(signs.len()).unwrap_or(1).saturating_sub(1);
        let mut sign = || {
            let place = usize::try_from(self.0.between(0, last)).unwrap_or_default();
            signs.get(place).copied().map_or('a', char::from)
        };
        (0..length).map(|_| sign()).collect()
    }
}
