//! Parsing of values whose format the store does not promise.

use domain::{Timestamp, whole_milliseconds};
use serde_json::Value;

/// Epoch numbers from here on are milliseconds; as seconds they would be beyond the year 5000.
const LEAST_MILLISECONDS: i64 = 100_000_000_000;

/// Error: the value is present and can't be read as the expected type.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Unreadable;

/// Returns a field by its name, or else one that differs only in capitals. `null` counts as absent.
pub(crate) fn field<'a>(object: &'a Value, name: &str) -> &'a Value {
    let given = |value: &&Value| !value.is_null();
    // The exact name first, so that an object with both spellings has one meaning.
    let exact = object.get(name).filter(given);
    let respelled = || {
        let mut fields = object.as_object()?.iter();
        let (_, value) =
            fields.find(|(key, value)| given(value) && key.eq_ignore_ascii_case(name))?;
        Some(value)
    };
    exact.or_else(respelled).unwrap_or(&Value::Null)
}

/// Reads a text; a number counts as its digits, an empty text as absent.
pub(crate) fn text(value: &Value) -> Result<Option<String>, Unreadable> {
    match value {
        Value::Null => Ok(None),
        Value::String(text) if text.is_empty() => Ok(None),
        Value::String(text) => Ok(Some(text.clone())),
        Value::Number(number) => Ok(Some(number.to_string())),
        _ => Err(Unreadable),
    }
}

/// Reads a boolean, also from a word.
pub(crate) fn flag(value: &Value) -> Result<Option<bool>, Unreadable> {
    match value {
        Value::Null => Ok(None),
        Value::Bool(flag) => Ok(Some(*flag)),
        Value::String(text) if text.is_empty() => Ok(None),
        Value::String(text) if text.eq_ignore_ascii_case("true") => Ok(Some(true)),
        Value::String(text) if text.eq_ignore_ascii_case("false") => Ok(Some(false)),
        _ => Err(Unreadable),
    }
}

/// Reads a whole number, also from its digits.
pub(crate) fn whole_number(value: &Value) -> Result<Option<i64>, Unreadable> {
    match value {
        Value::Null => Ok(None),
        Value::String(text) if text.is_empty() => Ok(None),
        Value::String(text) => text.parse().map(Some).map_err(|_| Unreadable),
        Value::Number(number) => number.as_i64().map(Some).ok_or(Unreadable),
        _ => Err(Unreadable),
    }
}

/// Reads a time: RFC 3339, or epoch seconds or milliseconds as a number or as digits. Truncated to
/// milliseconds.
pub(crate) fn instant(value: &Value) -> Result<Option<Timestamp>, Unreadable> {
    match value {
        Value::Null => Ok(None),
        Value::String(text) if text.is_empty() => Ok(None),
        Value::String(text) => instant_text(text).map(Some).ok_or(Unreadable),
        Value::Number(number) => {
            let at = number.as_i64().and_then(epoch);
            at.map(Some).ok_or(Unreadable)
        }
        _ => Err(Unreadable),
    }
}

/// Reads a time from a text.
pub(crate) fn instant_text(text: &str) -> Option<Timestamp> {
    let at = match text.parse::<i64>() {
        Ok(number) => epoch(number),
        Err(_) => text.parse().ok(),
    };
    at.map(whole_milliseconds)
}

fn epoch(number: i64) -> Option<Timestamp> {
    let read = if number.saturating_abs() >= LEAST_MILLISECONDS {
        Timestamp::from_millisecond(number)
    } else {
        Timestamp::from_second(number)
    };
    read.ok()
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn one_instant_in_its_forms() {
        let expected = "2026-12-05T09:30:04Z".parse().unwrap();
        for form in [
            json!("2026-12-05T09:30:04Z"),
            json!("2026-12-05T10:30:04+01:00"),
            json!("2026-12-05T09:30:04.000400Z"),
            json!(1_796_463_004),
            json!(1_796_463_004_000_i64),
            json!("1796463004"),
            json!("1796463004000"),
        ] {
            assert_eq!(instant(&form), Ok(Some(expected)), "{form}");
        }
    }

    #[test]
    fn nothing_is_not_an_error_and_nonsense_is() {
        for none in [json!(null), json!("")] {
            assert_eq!(instant(&none), Ok(None));
            assert_eq!(text(&none), Ok(None));
            assert_eq!(flag(&none), Ok(None));
        }
        for nonsense in [
            json!("soon"),
            json!("2026-12-05T09:30:04"),
            json!({}),
            json!(1.5),
        ] {
            assert_eq!(instant(&nonsense), Err(Unreadable), "{nonsense}");
        }
        assert_eq!(text(&json!([])), Err(Unreadable));
        assert_eq!(flag(&json!(1)), Err(Unreadable));
    }

    #[test]
    fn a_field_is_found_by_its_name_and_else_in_other_capitals() {
        let object = json!({"RenewalDate": 1, "renewalDate": 2, "TermSKU": "x", "term": null,
            "Term": "1 Month"});
        assert_eq!(field(&object, "renewalDate"), &json!(2));
        assert_eq!(field(&object, "termSku"), &json!("x"));
        assert_eq!(field(&object, "term"), &json!("1 Month"));
        assert_eq!(field(&object, "termSkus"), &Value::Null);
        assert_eq!(field(&json!([]), "term"), &Value::Null);
    }

    #[test]
    fn numbers_are_texts_and_words_are_flags() {
        assert_eq!(text(&json!(88_120_044)), Ok(Some("88120044".to_owned())));
        assert_eq!(flag(&json!("TRUE")), Ok(Some(true)));
        assert_eq!(flag(&json!(false)), Ok(Some(false)));
    }

    #[test]
    fn a_whole_number_may_be_written_as_a_text() {
        for four in [json!(4), json!("4")] {
            assert_eq!(whole_number(&four), Ok(Some(4)));
        }
        for none in [json!(null), json!("")] {
            assert_eq!(whole_number(&none), Ok(None));
        }
        for nonsense in [json!(4.5), json!("four"), json!(true), json!(u64::MAX)] {
            assert_eq!(whole_number(&nonsense), Err(Unreadable), "{nonsense}");
        }
    }
}
