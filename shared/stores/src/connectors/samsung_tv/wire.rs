//! Samsung's messages: the head of every answer, and the formats of fields.

pub(in crate::connectors::samsung_tv) mod purchase_list;

use domain::Timestamp;
use jiff::civil::DateTime;
use jiff::tz::TimeZone;
use serde_json::Value;

use crate::lenient::{self, Unreadable};

/// The only status code whose meaning is published.
pub(super) const SUCCESS: &str = "100000";

/// Error: a field has an unknown format, or is required and missing.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("the field {0} is missing or has an unknown form")]
pub(super) struct UnknownForm(pub(super) &'static str);

/// Fields with which every answer begins.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Head {
    pub(super) status: String,
    pub(super) result: String,
}

impl Head {
    pub(super) fn read(json: &Value) -> Result<Self, UnknownForm> {
        Ok(Self {
            status: text(json, "CPStatus")?.ok_or(UnknownForm("CPStatus"))?,
            result: text(json, "CPResult")?.unwrap_or_default(),
        })
    }
}

/// State of the pagination, from the result of a list call.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Pages {
    More,
    Last,
    /// The customer has bought nothing in this country.
    Nothing,
}

impl Pages {
    /// Parses a result; `None` if it is unknown.
    pub(super) fn of(result: &str) -> Option<Self> {
        match result {
            "hasNext:TRUE" => Some(Self::More),
            "EOF" => Some(Self::Last),
            // Clients have seen both spellings, with `CPStatus` success.
            "Your Invoice Not Found" | "Your Invoice Not Found." => Some(Self::Nothing),
            _ => None,
        }
    }
}

pub(super) fn text(json: &Value, name: &'static str) -> Result<Option<String>, UnknownForm> {
    read(json, name, lenient::text)
}

pub(super) fn flag(json: &Value, name: &'static str) -> Result<Option<bool>, UnknownForm> {
    read(json, name, lenient::flag)
}

pub(super) fn instant(json: &Value, name: &'static str) -> Result<Option<Timestamp>, UnknownForm> {
    read(json, name, |value| match lenient::text(value)? {
        None => Ok(None),
        Some(text) => fourteen_digits(&text).map(Some).ok_or(Unreadable),
    })
}

fn read<T>(
    json: &Value,
    name: &'static str,
    form: fn(&Value) -> Result<Option<T>, Unreadable>,
) -> Result<Option<T>, UnknownForm> {
    form(lenient::field(json, name)).map_err(|Unreadable| UnknownForm(name))
}

/// Parses `YYYYMMDDHHmmss` in UTC.
fn fourteen_digits(text: &str) -> Option<Timestamp> {
    if text.len() != 14 || !text.bytes().all(|byte| byte.is_ascii_digit()) {
        return None;
    }
    let civil = DateTime::strptime("%Y%m%d%H%M%S", text).ok()?;
    Some(civil.to_zoned(TimeZone::UTC).ok()?.timestamp())
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn times_are_fourteen_digits_in_utc() {
        let read = |value| instant(&json!({ "T": value }), "T");
        let expected = "2026-11-05T09:30:00Z".parse().unwrap();
        assert_eq!(read(json!("20261105093000")), Ok(Some(expected)));
        assert_eq!(read(json!(20_261_105_093_000_i64)), Ok(Some(expected)));
        assert_eq!(read(json!("")), Ok(None));
        for wrong in [
            "20261305093000",
            "2026110509300",
            "2026-11-05",
            "+2026110509300",
        ] {
            assert_eq!(read(json!(wrong)), Err(UnknownForm("T")), "{wrong}");
        }
    }
}
