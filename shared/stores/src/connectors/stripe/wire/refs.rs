//! Building blocks of all objects.

use domain::Timestamp;
use serde::{Deserialize, Deserializer};

/// Time in epoch seconds.
#[derive(Clone, Copy, Deserialize)]
#[serde(try_from = "i64")]
pub(in crate::connectors::stripe) struct Instant(pub(in crate::connectors::stripe) Timestamp);

impl TryFrom<i64> for Instant {
    type Error = jiff::Error;

    fn try_from(seconds: i64) -> Result<Self, jiff::Error> {
        Timestamp::from_second(seconds).map(Self)
    }
}

/// Page of a list.
#[derive(Deserialize)]
pub(in crate::connectors::stripe) struct List<T> {
    pub(in crate::connectors::stripe) data: Vec<T>,
    #[serde(default)]
    pub(in crate::connectors::stripe) has_more: bool,
}

impl<T> Default for List<T> {
    fn default() -> Self {
        Self {
            data: Vec::new(),
            has_more: false,
        }
    }
}

/// Id of an object, or the object itself if the request asked for it.
#[derive(Deserialize)]
#[serde(untagged)]
pub(in crate::connectors::stripe) enum Ref<T> {
    Id(String),
    Object(Box<T>),
}

/// Object with an id.
pub(in crate::connectors::stripe) trait Named {
    fn id(&self) -> &str;
}

/// Entry of a list, after which the next page begins.
pub(in crate::connectors::stripe) trait Listed {
    fn id(&self) -> Option<&str>;
}

impl<T: Named> Ref<T> {
    pub(in crate::connectors::stripe) fn id(&self) -> &str {
        match self {
            Self::Id(id) => id,
            Self::Object(object) => object.id(),
        }
    }

    pub(in crate::connectors::stripe) fn object(&self) -> Option<&T> {
        match self {
            Self::Id(_) => None,
            Self::Object(object) => Some(object),
        }
    }
}

/// Object of which only the id is read.
#[derive(Deserialize)]
pub(in crate::connectors::stripe) struct Thing {
    id: String,
}

impl Named for Thing {
    fn id(&self) -> &str {
        &self.id
    }
}

/// Deserialises a list that is null unless the request asked for it.
pub(in crate::connectors::stripe) fn null_is_none<'de, D, T>(
    deserializer: D,
) -> Result<List<T>, D::Error>
where
    D: Deserializer<'de>,
    T: Deserialize<'de>,
{
    Option::<List<T>>::deserialize(deserializer).map(Option::unwrap_or_default)
}
