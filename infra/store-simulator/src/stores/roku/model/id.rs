//! Transaction ids, and the other ids that the store makes up.

use std::{borrow::Borrow, fmt, ops::Deref};

use serde::{Deserialize, Serialize};

use crate::random::Random;

const HEX: &[u8] = b"0123456789abcdef";
const SIGNS: &[u8] = b"abcdefghijklmnopqrstuvwxyz0123456789";
const LENGTH: usize = 32;

/// What names a transaction to the store. Whoever has it and an API key can look the purchase up,
/// so it does not show in `Debug`.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct TransactionId(String);

impl TransactionId {
    /// Its text.
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

/// How an id looks; real ones come in all of these.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Form {
    /// 32 hexadecimal digits.
    Hex,
    /// 32 small letters and digits.
    Letters,
    /// As a UUID, with hyphens.
    Hyphens,
    /// A short decimal number.
    Number,
}

/// Makes ids up, the same ones for the same seed.
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

    /// A customer of Roku.
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
