//! What is read from a notification whose origin is proven.

use domain::{Notice, NoticePolicy, StoreNotification};
use serde_json::{Value, json};
use stores::NotificationError;

use crate::support::{config, fixture, fixtures, read_notification, signed};

fn read(name: &str, changes: &Value) -> Result<StoreNotification, NotificationError> {
    let body = fixture(&format!("notifications/{name}"));
    read_notification(&config(changes), &signed(&body), &body)
}

/// The switches that a fixture needs.
fn changes(name: &str) -> Value {
    match name {
        "other_names" => json!({"fieldPointers": {
            "type": "/event/name", "time": "/event/at", "partner": "",
            "subscription": "/subscription/id",
        }}),
        _ => json!({}),
    }
}

#[test]
fn every_notification_in_the_fixtures() {
    for name in fixtures("notifications") {
        let shown = match read(&name, &changes(&name)) {
            Err(error) => json!({ "error": error.to_string() }),
            Ok(read) => json!({
                "id": read.id,
                "kind": read.kind,
                "locator": read.locator,
                "sentAt": read.sent_at,
                "notice": read.notice,
            }),
        };
        insta::assert_json_snapshot!(format!("notification_{name}"), shown);
    }
}

#[test]
fn only_an_end_is_believed_at_once() {
    let at_once: Vec<String> = fixtures("notifications")
        .into_iter()
        .filter(|name| {
            let read = read(name, &changes(name));
            read.is_ok_and(|read| read.notice.is_some_and(|n| n.alone == NoticePolicy::AtOnce))
        })
        .collect();
    assert_eq!(at_once, ["expired", "payment_refund"]);
}

#[test]
fn another_partners_notification_is_refused_unless_the_field_is_switched_off() {
    let name = "foreign_partner";
    let refused = read(name, &json!({}));
    assert_eq!(refused, Err(NotificationError::OtherApplication));
    assert!(read(name, &json!({"fieldPointers": {"partner": ""}})).is_ok());
}

#[test]
fn a_notification_that_names_no_partner_is_of_the_one_whose_key_signed_it() {
    let named = read("created", &json!({})).unwrap();
    let read = read("without_partner", &json!({})).unwrap();
    assert_eq!(read.locator, named.locator);
}

#[test]
fn a_pointer_for_look_ups_does_not_move_a_field_of_notifications() {
    let plain = read("created", &json!({})).unwrap();
    let moved = json!({"fieldPointers": {"lookUp.subscription": "/nowhere", "lookUp.plan": ""}});
    assert_eq!(read("created", &moved).unwrap(), plain);
}

#[test]
fn a_body_that_is_not_json_is_kept_for_people_to_read() {
    let body = b"eventType=SUBSCRIPTION.CREATED";
    let unreadable = read_notification(&config(&json!({})), &signed(body), body);
    let expected = NotificationError::Unreadable("it is not JSON".to_owned());
    assert_eq!(unreadable, Err(expected));
}

#[test]
fn the_same_body_has_the_same_derived_id() {
    let first = read("without_id", &json!({})).unwrap();
    assert_eq!(first.id, read("without_id", &json!({})).unwrap().id);
    assert_eq!(first.id.len(), 64);
    assert_ne!(first.id, read("bare", &json!({})).unwrap().id);
}

#[test]
fn the_account_that_the_store_names_counts_only_with_a_pattern() {
    let account = |changes: &Value| {
        let notice = read("created", changes).unwrap().notice;
        notice.map(|notice| notice.snapshot.account.map(String::from))
    };
    assert_eq!(account(&json!({})), Some(None));
    let pattern = json!({"accountIdPattern": "cust-{customerId}"});
    assert_eq!(account(&pattern), Some(Some("300200100".to_owned())));
    let other = json!({"accountIdPattern": "user-{customerId}"});
    assert_eq!(account(&other), None);
}

#[test]
fn a_notice_survives_a_queue() {
    let notice = read("expired", &json!({})).unwrap().notice.unwrap();
    let text = serde_json::to_string(&notice).unwrap();
    assert_eq!(serde_json::from_str::<Notice>(&text).unwrap(), notice);
}
