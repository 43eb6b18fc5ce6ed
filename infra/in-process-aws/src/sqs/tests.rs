//! The queues, by their clock.

use domain::Timestamp;
use jiff::SignedDuration;
use serde_json::json;

use super::Queues;
use super::queue::{OverLimit, Queue, QueueSettings};

fn at(seconds: i64) -> Timestamp {
    Timestamp::from_second(seconds).unwrap()
}

fn of(seconds: i64) -> SignedDuration {
    SignedDuration::from_secs(seconds)
}

fn send(queue: &mut Queue, group: &str, count: usize) {
    for number in 0..count {
        queue.send(
            &format!("{group}{number}"),
            Some(group),
            SignedDuration::ZERO,
            at(0),
        );
    }
}

/// Receives one message at a time; returns their bodies.
fn receive(queue: &mut Queue, count: usize, now: Timestamp) -> Vec<String> {
    let received = queue.receive(count, now).unwrap();
    received
        .deliveries
        .into_iter()
        .map(|delivery| delivery.message.body)
        .collect()
}

#[test]
fn a_message_is_received_again_after_its_visibility_time_out_unless_it_was_deleted() {
    let mut queue = Queue::default();
    send(&mut queue, "a", 2);
    let received = queue.receive(10, at(0)).unwrap();
    queue.delete(&received.deliveries[0].handle());
    assert_eq!(queue.counts(at(29)), [0, 1, 0]);
    let again = queue.receive(10, at(30)).unwrap();
    assert_eq!(again.deliveries.len(), 1);
    assert_eq!(again.deliveries[0].message.receives, 2);
    // The handle of the first receive deletes nothing any more.
    queue.delete(&received.deliveries[1].handle());
    assert_eq!(queue.counts(at(30)), [0, 1, 0]);
    queue.delete(&again.deliveries[0].handle());
    assert_eq!(queue.counts(at(90)), [0, 0, 0]);
}

#[test]
fn a_message_that_is_deleted_late_is_not_received_again() {
    let mut queue = Queue::default();
    send(&mut queue, "a", 1);
    let received = queue.receive(1, at(0)).unwrap();
    assert_eq!(queue.counts(at(30)), [1, 0, 0]);
    queue.delete(&received.deliveries[0].handle());
    assert_eq!(receive(&mut queue, 1, at(30)), [""; 0]);
}

#[test]
fn the_time_for_which_a_message_is_hidden_can_be_changed() {
    let mut queue = Queue::default();
    send(&mut queue, "a", 1);
    let received = queue.receive(1, at(0)).unwrap();
    queue.hide(&received.deliveries[0].handle(), of(5), at(10));
    assert_eq!(receive(&mut queue, 1, at(14)), [""; 0]);
    assert_eq!(receive(&mut queue, 1, at(15)), ["a0"]);
}

#[test]
fn a_delayed_message_is_not_in_flight() {
    let mut queue = Queue::default();
    queue.send("late", None, of(60), at(0));
    assert_eq!(queue.counts(at(59)), [0, 0, 1]);
    assert_eq!(queue.counts(at(60)), [1, 0, 0]);
    assert_eq!(receive(&mut queue, 1, at(60)), ["late"]);
}

#[test]
fn too_many_messages_in_flight_end_receiving_until_some_are_deleted() {
    let settings = QueueSettings {
        most_in_flight: 3,
        ..QueueSettings::default()
    };
    let mut queue = Queue::with(settings);
    send(&mut queue, "a", 5);
    let received = queue.receive(10, at(0)).unwrap();
    assert_eq!(received.deliveries.len(), 3);
    assert_eq!(queue.receive(10, at(0)), Err(OverLimit));
    queue.delete(&received.deliveries[0].handle());
    assert_eq!(receive(&mut queue, 10, at(0)), ["a3"]);
    assert_eq!(QueueSettings::default().most_in_flight, 120_000);
}

#[test]
fn beyond_the_limit_short_polling_fails_and_long_polling_returns_nothing() {
    let mut queues = Queues::of_the_stack();
    queues.queue("verification").settings.most_in_flight = 0;
    send(queues.queue("verification"), "a", 1);
    let mut receive = |wait: u64| {
        let input = json!({"QueueUrl": "verification", "WaitTimeSeconds": wait});
        queues.answer("ReceiveMessage", &input, |_| false, at(0))
    };
    let (status, body) = receive(0);
    assert_eq!(
        (status, &body["__type"]),
        (403, &json!("com.amazonaws.sqs#OverLimit"))
    );
    assert_eq!(receive(20), (200, json!({"Messages": []})));
}

#[test]
fn a_message_that_was_received_too_often_becomes_a_dead_letter() {
    let mut queues = Queues::of_the_stack();
    send(queues.queue("verification"), "a", 1);
    let mut now = at(0);
    for receives in 1..=cloud::retry::RECEIVES {
        let received = queues.receive("verification", 10, now).unwrap();
        assert_eq!(received[0].message.receives, receives);
        now += of(180);
    }
    assert!(queues.receive("verification", 10, now).unwrap().is_empty());
    assert_eq!(queues.queue("verification").counts(now), [0, 0, 0]);
    let letters = queues.receive("dead-letters", 10, now).unwrap();
    assert_eq!(letters[0].message.body, "a0");
}

#[test]
fn messages_of_quiet_groups_come_before_the_backlog_of_a_noisy_one() {
    let mut queue = Queue::default();
    send(&mut queue, "noisy", 100);
    // Not yet noisy: fewer than 30 in flight.
    receive(&mut queue, 29, at(0));
    send(&mut queue, "quiet", 1);
    assert_eq!(receive(&mut queue, 1, at(0)), ["noisy29"]);
    assert_eq!(receive(&mut queue, 2, at(0)), ["quiet0", "noisy30"]);
}

#[test]
fn of_two_noisy_groups_the_one_with_fewer_in_flight_comes_first() {
    let mut queue = Queue::default();
    send(&mut queue, "a", 100);
    receive(&mut queue, 60, at(0));
    send(&mut queue, "b", 100);
    let bodies = receive(&mut queue, 60, at(0));
    let of_a = bodies.iter().filter(|body| body.starts_with('a')).count();
    assert_eq!(of_a, 0, "until both have 60");
    let bodies = receive(&mut queue, 10, at(0));
    let of_a = bodies.iter().filter(|body| body.starts_with('a')).count();
    assert_eq!(of_a, 5);
}

#[test]
fn a_noisy_group_is_quiet_again_after_five_minutes_without_new_messages() {
    let mut queue = Queue::default();
    send(&mut queue, "noisy", 100);
    receive(&mut queue, 40, at(0));
    send(&mut queue, "quiet", 1);
    assert_eq!(receive(&mut queue, 1, at(1)), ["quiet0"]);
    send(&mut queue, "quiet", 1);
    assert_eq!(receive(&mut queue, 1, at(300)), ["noisy40"]);
}

#[test]
fn without_groups_the_order_is_that_of_arrival() {
    let mut queue = Queue::with(QueueSettings {
        fair: false,
        ..QueueSettings::default()
    });
    send(&mut queue, "noisy", 50);
    send(&mut queue, "quiet", 1);
    assert_eq!(receive(&mut queue, 50, at(0)).last().unwrap(), "noisy49");
    assert_eq!(receive(&mut queue, 50, at(0)), ["quiet0"]);
}
