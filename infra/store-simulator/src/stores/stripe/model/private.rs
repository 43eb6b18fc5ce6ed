//! Text that `Debug` does not show: secrets, and personal data of customers.

use std::{borrow::Borrow, collections::BTreeMap, fmt, ops::Deref};

use serde::{Deserialize, Serialize};

/// Text that `Debug` does not show.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Private(String);

impl fmt::Debug for Private {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("Private(..)")
    }
}

impl Deref for Private {
    type Target = str;

    fn deref(&self) -> &str {
        &self.0
    }
}

impl Borrow<str> for Private {
    fn borrow(&self) -> &str {
        &self.0
    }
}

impl From<String> for Private {
    fn from(text: String) -> Self {
        Self(text)
    }
}

impl From<&str> for Private {
    fn from(text: &str) -> Self {
        Self(text.to_owned())
    }
}

/// Metadata of an object; `Debug` does not show the values.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Metadata(BTreeMap<String, Private>);

impl Metadata {
    /// Returns the value of a key.
    #[must_use]
    pub fn get(&self, key: &str) -> Option<&str> {
        self.0.get(key).map(Deref::deref)
    }

    /// Sets a key, or removes it.
    pub fn set(&mut self, key: impl Into<String>, value: Option<&str>) {
        match value {
            Some(value) => self.0.insert(key.into(), value.into()),
            None => self.0.remove(&key.into()),
        };
    }
}
