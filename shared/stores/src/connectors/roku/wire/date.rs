//! Roku's dates.

use domain::{Timestamp, whole_milliseconds};
use jiff::civil::DateTime;
use jiff::tz::TimeZone;
use serde_json::Value;

/// Error: not a date in one of Roku's formats.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::connectors::roku) struct NoDate;

/// Parses `/Date(<milliseconds>[±hhmm])/`, whose offset is for display only; RFC 3339 with any
/// number of fractional digits; or the same without a zone, which is UTC. Truncated to
/// milliseconds.
pub(in crate::connectors::roku) fn instant(value: &Value) -> Result<Option<Timestamp>, NoDate> {
    match value {
        Value::Null => Ok(None),
        Value::String(text) if text.is_empty() => Ok(None),
        Value::String(text) => instant_text(text).map(Some).ok_or(NoDate),
        _ => Err(NoDate),
    }
}

pub(in crate::connectors::roku) fn instant_text(text: &str) -> Option<Timestamp> {
    let at = match text.strip_prefix("/Date(") {
        Some(rest) => Timestamp::from_millisecond(milliseconds(rest)?).ok(),
        None => zoned(text),
    };
    at.map(whole_milliseconds)
}

fn milliseconds(rest: &str) -> Option<i64> {
    let inner = rest.strip_suffix(")/")?;
    let (sign, digits) = match inner.strip_prefix('-') {
        Some(digits) => (-1, digits),
        None => (1, inner),
    };
    let number = match digits.split_once(['+', '-']) {
        // The milliseconds are UTC already. Applying the offset would move every date.
        Some((number, offset)) if is_digits(offset) && offset.len() == 4 => number,
        Some(_) => return None,
        None => digits,
    };
    let number: i64 = Some(number)
        .filter(|number| is_digits(number))?
        .parse()
        .ok()?;
    number.checked_mul(sign)
}

fn is_digits(text: &str) -> bool {
    !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit())
}

fn zoned(text: &str) -> Option<Timestamp> {
    text.parse().ok().or_else(|| {
        let local: DateTime = text.parse().ok()?;
        Some(local.to_zoned(TimeZone::UTC).ok()?.timestamp())
    })
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn one_instant_in_its_forms() {
        let expected = "2026-12-02T10:15:04.123Z".parse().unwrap();
        for form in [
            "/Date(1796206504123+0000)/",
            "/Date(1796206504123-0800)/",
            "/Date(1796206504123)/",
            "2026-12-02T10:15:04.123Z",
            "2026-12-02T10:15:04.1234567Z",
            "2026-12-02T10:15:04.123456789Z",
            "2026-12-02T11:15:04.123+01:00",
            "2026-12-02T10:15:04.123",
        ] {
            assert_eq!(instant(&json!(form)), Ok(Some(expected)), "{form}");
        }
        let escaped: Value = serde_json::from_str(r#""\/Date(1796206504123)\/""#).unwrap();
        assert_eq!(instant(&escaped), Ok(Some(expected)));
    }

    #[test]
    fn it_may_lie_before_1970() {
        let before = "1969-12-31T23:59:59Z".parse().unwrap();
        assert_eq!(instant_text("/Date(-1000+0000)/"), Some(before));
        assert_eq!(instant_text("/Date(-1000)/"), Some(before));
    }

    #[test]
    fn nothing_is_no_date_and_anything_else_is_none() {
        assert_eq!(instant(&Value::Null), Ok(None));
        assert_eq!(instant(&json!("")), Ok(None));
        for nonsense in [
            json!(1_796_206_504_123_i64),
            json!("1796206504123"),
            json!("/Date()/"),
            json!("/Date(soon)/"),
            json!("/Date(1+00)/"),
            json!("/Date(1+00:00)/"),
            json!("/Date(+1)/"),
            json!("/Date(1796206504123"),
            json!("/Date(99999999999999999999)/"),
            json!("/Date(9223372036854775807)/"),
            json!("2026-13-02T10:15:04Z"),
            json!("tomorrow"),
            json!({}),
        ] {
            assert_eq!(instant(&nonsense), Err(NoDate), "{nonsense}");
        }
    }
}
