//! Purchase tokens and order ids.

use std::{borrow::Borrow, fmt, ops::Deref};

use serde::{Deserialize, Serialize};

use crate::random::Random;

const LETTERS: &[u8] = b"abcdefghijklmnopqrstuvwxyz";
const SIGNS: &[u8] = b"abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-_";

/// Token that identifies a purchase to the store. Anyone who has it can look the purchase up, so
/// `Debug` does not show it.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct PurchaseToken(String);

impl PurchaseToken {
    /// Returns the text of the token.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Debug for PurchaseToken {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("PurchaseToken(..)")
    }
}

impl Deref for PurchaseToken {
    type Target = str;

    fn deref(&self) -> &str {
        &self.0
    }
}

impl Borrow<str> for PurchaseToken {
    fn borrow(&self) -> &str {
        &self.0
    }
}

impl From<String> for PurchaseToken {
    fn from(text: String) -> Self {
        Self(text)
    }
}

impl From<&str> for PurchaseToken {
    fn from(text: &str) -> Self {
        Self(text.to_owned())
    }
}

/// Generator of tokens and order ids, the same ones for the same seed.
#[derive(Debug, Clone)]
pub(super) struct Ids(Random);

impl Ids {
    pub(super) fn seeded(seed: u64) -> Self {
        Self(Random::seeded(seed))
    }

    /// Generates a token with the length and the characters of real ones.
    pub(super) fn token(&mut self) -> PurchaseToken {
        let (name, rest) = (self.text(LETTERS, 24), self.text(SIGNS, 112));
        PurchaseToken(format!("{name}.AO-J1O{rest}"))
    }

    /// Generates an order id, such as `GPA.3300-1111-2222-33333`.
    pub(super) fn order(&mut self) -> String {
        let mut up_to = |high| self.0.between(0, high);
        let (first, second) = (up_to(9_999), up_to(9_999));
        let (third, fourth) = (up_to(9_999), up_to(99_999));
        format!("GPA.{first:04}-{second:04}-{third:04}-{fourth:05}")
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
