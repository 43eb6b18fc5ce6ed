//! Receipt ids and user ids.

use std::{borrow::Borrow, fmt, ops::Deref};

use serde::{Deserialize, Serialize};

use crate::random::Random;

const SIGNS: &[u8] = b"abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789";

macro_rules! confidential_text {
    ($name:ident, $shown:literal, $doc:literal) => {
        #[doc = $doc]
        #[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
        #[serde(transparent)]
        pub struct $name(String);

        impl $name {
            /// Returns the text of the id.
            #[must_use]
            pub fn as_str(&self) -> &str {
                &self.0
            }
        }

        impl fmt::Debug for $name {
            fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
                formatter.write_str($shown)
            }
        }

        impl Deref for $name {
            type Target = str;

            fn deref(&self) -> &str {
                &self.0
            }
        }

        impl Borrow<str> for $name {
            fn borrow(&self) -> &str {
                &self.0
            }
        }

        impl From<String> for $name {
            fn from(text: String) -> Self {
                Self(text)
            }
        }

        impl From<&str> for $name {
            fn from(text: &str) -> Self {
                Self(text.to_owned())
            }
        }
    };
}

confidential_text!(
    ReceiptId,
    "ReceiptId(..)",
    "What names a receipt to the store. With it and the customer's id a purchase can be looked up, \
     so it does not show in `Debug`."
);
confidential_text!(
    UserId,
    "UserId(..)",
    "A customer's id in one app. It is personal data, so it does not show in `Debug`."
);

/// Generator of ids, the same ones for the same seed. They contain every character that needs care
/// in a path.
#[derive(Debug, Clone)]
pub(super) struct Ids {
    random: Random,
    chains: u64,
}

impl Ids {
    pub(super) fn seeded(seed: u64) -> Self {
        Self {
            random: Random::seeded(seed),
            chains: 0,
        }
    }

    /// Generates a receipt id, such as `h7kQ…/…+…=:3:11`.
    pub(super) fn receipt(&mut self) -> ReceiptId {
        let (first, second, third) = (self.text(20), self.text(12), self.text(9));
        ReceiptId(format!("{first}/{second}+{third}=:3:11"))
    }

    /// Generates a user id, such as `q0Xv…/…-…_…=`.
    pub(super) fn user(&mut self) -> UserId {
        let (first, second, third) = (self.text(18), self.text(12), self.text(10));
        UserId(format!("{first}/{second}-{third}_="))
    }

    /// Generates a chain name, such as `chain-1`.
    pub(super) fn chain(&mut self) -> String {
        self.chains += 1;
        format!("chain-{}", self.chains)
    }

    fn text(&mut self, length: usize) -> String {
        let last = u64::try_from(SIGNS.len()).unwrap_or(1).saturating_sub(1);
        let mut sign = || {
            let place = usize::try_from(self.random.between(0, last)).unwrap_or_default();
            SIGNS.get(place).copied().map_or('a', char::from)
        };
        (0..length).map(|_| sign()).collect()
    }
}
