//! Messages as the stores publish them, and whether the simulator writes the like.
//!
//! `fixtures/published` has a file for each: the name of the source, and the message with values that
//! are made up.

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;

use serde_json::{Map, Value};

/// The message in the file of this name, such as `roku/sale`.
pub fn published(name: &str) -> Value {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/fixtures/published");
    let text = fs::read(folder.join(name).with_extension("json")).unwrap();
    let mut file: Value = serde_json::from_slice(&text).unwrap();
    assert!(file["source"].is_string(), "{name} has no source");
    file["message"].take()
}

/// Asserts that a message of the simulator has the same fields as the published one, in the same forms.
/// A field that is null has any form.
pub fn assert_alike(published: &Value, simulated: &Value) {
    let mut differences = Vec::new();
    compare("", published, simulated, &mut differences);
    assert!(differences.is_empty(), "{differences:#?}");
}

fn compare(at: &str, published: &Value, simulated: &Value, differences: &mut Vec<String>) {
    match (published, simulated) {
        (Value::Null, _) | (_, Value::Null) => {}
        (Value::Object(published), Value::Object(simulated)) => {
            compare_fields(at, published, simulated, differences);
        }
        (Value::Array(published), Value::Array(simulated)) => {
            for (one, other) in published.iter().zip(simulated) {
                compare(&format!("{at}[]"), one, other, differences);
            }
        }
        _ => {
            let (published, simulated) = (form(published), form(simulated));
            if published != simulated {
                differences.push(format!("{at} is {published}, in the simulator {simulated}"));
            }
        }
    }
}

fn compare_fields(
    at: &str,
    published: &Map<String, Value>,
    simulated: &Map<String, Value>,
    differences: &mut Vec<String>,
) {
    let names: BTreeSet<&String> = published.keys().chain(simulated.keys()).collect();
    for name in names {
        let at = format!("{at}/{name}");
        match (published.get(name), simulated.get(name)) {
            (Some(one), Some(other)) => compare(&at, one, other, differences),
            (Some(_), None) => differences.push(format!("{at} is missing in the simulator")),
            (None, _) => differences.push(format!("{at} is only in the simulator")),
        }
    }
}

/// What a value is, more exactly than its type in JSON.
fn form(value: &Value) -> &'static str {
    match value {
        Value::Null => "null",
        Value::Bool(_) => "a boolean",
        Value::Number(number) if number.is_i64() => "a whole number",
        Value::Number(_) => "a number",
        Value::String(text) if text.parse::<domain::Timestamp>().is_ok() => "an instant",
        Value::String(text) if text.starts_with("/Date(") => "a date of Roku",
        Value::String(text) if !text.is_empty() && text.bytes().all(|b| b.is_ascii_digit()) => {
            "digits"
        }
        Value::String(_) => "a text",
        Value::Array(_) => "an array",
        Value::Object(_) => "an object",
    }
}
