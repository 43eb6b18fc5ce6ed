//! The field table of the Beacon notification format: what each type must, may and must not carry.

use domain::DateUnit;
use domain::beacon::Notification;
use serde_json::Value;

const STRINGS: [&str; 6] = [
    "notification_type",
    "external_user_id",
    "transaction_id",
    "original_store",
    "sku",
    "package_name",
];

/// The dates that a type must have, and those that it may have besides.
fn dates(notification_type: &str) -> Option<(&'static [&'static str], &'static [&'static str])> {
    Some(match notification_type {
        "new" => (
            &["start_date", "end_date", "notification_date"],
            &["trial_end_date"],
        ),
        "renew" | "resume" => (&["start_date", "end_date", "notification_date"], &[]),
        "cancel" => (&["end_date", "cancellation_date", "notification_date"], &[]),
        "pause" | "hold" => (&["start_date", "notification_date"], &["end_date"]),
        _ => return None,
    })
}

/// From here on an integer is taken for milliseconds.
const LEAST_MILLISECONDS: i64 = 100_000_000_000;

fn is_date(value: &Value, unit: DateUnit) -> bool {
    value.as_i64().is_some_and(|date| match unit {
        DateUnit::Seconds => (1..LEAST_MILLISECONDS).contains(&date),
        DateUnit::Milliseconds => date >= LEAST_MILLISECONDS,
    })
}

/// What is wrong with a notification, field by field.
pub fn faults(notification: &Notification, unit: DateUnit) -> Vec<String> {
    let json = serde_json::to_value(notification).unwrap();
    faults_of_json(&json, unit)
}

fn faults_of_json(json: &Value, unit: DateUnit) -> Vec<String> {
    let Some((required, optional)) = json["notification_type"].as_str().and_then(dates) else {
        return vec!["notification_type: not one of the six".to_owned()];
    };
    let mut faults = Vec::new();
    for field in STRINGS {
        if json[field].as_str().is_none_or(str::is_empty) {
            faults.push(format!("{field}: must be a text"));
        }
    }
    for field in required {
        if !is_date(&json[field], unit) {
            faults.push(format!("{field}: must be a date"));
        }
    }
    for (field, value) in json.as_object().unwrap() {
        let field = field.as_str();
        if optional.contains(&field) && !is_date(value, unit) {
            faults.push(format!("{field}: must be a date or absent"));
        }
        let known = [&STRINGS[..], required, optional].concat();
        if !known.contains(&field) {
            faults.push(format!("{field}: must be absent"));
        }
    }
    faults
}

#[test]
fn the_checker_finds_each_kind_of_fault() {
    let right = serde_json::json!({
        "notification_type": "cancel", "external_user_id": "ada", "transaction_id": "vzs-1",
        "end_date": 1_796_463_000, "cancellation_date": 1_796_463_000,
        "notification_date": 1_796_463_000, "original_store": "Vizio Store",
        "sku": "monthly", "package_name": "Symphony Monthly",
    });
    assert_eq!(
        faults_of_json(&right, DateUnit::Seconds),
        Vec::<String>::new()
    );

    let wrong = [
        ("notification_type", Value::from("expire")),
        ("external_user_id", Value::from("")),
        ("end_date", Value::Null),
        ("end_date", Value::from("1796463000")),
        ("end_date", Value::from(1_796_463_000_000_i64)),
        ("cancellation_date", Value::from(0)),
        ("start_date", Value::from(1_796_463_000)),
        ("trial_end_date", Value::Null),
        ("event_id", Value::from("1")),
    ];
    for (field, value) in wrong {
        let mut json = right.clone();
        json[field] = value.clone();
        let faults = faults_of_json(&json, DateUnit::Seconds);
        assert_eq!(faults.len(), 1, "{field} = {value}: {faults:?}");
        assert!(faults[0].starts_with(field));
    }
    assert!(!faults_of_json(&right, DateUnit::Milliseconds).is_empty());
}
