//! Events, as far as they say which purchase they are about. The rest, most of a notification, is
//! skipped without being copied. A field in an unexpected form counts as absent.

use std::borrow::Cow;
use std::fmt;
use std::marker::PhantomData;

use serde::de::value::MapAccessDeserializer;
use serde::de::{Error, IgnoredAny, MapAccess, SeqAccess, Visitor};
use serde::{Deserialize, Deserializer};
use serde_json::Value;

#[derive(Default, Deserialize)]
#[serde(default)]
pub(in crate::connectors::stripe) struct Event<'a> {
    #[serde(borrow)]
    pub(in crate::connectors::stripe) object: Text<'a>,
    #[serde(borrow)]
    pub(in crate::connectors::stripe) id: Text<'a>,
    #[serde(borrow, rename = "type")]
    pub(in crate::connectors::stripe) kind: Text<'a>,
    #[serde(borrow)]
    pub(in crate::connectors::stripe) account: Text<'a>,
    pub(in crate::connectors::stripe) livemode: Value,
    pub(in crate::connectors::stripe) created: Value,
    #[serde(borrow)]
    pub(in crate::connectors::stripe) data: Fields<Data<'a>>,
}

#[derive(Deserialize)]
pub(in crate::connectors::stripe) struct Data<'a> {
    #[serde(borrow, default)]
    pub(in crate::connectors::stripe) object: Fields<Object<'a>>,
}

/// Subject of an event: a subscription, a session, an invoice, a charge, a refund or a dispute.
#[derive(Default, Deserialize)]
#[serde(default)]
pub(in crate::connectors::stripe) struct Object<'a> {
    #[serde(borrow)]
    pub(in crate::connectors::stripe) id: Id<'a>,
    #[serde(borrow)]
    pub(in crate::connectors::stripe) mode: Text<'a>,
    #[serde(borrow)]
    pub(in crate::connectors::stripe) subscription: Id<'a>,
    #[serde(borrow)]
    pub(in crate::connectors::stripe) parent: Fields<Parent<'a>>,
    #[serde(borrow)]
    pub(in crate::connectors::stripe) payment_intent: Id<'a>,
    #[serde(borrow)]
    pub(in crate::connectors::stripe) charge: Id<'a>,
}

/// What an invoice was made for.
#[derive(Default, Deserialize)]
#[serde(default)]
pub(in crate::connectors::stripe) struct Parent<'a> {
    #[serde(borrow, rename = "type")]
    pub(in crate::connectors::stripe) kind: Text<'a>,
    #[serde(borrow)]
    pub(in crate::connectors::stripe) subscription_details: Fields<Details<'a>>,
}

#[derive(Default, Deserialize)]
#[serde(default)]
pub(in crate::connectors::stripe) struct Details<'a> {
    #[serde(borrow)]
    pub(in crate::connectors::stripe) subscription: Id<'a>,
}

/// A text.
#[derive(Default)]
pub(in crate::connectors::stripe) struct Text<'a>(Option<Cow<'a, str>>);

/// An id that is not empty, or that of the object in its place.
#[derive(Default)]
pub(in crate::connectors::stripe) struct Id<'a>(Option<Cow<'a, str>>);

/// An object.
pub(in crate::connectors::stripe) struct Fields<T>(Option<T>);

impl<T> Default for Fields<T> {
    fn default() -> Self {
        Self(None)
    }
}

impl Text<'_> {
    pub(in crate::connectors::stripe) fn get(&self) -> Option<&str> {
        self.0.as_deref()
    }
}

impl Id<'_> {
    pub(in crate::connectors::stripe) fn get(&self) -> Option<&str> {
        self.0.as_deref()
    }
}

impl<T> Fields<T> {
    pub(in crate::connectors::stripe) const fn get(&self) -> Option<&T> {
        self.0.as_ref()
    }
}

impl<'de: 'a, 'a> Deserialize<'de> for Text<'a> {
    fn deserialize<D: Deserializer<'de>>(input: D) -> Result<Self, D::Error> {
        let read = input.deserialize_any(Tolerant(|text| text, |_: IgnoredAny| None, PhantomData));
        read.map(Self)
    }
}

impl<'de: 'a, 'a> Deserialize<'de> for Id<'a> {
    fn deserialize<D: Deserializer<'de>>(input: D) -> Result<Self, D::Error> {
        #[derive(Deserialize)]
        struct Named<'a> {
            #[serde(borrow, default)]
            id: Text<'a>,
        }
        let read = input.deserialize_any(Tolerant(
            |text| text,
            |named: Named<'a>| named.id.0,
            PhantomData,
        ));
        let read: Option<Cow<'a, str>> = read?;
        Ok(Self(read.filter(|id| !id.is_empty())))
    }
}

impl<'de, T: Deserialize<'de>> Deserialize<'de> for Fields<T> {
    fn deserialize<D: Deserializer<'de>>(input: D) -> Result<Self, D::Error> {
        let read = input.deserialize_any(Tolerant(|_| None, Some, PhantomData));
        read.map(Self)
    }
}

/// Reads a text or an object of fields; anything else is skipped.
struct Tolerant<T, O, M>(T, M, PhantomData<O>);

impl<'de, T, O, M, R> Visitor<'de> for Tolerant<T, O, M>
where
    T: FnOnce(Option<Cow<'de, str>>) -> Option<R>,
    O: Deserialize<'de>,
    M: FnOnce(O) -> Option<R>,
{
    type Value = Option<R>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("any value")
    }

    fn visit_borrowed_str<E: Error>(self, text: &'de str) -> Result<Self::Value, E> {
        Ok(self.0(Some(Cow::Borrowed(text))))
    }

    fn visit_str<E: Error>(self, text: &str) -> Result<Self::Value, E> {
        Ok(self.0(Some(Cow::Owned(text.to_owned()))))
    }

    fn visit_map<A: MapAccess<'de>>(self, map: A) -> Result<Self::Value, A::Error> {
        O::deserialize(MapAccessDeserializer::new(map)).map(self.1)
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut list: A) -> Result<Self::Value, A::Error> {
        while list.next_element::<IgnoredAny>()?.is_some() {}
        Ok(None)
    }

    fn visit_unit<E: Error>(self) -> Result<Self::Value, E> {
        Ok(None)
    }

    fn visit_bool<E: Error>(self, _: bool) -> Result<Self::Value, E> {
        Ok(None)
    }

    fn visit_i64<E: Error>(self, _: i64) -> Result<Self::Value, E> {
        Ok(None)
    }

    fn visit_u64<E: Error>(self, _: u64) -> Result<Self::Value, E> {
        Ok(None)
    }

    fn visit_f64<E: Error>(self, _: f64) -> Result<Self::Value, E> {
        Ok(None)
    }
}
