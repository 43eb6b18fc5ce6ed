//! Maps of strings, as details and hints are stored, from and to types with named fields.

use std::collections::BTreeMap;

use serde::de::DeserializeOwned;
use serde::{Deserialize as _, Deserializer, Serialize};
use serde_json::{Map, Value};

/// Returns the fields of a struct that are strings and not empty.
pub(crate) fn written<T: Serialize>(fields: &T) -> BTreeMap<String, String> {
    let Ok(Value::Object(fields)) = serde_json::to_value(fields) else {
        return BTreeMap::new();
    };
    let text = |(name, value)| match value {
        Value::String(text) if !text.is_empty() => Some((name, text)),
        _ => None,
    };
    fields.into_iter().filter_map(text).collect()
}

/// Reads a struct from the values with its fields' names; the default if it can't be read.
pub(crate) fn read<T: DeserializeOwned + Default>(map: &BTreeMap<String, String>) -> T {
    let fields = map
        .iter()
        .map(|(name, text)| (name.clone(), Value::from(text.as_str())));
    let fields = Value::Object(Map::from_iter(fields));
    serde_json::from_value(fields).unwrap_or_default()
}

/// Deserializes a value from its text; `None` if the text has another form, so that one value that
/// can't be read does not cost the others.
pub(crate) fn lenient<'de, D: Deserializer<'de>, T: std::str::FromStr>(
    deserializer: D,
) -> Result<Option<T>, D::Error> {
    let text = Option::<String>::deserialize(deserializer)?;
    Ok(text.and_then(|text| text.parse().ok()))
}

#[cfg(test)]
mod tests {
    use domain::Timestamp;
    use serde::Deserialize;

    use super::*;

    #[derive(Debug, Default, PartialEq, Serialize, Deserialize)]
    #[serde(rename_all = "camelCase", default)]
    struct Memory {
        #[serde(deserialize_with = "lenient")]
        counted_end: Option<Timestamp>,
        product_id: Option<String>,
    }

    fn map(values: &[(&str, &str)]) -> BTreeMap<String, String> {
        let owned = |(name, text): &(&str, &str)| ((*name).to_owned(), (*text).to_owned());
        values.iter().map(owned).collect()
    }

    #[test]
    fn what_is_written_is_read_and_the_rest_is_left_alone() {
        let memory = Memory {
            counted_end: Some("2026-11-15T09:30:00.25Z".parse().unwrap()),
            product_id: None,
        };
        let stored = map(&[("countedEnd", "2026-11-15T09:30:00.25Z")]);
        assert_eq!(written(&memory), stored);
        let more = map(&[("countedEnd", "2026-11-15T09:30:00.25Z"), ("other", "x")]);
        assert_eq!(read::<Memory>(&more), memory);
        assert_eq!(
            written(&Memory {
                product_id: Some(String::new()),
                ..Memory::default()
            }),
            map(&[])
        );
    }

    #[test]
    fn a_value_in_another_form_does_not_cost_the_others() {
        let stored = map(&[("countedEnd", "soon"), ("productId", "premium")]);
        let read: Memory = read(&stored);
        assert_eq!(read.counted_end, None);
        assert_eq!(read.product_id.as_deref(), Some("premium"));
    }
}
