//! Strict check of notifications against the format's field table: required, optional and forbidden
//! fields of each type.

use serde_json::Value;

/// Types, each with the fields that it requires besides [`ALWAYS`] and those that it may have.
const TYPES: [(&str, &[&str], &[&str]); 6] = [
    ("new", &["start_date", "end_date"], &["trial_end_date"]),
    ("renew", &["start_date", "end_date"], &[]),
    ("cancel", &["end_date", "cancellation_date"], &[]),
    ("pause", &["start_date"], &["end_date"]),
    ("hold", &["start_date"], &["end_date"]),
    ("resume", &["start_date", "end_date"], &[]),
];

/// Fields of every type.
const ALWAYS: [&str; 7] = [
    "notification_type",
    "external_user_id",
    "transaction_id",
    "original_store",
    "sku",
    "package_name",
    "notification_date",
];

/// Smallest Unix date that is in milliseconds: as seconds it would be the year 5138.
const MILLISECONDS_FROM: i64 = 100_000_000_000;

/// Returns the violations of the format in a notification; empty if there are none.
#[must_use]
pub fn violations(message: &Value) -> Vec<String> {
    let Some(fields) = message.as_object() else {
        return vec!["it is no object".to_owned()];
    };
    let kind = fields
        .get("notification_type")
        .and_then(Value::as_str)
        .unwrap_or_default();
    let Some((_, required, optional)) = TYPES.iter().find(|(name, ..)| *name == kind) else {
        return vec![format!("notification_type {kind:?} is unknown")];
    };
    let mut found = Vec::new();
    let mut units = Vec::new();
    for name in ALWAYS.iter().chain(*required) {
        if !fields.contains_key(*name) {
            found.push(format!("{kind} requires {name}"));
        }
    }
    for (name, value) in fields {
        if ![&ALWAYS[..], required, optional]
            .concat()
            .contains(&name.as_str())
        {
            found.push(format!("{kind} must not have {name}"));
        } else if name.ends_with("_date") {
            match value.as_i64().filter(|date| *date > 0) {
                Some(date) => units.push(date >= MILLISECONDS_FROM),
                None => found.push(format!("{name} must be a positive integer")),
            }
        } else if value.as_str().is_none_or(str::is_empty) {
            found.push(format!("{name} must be a text"));
        }
    }
    units.dedup();
    if units.len() > 1 {
        found.push("the dates have two units".to_owned());
    }
    found
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn a_whole_notification_has_no_violation() {
        let cancel = json!({
            "notification_type": "cancel", "external_user_id": "ada", "transaction_id": "t",
            "original_store": "Vizio Store", "sku": "s", "package_name": "p",
            "notification_date": 1_796_911_560, "end_date": 1_797_067_800,
            "cancellation_date": 1_796_911_500,
        });
        assert_eq!(violations(&cancel), Vec::<String>::new());
    }

    #[test]
    fn each_kind_of_violation_is_named() {
        let odd = json!({
            "notification_type": "renew", "external_user_id": "", "transaction_id": "t",
            "original_store": "Vizio Store", "sku": "s", "package_name": "p",
            "notification_date": 1_796_911_560, "end_date": 1_797_067_800_000_i64,
            "cancellation_date": "soon",
        });
        assert_eq!(
            violations(&odd),
            [
                "renew requires start_date",
                "renew must not have cancellation_date",
                "external_user_id must be a text",
                "the dates have two units",
            ]
        );
    }
}
