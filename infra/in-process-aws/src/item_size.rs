//! Sizes of items, as DynamoDB counts them.

use jiff::Timestamp;
use serde_json::Value;

/// Bytes that every time counts, whatever its decimals: sizes must not depend on the moment of a
/// run.
const TIME: usize = 24;

/// Size of a list or a map, beside its content.
const CONTAINER: usize = 3;

/// Returns the size of an item in DynamoDB's JSON, in bytes
/// (<https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/CapacityUnitCalculations.html>).
/// A text that is a time counts 24 bytes.
#[must_use]
pub fn item_size(item: &Value) -> usize {
    let attributes = item.as_object().into_iter().flatten();
    attributes
        .map(|(name, value)| name.len() + attribute_size(value))
        .sum()
}

fn attribute_size(attribute: &Value) -> usize {
    let (kind, value) = attribute.as_object().unwrap().iter().next().unwrap();
    match (kind.as_str(), value) {
        ("S", Value::String(text)) => text_size(text),
        // Two digits are a byte, and one more is for sign and exponent.
        ("N", Value::String(number)) => number.len().div_ceil(2) + 1,
        ("BOOL" | "NULL", _) => 1,
        ("L", Value::Array(elements)) => {
            let elements = elements.iter().map(|element| 1 + attribute_size(element));
            CONTAINER + elements.sum::<usize>()
        }
        ("M", map) => CONTAINER + map.as_object().unwrap().len() + item_size(map),
        (kind, _) => panic!("the size of {kind} is not known"),
    }
}

fn text_size(text: &str) -> usize {
    if text.parse::<Timestamp>().is_ok() {
        TIME
    } else {
        text.len()
    }
}
