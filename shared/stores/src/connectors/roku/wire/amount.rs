//! Roku's amounts of money: decimal numbers, or strings of such.

use serde_json::Value;

/// Decimal places of an amount in millionths.
const PLACES: usize = 6;

/// Parses an amount to millionths of the currency's unit; `None` if it is no amount. Digits after
/// the sixth place are cut off.
pub(in crate::connectors::roku) fn micros(value: &Value) -> Option<i64> {
    match value {
        // By its decimal text and not as a float: 8.99 must not become 8.989999.
        Value::Number(number) => micros_of_text(&number.to_string()),
        Value::String(text) => micros_of_text(text),
        _ => None,
    }
}

pub(in crate::connectors::roku) fn micros_of_text(text: &str) -> Option<i64> {
    let (negative, text) = match text.strip_prefix('-') {
        Some(text) => (true, text),
        None => (false, text),
    };
    let (whole, fraction) = text.split_once('.').unwrap_or((text, ""));
    let is_digits = |text: &str| text.bytes().all(|byte| byte.is_ascii_digit());
    if whole.is_empty() || !is_digits(whole) || !is_digits(fraction) {
        return None;
    }
    let fraction: String = fraction.chars().chain(['0'; PLACES]).take(PLACES).collect();
    let micros = whole
        .parse::<i64>()
        .ok()?
        .checked_mul(1_000_000)?
        .checked_add(fraction.parse().ok()?)?;
    Some(if negative { -micros } else { micros })
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn numbers_and_their_texts_are_amounts() {
        for (value, expected) in [
            (json!(8.99), 8_990_000),
            (json!("8.99"), 8_990_000),
            (json!(-0.72), -720_000),
            (json!(0), 0),
            (json!(9), 9_000_000),
            (json!("1.23456789"), 1_234_567),
        ] {
            assert_eq!(micros(&value), Some(expected), "{value}");
        }
    }

    #[test]
    fn anything_else_is_none() {
        for value in [
            json!(null),
            json!(""),
            json!("-"),
            json!(".5"),
            json!("8,99"),
            json!("1e3"),
            json!("99999999999999999999"),
            json!("9999999999999"),
            json!([8.99]),
        ] {
            assert_eq!(micros(&value), None, "{value}");
        }
    }
}
