//! Strict parsing of a JSON object with known fields.

use std::borrow::Cow;
use std::time::Duration;

use reqwest::header::HeaderName;
use serde_json::{Map, Value};

use domain::{FieldError, read_json};

const LONGEST_COUPON_CODE: usize = 255;

/// Fields of an object. Remembers which ones were read, so that others can be refused. `null`
/// counts as absent.
pub(crate) struct Fields<'a> {
    object: &'a Map<String, Value>,
    known: Vec<&'static str>,
}

impl<'a> Fields<'a> {
    /// Opens an object; `whole` names it in the error.
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

    /// Reads a string of `least` to `most` characters without control characters.
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

    /// Reads an optional text, also from a number; `None` if it is empty or invalid.
    pub(crate) fn optional_text(&mut self, name: &'static str, most: usize) -> Option<String> {
        match self.value(name)? {
            Value::Number(number) => Some(number.to_string()),
            value => text_within(value, 1, most).map(str::to_owned),
        }
    }

    /// Reads a required value under the first of its names with a valid one; otherwise returns the
    /// error of the first name that is present.
    pub(crate) fn first_of<T>(
        &mut self,
        names: &[&'static str],
        mut read: impl FnMut(&'static str, &'a Value) -> Result<T, FieldError>,
    ) -> Result<T, FieldError> {
        let mut wrong = None;
        for name in names {
            let Some(value) = self.value(name) else {
                continue;
            };
            match read(name, value) {
                Ok(usable) => return Ok(usable),
                Err(error) => wrong = wrong.or(Some(error)),
            }
        }
        let absent = || FieldError::new(names.first().copied().unwrap_or_default(), "is required");
        Err(wrong.unwrap_or_else(absent))
    }

    /// Reads the name of an HTTP header.
    pub(crate) fn header(&mut self, name: &'static str) -> Result<Option<&'a str>, FieldError> {
        let rule = "must be the name of an HTTP header";
        let Some(text) = self.text(name, 0, 128)? else {
            return Ok(None);
        };
        HeaderName::from_bytes(text.as_bytes())
            .map(|_| Some(text))
            .map_err(|_| FieldError::new(name, rule))
    }

    /// Reads the name of an HTTP header; an empty one means none.
    pub(crate) fn optional_header(
        &mut self,
        name: &'static str,
    ) -> Result<Option<&'a str>, FieldError> {
        if self.value(name).and_then(Value::as_str) == Some("") {
            return Ok(None);
        }
        self.header(name)
    }

    /// Reads a whole number of seconds.
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

    /// Reads the optional field `requestsPerSecond`, a whole number from 1 to `most`, as the least
    /// interval between two requests.
    pub(crate) fn pace(&mut self, default: u32, most: u32) -> Result<Duration, FieldError> {
        let name = "requestsPerSecond";
        let rate = match self.value(name) {
            None => Some(default),
            Some(value) => value
                .as_u64()
                .and_then(|rate| u32::try_from(rate).ok())
                .filter(|rate| (1..=most).contains(rate)),
        };
        rate.map(|rate| Duration::from_secs(1) / rate)
            .ok_or_else(|| FieldError::new(name, format!("must be a whole number, 1 to {most}")))
    }

    /// Reads a boolean.
    pub(crate) fn flag(&mut self, name: &'static str) -> Result<Option<bool>, FieldError> {
        let Some(value) = self.value(name) else {
            return Ok(None);
        };
        let flag = value.as_bool();
        flag.map(Some)
            .ok_or_else(|| FieldError::new(name, "must be true or false"))
    }

    /// Reads one of several named values.
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

    /// Reads `couponCode`. Any value is accepted, because an invalid code must not stop a purchase:
    /// what is not a string is read as its JSON text, and a longer one than any campaign's is
    /// truncated.
    pub(crate) fn coupon_code(&mut self) -> Option<String> {
        let code = match self.value("couponCode")? {
            Value::String(code) => Cow::Borrowed(code.as_str()),
            other => Cow::Owned(other.to_string()),
        };
        let code: String = code
            .chars()
            .map(|c| if unfit(c) { '\u{FFFD}' } else { c })
            .take(LONGEST_COUPON_CODE)
            .collect();
        Some(code).filter(|code| !code.is_empty())
    }

    /// Whether a field is present.
    pub(crate) fn set(&self, name: &str) -> bool {
        self.object.get(name).is_some_and(|value| !value.is_null())
    }

    /// Refuses fields that were never read.
    pub(crate) fn finish(&self) -> Result<(), FieldError> {
        let unknown = |name: &&String| !self.known.contains(&name.as_str());
        match self.object.keys().find(unknown) {
            None => Ok(()),
            // A misspelled switch would otherwise be lost in silence.
            Some(name) => Err(FieldError::new(shortened(name), "is not a known field")),
        }
    }
}

/// Reads a JSON object, also from its text.
pub(crate) fn object<'a>(value: &'a Value, name: &str) -> Result<Cow<'a, Value>, FieldError> {
    let object = match value {
        Value::String(text) => read_json(text.as_bytes()).ok().map(Cow::Owned),
        other => Some(Cow::Borrowed(other)),
    };
    object
        .filter(|object| object.is_object())
        .ok_or_else(|| FieldError::new(name, "must be a JSON object, or the text of one"))
}

/// Returns a text in the form of an e-mail address, without surrounding spaces.
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
    value
        .as_str()
        .filter(|text| (least..=most).contains(&text.chars().count()) && !text.chars().any(unfit))
}

/// Returns a text of up to `most` characters, or the error that names the field and the rule.
pub(crate) fn required_text<'a>(
    name: &str,
    value: &'a Value,
    most: usize,
) -> Result<&'a str, FieldError> {
    text_within(value, 1, most).ok_or_else(|| FieldError::new(name, text_rule(1, most)))
}

/// Whether a character is a control character, or one of the two that XML, and so a queue, can't
/// carry.
fn unfit(character: char) -> bool {
    character.is_control() || matches!(character, '\u{FFFE}' | '\u{FFFF}')
}

pub(crate) fn text_rule(least: usize, most: usize) -> String {
    format!("must be a string of {least} to {most} characters without control characters")
}

/// Shortens a name that somebody else chose, for a message.
pub(crate) fn shortened(name: &str) -> String {
    name.chars().filter(|c| !c.is_control()).take(64).collect()
}
