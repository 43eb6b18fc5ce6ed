//! Whatever the bytes are, reading them ends in a word.

use serde_json::{Value, json};
use stores::connectors::stripe::fuzzing::{fuzz_answer, fuzz_notification};

use crate::scene::{charge, event, invoice, payment_intent, signed, subscription};
use crate::server::list;

/// Numbers, texts and structures that fit nowhere.
fn misfits() -> Vec<Value> {
    vec![
        Value::Null,
        json!(true),
        json!(i64::MIN),
        json!(u64::MAX),
        json!(1.5e300),
        json!(""),
        json!("x\n\u{0}\u{FFFF}".repeat(99)),
        json!([]),
        json!([[]]),
        json!({}),
    ]
}

fn answers() -> Value {
    let refund = json!({"amount": 999, "status": "succeeded", "created": 1});
    let schedule = json!({"phases": [{"start_date": 1, "items": [{"price": "price_1"}]}]});
    let session = json!({"id": "cs_1", "mode": "payment", "status": "open", "created": 1,
        "line_items": list(&[json!({"price": {"id": "price_1"}})])});
    json!({
        "subscription": subscription(&json!({})),
        "payer": invoice(&json!({})),
        "charge": charge(&json!({"amount_refunded": 999})),
        "record": {"id": "pr_1", "amount_requested": {"value": 999}, "amount_refunded": {"value": 999}},
        "refunds": list(&[refund]),
        "disputes": list(&[json!({"status": "lost", "created": 1})]),
        "schedule": schedule,
        "session": session,
        "payment": payment_intent(&json!({})),
    })
}

/// The value with each of its parts in turn replaced by something else.
fn broken(whole: &Value, with: &Value) -> Vec<Value> {
    let mut all = vec![with.clone()];
    match whole {
        Value::Object(fields) => {
            for (name, part) in fields {
                for broken in broken(part, with) {
                    let mut copy = fields.clone();
                    copy.insert(name.clone(), broken);
                    all.push(Value::Object(copy));
                }
            }
        }
        Value::Array(parts) => {
            for (place, part) in parts.iter().enumerate() {
                for broken in broken(part, with) {
                    let mut copy = parts.clone();
                    copy[place] = broken;
                    all.push(Value::Array(copy));
                }
            }
        }
        _ => {}
    }
    all
}

#[test]
fn no_answer_stops_the_reading() {
    for misfit in misfits() {
        for broken in broken(&answers(), &misfit) {
            fuzz_answer(broken.to_string().as_bytes());
        }
    }
}

#[test]
fn no_notification_stops_the_reading() {
    let event = event("invoice.paid", &invoice(&json!({})), &json!({}));
    for misfit in misfits() {
        for broken in broken(&event, &misfit) {
            fuzz_notification(broken.to_string().as_bytes());
        }
    }
    let text = event.to_string();
    let whole = [
        signed(text.as_bytes())[0].1.as_bytes(),
        b"\n",
        text.as_bytes(),
    ]
    .concat();
    for cut in 0..whole.len() {
        fuzz_notification(&whole[..cut]);
        let mut changed = whole.clone();
        changed[cut] ^= 0x15;
        fuzz_notification(&changed);
    }
}
