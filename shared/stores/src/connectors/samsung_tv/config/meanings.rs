//! Configurable meanings of Samsung's codes, and the strictness of checks.

use std::collections::BTreeMap;

use serde_json::Value;

use crate::fields::{Fields, shortened};
use domain::FieldError;

/// Consequence of a check that fails.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::connectors::samsung_tv) enum Strictness {
    /// The answer is refused.
    Strict,
    /// A line is logged.
    Warn,
    /// The check is not made.
    Off,
}

pub(in crate::connectors::samsung_tv) const STRICTNESS: [(&str, Strictness); 3] = [
    ("strict", Strictness::Strict),
    ("warn", Strictness::Warn),
    ("off", Strictness::Off),
];

/// Meaning of a `CPStatus` other than success. The codes are not published.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::connectors::samsung_tv) enum CodeMeaning {
    Retry,
    Throttled,
    Unauthorized,
    NotFound,
    Rejected,
}

pub(in crate::connectors::samsung_tv) const CODE_MEANINGS: [(&str, CodeMeaning); 5] = [
    ("retry", CodeMeaning::Retry),
    ("throttled", CodeMeaning::Throttled),
    ("unauthorized", CodeMeaning::Unauthorized),
    ("not-found", CodeMeaning::NotFound),
    ("rejected", CodeMeaning::Rejected),
];

/// Meaning of a `SubsStatus` for access.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::connectors::samsung_tv) enum StatusMeaning {
    Active,
    Expired,
    Cancelled,
    PaymentFailed,
    Unknown,
}

pub(in crate::connectors::samsung_tv) const STATUS_MEANINGS: [(&str, StatusMeaning); 5] = [
    ("active", StatusMeaning::Active),
    ("expired", StatusMeaning::Expired),
    ("cancelled", StatusMeaning::Cancelled),
    ("payment-failed", StatusMeaning::PaymentFailed),
    ("unknown", StatusMeaning::Unknown),
];

impl StatusMeaning {
    /// Returns the meaning that Samsung documents.
    pub(in crate::connectors::samsung_tv) fn by_default(word: &str) -> Self {
        match word {
            "00" => Self::Active,
            "01" => Self::Expired,
            "02" | "04" | "05" => Self::Cancelled,
            "03" => Self::PaymentFailed,
            // A status that is not documented decides nothing (ADR 29): the stored state stays.
            _ => Self::Unknown,
        }
    }
}

/// Reads an object that maps the store's codes to meanings.
pub(in crate::connectors::samsung_tv) fn read<T: Copy>(
    fields: &mut Fields<'_>,
    name: &'static str,
    choices: &[(&'static str, T)],
) -> Result<BTreeMap<String, T>, FieldError> {
    let Some(value) = fields.value(name) else {
        return Ok(BTreeMap::new());
    };
    let object = value
        .as_object()
        .ok_or_else(|| FieldError::new(name, "must be a JSON object"))?;
    let words: Vec<_> = choices.iter().map(|(word, _)| *word).collect();
    let rule = || format!("must be one of: {}", words.join(", "));
    let meaning = |(code, given): (&String, &Value)| {
        let chosen = choices.iter().find(|(word, _)| given == word);
        chosen
            .map(|(_, meaning)| (code.clone(), *meaning))
            .ok_or_else(|| FieldError::new(format!("{name}.{}", shortened(code)), rule()))
    };
    object.iter().map(meaning).collect()
}
