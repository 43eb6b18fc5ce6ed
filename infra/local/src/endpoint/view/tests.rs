use serde_json::json;

use super::*;

const START: i64 = 1_793_871_000;
const MONTH: i64 = 2_592_000;

fn at(seconds: i64) -> Timestamp {
    Timestamp::from_second(seconds).unwrap()
}

/// Builds a notification of the given type, dispatched `date` seconds after the start.
fn message(kind: &str, date: i64, fields: &Value) -> Value {
    let mut message = json!({"notification_type": kind, "external_user_id": "acme-000417",
        "transaction_id": "vzs-1", "original_store": "Vizio Store", "sku": "monthly",
        "package_name": "Symphony Monthly", "notification_date": START + date});
    let fields = fields.as_object().unwrap().clone();
    message.as_object_mut().unwrap().extend(fields);
    message
}

fn period(kind: &str, date: i64, month: i64) -> Value {
    let start = START + month * MONTH;
    message(
        kind,
        date,
        &json!({"start_date": start, "end_date": start + MONTH}),
    )
}

fn cancel(date: i64, end: i64) -> Value {
    message(
        "cancel",
        date,
        &json!({"cancellation_date": START + date, "end_date": end}),
    )
}

fn received(messages: &[Value]) -> Vec<Received> {
    let received = messages
        .iter()
        .enumerate()
        .map(|(index, message)| Received {
            received_at: at(START),
            message_id: format!("m-{index}"),
            topic_arn: "arn:aws:sns:us-east-1:000000000000:demo-beacon".to_owned(),
            attributes: None,
            message: message.clone(),
        });
    received.collect()
}

fn view_of(messages: &[Value]) -> View {
    rebuild(&received(messages), at(START + 60))
}

fn only_purchase(messages: &[Value]) -> Purchase {
    let view = view_of(messages);
    assert_eq!(view.purchases.len(), 1, "{view:?}");
    view.purchases.into_iter().next().unwrap()
}

/// Returns all orders of the items (Heap's algorithm).
fn permutations(items: &[Value]) -> Vec<Vec<Value>> {
    fn permute(items: &mut Vec<Value>, length: usize, found: &mut Vec<Vec<Value>>) {
        if length <= 1 {
            found.push(items.clone());
            return;
        }
        for index in 0..length {
            permute(items, length - 1, found);
            let other = if length.is_multiple_of(2) { index } else { 0 };
            items.swap(other, length - 1);
        }
    }
    let mut found = Vec::new();
    permute(&mut items.to_vec(), items.len(), &mut found);
    found
}

/// Returns purchase, hold, recovery, plan change and cancellation in the same second.
fn history() -> Vec<Value> {
    let mut switch = period("renew", 50, 1);
    let mut cancellation = cancel(50, START + 2 * MONTH);
    for message in [&mut switch, &mut cancellation] {
        message["sku"] = json!("basic");
    }
    vec![
        period("new", 0, 0),
        period("renew", 10, 1),
        message("hold", 20, &json!({"start_date": START + 20})),
        period("resume", 30, 1),
        switch,
        cancellation,
    ]
}

#[test]
fn every_order_of_a_history_gives_the_same_view() {
    let expected = view_of(&history());
    let orders = permutations(&history());
    assert_eq!(orders.len(), 720);
    for order in orders {
        assert_eq!(view_of(&order), expected);
    }
    let purchase = &expected.purchases[0];
    assert_eq!(purchase.sku, "basic");
    assert_eq!(purchase.access_until, at(START + 2 * MONTH));
    assert_eq!(purchase.cancelled_at, Some(at(START + 50)));
}

#[test]
fn every_order_of_a_history_with_duplicates_gives_the_same_view() {
    let mut doubled = history();
    doubled.extend(history());
    assert_eq!(view_of(&doubled), view_of(&history()));
    doubled.reverse();
    assert_eq!(view_of(&doubled), view_of(&history()));
}

#[test]
fn a_suspension_ends_with_a_resume() {
    let mut messages = vec![
        period("new", 0, 0),
        message("pause", 10, &json!({"start_date": START + 10})),
    ];
    let paused = only_purchase(&messages);
    assert_eq!(paused.suspended, Suspension::Pause);
    assert_eq!(paused.period_start, Some(at(START)));
    assert!(!paused.grants_access(at(START + 20)));
    messages.push(period("resume", 20, 0));
    let resumed = only_purchase(&messages);
    assert_eq!(resumed.suspended, Suspension::None);
    assert!(resumed.grants_access(at(START + 20)));
}

#[test]
fn a_refund_ends_access_at_once() {
    let refunded = only_purchase(&[period("new", 0, 0), cancel(30, START + 30)]);
    assert!(refunded.grants_access(at(START + 29)));
    assert!(!refunded.grants_access(at(START + 30)));
}

#[test]
fn a_transfer_is_two_purchases() {
    let mut taken = period("new", 41, 0);
    taken["external_user_id"] = json!("acme-000999");
    let view = view_of(&[taken, cancel(40, START + 40), period("new", 0, 0)]);
    let who = |purchase: &&Purchase| purchase.grants_access(at(START + 60));
    let watching: Vec<_> = view.purchases.iter().filter(who).collect();
    assert_eq!(view.purchases.len(), 2);
    assert_eq!(watching.len(), 1);
    assert_eq!(watching[0].external_user_id, "acme-000999");
}

#[test]
fn a_renewal_makes_a_purchase_known_and_a_cancellation_waits_for_one() {
    assert_eq!(
        only_purchase(&[period("renew", 10, 1)]).access_until,
        at(START + 2 * MONTH)
    );
    let alone = [cancel(20, START + MONTH)];
    let view = view_of(&alone);
    assert!(view.purchases.is_empty());
    assert_eq!(view.parked, alone);
    let a_day_later = rebuild(&received(&alone), at(START + 86_400));
    assert!(a_day_later.parked.is_empty());
    let found = only_purchase(&[alone[0].clone(), period("new", 0, 0)]);
    assert!(found.cancelled_at.is_some());
}

#[test]
fn the_trial_stays_known_after_the_renewal() {
    let mut trial = period("new", 0, 0);
    trial["trial_end_date"] = trial["end_date"].clone();
    let purchase = only_purchase(&[period("renew", 10, 1), trial]);
    assert_eq!(purchase.trial_end, Some(at(START + MONTH)));
}

#[test]
fn what_cannot_be_read_is_shown() {
    let view = view_of(&[period("gift", 0, 0), json!("text")]);
    let reasons: Vec<_> = view
        .unreadable
        .iter()
        .map(|one| one.reason.as_str())
        .collect();
    assert_eq!(reasons, ["unknown notification_type", "not an object"]);
}
