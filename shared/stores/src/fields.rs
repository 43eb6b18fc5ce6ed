//! Strict reading of a JSON object whose fields are all known.

use std::borrow::Cow;

use reqwest::header::HeaderName;
use serde_json::{Map, Value};

use crate::FieldError;

const LONGEST_COUPON_CODE: usize = 255;

/// The fields of an object. Remembers which ones were asked for, so that the rest can be refused.
/// `null` counts as absent.
pub(crate) struct Fields<'a> {
    object: &'a Map<String, Value>,
    known: Vec<&'static str>,
}

impl<'a> Fields<'a> {
    /// `whole` names the object itself in the error.
    pub(crate) fn of(json: &'a Value, whole: &str) -> Result<Self, FieldError> {
        let object = json
            .as_object()
            .ok_or_else(|| FieldError::new(whole, "must be a JSON object"))?;
        Ok(Self {
            object,
            known: Vec::new(),
        })
    }

    pub(crate) fn value(&mut self, name: &'static str) -> Option<&'a Value> {
        self.known.push(name);
        self.object.get(name).filter(|value| !value.is_null())
    }

    /// A string of `least` to `most` characters, none of them a control character.
    pub(crate) fn text(
        &mut self,
        name: &'static str,
        least: usize,
        most: usize,
    ) -> Result<Option<&'a str>, FieldError> {
        let Some(value) = self.value(name) else {
            return Ok(None);
        };
        text_within(value, least, most)
            .map(Some)
            .ok_or_else(|| FieldError::new(name, text_rule(least, most)))
    }

    /// The name of an HTTP header.
    pub(crate) fn header(&mut self, name: &'static str) -> Result<Option<&'a str>, FieldError> {
        let rule = "must be the name of an HTTP header";
        let Some(text) = self.text(name, 0, 128)? else {
            return Ok(None);
        };
        HeaderName::from_bytes(text.as_bytes())
            .map(|_| Some(text))
            .map_err(|_| FieldError::new(name, rule))
    }

    /// The name of an HTTP header; an empty one means that there is none.
    pub(crate) fn optional_header(
        &mut self,
        name: &'static str,
    ) -> Result<Option<&'a str>, FieldError> {
        if self.value(name).and_then(Value::as_str) == Some("") {
            return Ok(None);
        }
        self.header(name)
    }

    /// A whole number of seconds.
    pub(crate) fn seconds(
        &mut self,
        name: &'static str,
        least: u64,
        most: u64,
    ) -> Result<Option<u64>, FieldError> {
        let Some(value) = self.value(name) else {
            return Ok(None);
        };
        let seconds = value.as_u64().filter(|s| (least..=most).contains(s));
        let rule = || format!("must be a whole number of seconds, {least} to {most}");
        seconds
            .map(Some)
            .ok_or_else(|| FieldError::new(name, rule()))
    }

    /// A yes or no.
    pub(crate) fn flag(&mut self, name: &'static str) -> Result<Option<bool>, FieldError> {
        let Some(value) = self.value(name) else {
            return Ok(None);
        };
        let flag = value.as_bool();
        flag.map(Some)
            .ok_or_else(|| FieldError::new(name, "must be true or false"))
    }

    /// One of a few words.
    pub(crate) fn choice<T: Copy>(
        &mut self,
        name: &'static str,
        choices: &[(&'static str, T)],
    ) -> Result<Option<T>, FieldError> {
        let Some(value) = self.value(name) else {
            return Ok(None);
        };
        let chosen = choices.iter().find(|(word, _)| value == word);
        let words: Vec<_> = choices.iter().map(|(word, _)| *word).collect();
        chosen
            .map(|(_, choice)| Some(*choice))
            .ok_or_else(|| FieldError::new(name, format!("must be one of: {}", words.join(", "))))
    }

    /// `couponCode`: any text, for a code that means nothing must not stop a purchase. One that no
    /// campaign can have is cut to what can be stored.
    pub(crate) fn coupon_code(&mut self) -> Result<Option<String>, FieldError> {
        let name = "couponCode";
        let Some(value) = self.value(name) else {
            return Ok(None);
        };
        let code = value
            .as_str()
            .ok_or_else(|| FieldError::new(name, "must be a string"))?;
        let unfit = |c: char| c.is_control() || matches!(c, '\u{FFFE}' | '\u{FFFF}');
        let code: String = code
            .chars()
            .map(|c| if unfit(c) { '\u{FFFD}' } else { c })
            .take(LONGEST_COUPON_CODE)
            .collect();
        Ok(Some(code).filter(|code| !code.is_empty()))
    }

    /// Whether each field that was asked for is there.
    pub(crate) fn set(&self, name: &str) -> bool {
        self.object.get(name).is_some_and(|value| !value.is_null())
    }

    /// Refuses what was never asked for.
    pub(crate) fn finish(&self) -> Result<(), FieldError> {
        let unknown = |name: &&String| !self.known.contains(&name.as_str());
        match self.object.keys().find(unknown) {
            None => Ok(()),
            Some(name) => Err(FieldError::new(shortened(name), "is not a known field")),
        }
    }
}

/// A JSON object, also as its text.
pub(crate) fn object<'a>(value: &'a Value, name: &str) -> Result<Cow<'a, Value>, FieldError> {
    let object = match value {
        Value::String(text) => serde_json::from_str(text).ok().map(Cow::Owned),
        other => Some(Cow::Borrowed(other)),
    };
    object
        .filter(|object| object.is_object())
        .ok_or_else(|| FieldError::new(name, "must be a JSON object, or the text of one"))
}

/// What looks like an e-mail address, without the space around it.
pub(crate) fn email(text: &str) -> Option<&str> {
    let text = text.trim();
    let (name, host) = text.split_once('@')?;
    let plain = |c: char| !c.is_whitespace() && !c.is_control() && c != '@';
    let fits = !name.is_empty()
        && text.len() <= 254
        && host.split('.').count() > 1
        && host.split('.').all(|label| !label.is_empty())
        && name.chars().chain(host.chars()).all(plain);
    fits.then_some(text)
}

pub(crate) fn text_within(value: &Value, least: usize, most: usize) -> Option<&str> {
    value.as_str().filter(|text| {
        let unfit = |c: char| c.is_control() || matches!(c, '\u{FFFE}' | '\u{FFFF}');
        (least..=most).contains(&text.chars().count()) && !text.chars().any(unfit)
    })
}

pub(crate) fn text_rule(least: usize, most: usize) -> String {
    format!("must be a string of {least} to {most} characters without control characters")
}

/// A name that somebody else chose, fit for a message.
pub(crate) fn shortened(name: &str) -> String {
    name.chars().filter(|c| !c.is_control()).take(64).collect()
}
