//! What a broadcaster's endpoint receives of each event, by topic.

use std::collections::BTreeSet;

use domain::webhook::{Message, Topic, project};
use domain::{BroadcasterId, Coupon, Decision, StoreState};
use serde_json::{Value, json};

use crate::story::{Shape, Story, active, cents, day, hour, trial};

fn told(decision: &Decision) -> Vec<Message> {
    decision.events.iter().flat_map(project).collect()
}

/// What is told when the store says `before` on day 2 and `next` on day 20.
fn change(before: &StoreState, next: &StoreState) -> Vec<Message> {
    let mut story = Story::of_ada(&active());
    story.on_day(2).notified(before);
    told(&story.on_day(20).notified(next))
}

fn transferred() -> Vec<Message> {
    told(
        &Story::of_ada(&active())
            .on_day(2)
            .claimed("300200101", &active()),
    )
}

fn data(message: &Message) -> Value {
    serde_json::to_value(&message.data).unwrap()
}

#[test]
fn each_topic_has_its_message() {
    let rows = [
        (
            "created",
            told(&Story::new().claimed("300200100", &trial())),
        ),
        ("renewed", change(&active(), &active().period(30, 60))),
        ("stopped", change(&active(), &active().cancelled(hour(30)))),
        (
            "resumed",
            change(&active().paused(), &active().period(30, 60)),
        ),
        ("paused", change(&active(), &active().paused())),
        ("terminated", change(&active(), &active().expired())),
        ("transferred", transferred()),
        ("switched", change(&active(), &active().plan("yearly"))),
    ];
    let mut topics = BTreeSet::from([
        Topic::InappPurchaseValidationSucceeded,
        Topic::InappPurchaseValidationFailed,
    ]);
    for (name, messages) in rows {
        topics.extend(messages.iter().map(|message| message.topic));
        insta::assert_json_snapshot!(name, messages);
    }
    assert_eq!(
        topics,
        BTreeSet::from(Topic::ALL),
        "validations have their own tests"
    );
}

#[test]
fn each_change_has_its_topic() {
    let cancelled = || active().cancelled(hour(30));
    let grace = || active().grace(day(37));
    let renewed = || active().period(30, 60);
    let rows: [(&str, StoreState, StoreState, &[Topic]); 11] = [
        (
            "trial converted",
            trial(),
            active().period(7, 37),
            &[Topic::SubscriptionRenewed],
        ),
        (
            "recovered from grace",
            grace(),
            renewed(),
            &[Topic::SubscriptionRenewed],
        ),
        (
            "recovered from hold",
            active().on_hold(),
            renewed(),
            &[Topic::SubscriptionResumed],
        ),
        (
            "reactivated",
            cancelled(),
            active(),
            &[Topic::SubscriptionResumed],
        ),
        (
            "revived",
            active().expired(),
            renewed(),
            &[Topic::SubscriptionResumed],
        ),
        (
            "on hold",
            active(),
            active().on_hold(),
            &[Topic::SubscriptionPaused],
        ),
        (
            "expired",
            cancelled(),
            cancelled().expired(),
            &[Topic::SubscriptionTerminated],
        ),
        (
            "refunded",
            active(),
            active().revoked(day(20)),
            &[Topic::SubscriptionTerminated],
        ),
        ("grace", active(), grace(), &[]),
        ("plan later", active(), active().scheduled("basic"), &[]),
        (
            "renewed and cancelled",
            active(),
            renewed().cancelled(day(31)),
            &[Topic::SubscriptionRenewed, Topic::SubscriptionStopped],
        ),
    ];
    for (rule, before, next, expected) in rows {
        let topics: Vec<_> = change(&before, &next).iter().map(|m| m.topic).collect();
        assert_eq!(topics, expected, "{rule}");
    }
    assert_eq!(told(&Story::of_ada(&active()).resent()), []);
}

#[test]
fn another_product_under_another_key_is_one_switch() {
    let mut story = Story::of_ada(&active());
    let next = active().plan("yearly").period(10, 375);
    let messages = told(&story.on_day(10).taken_over_by("vzs-99230155", &next));
    insta::assert_json_snapshot!("switched_under_another_key", messages);
}

#[test]
fn a_renewal_tells_what_was_expected_to_be_paid() {
    let mut story = Story::new();
    story.price = Some(cents(799));
    story.claimed("ada", &active());
    story.current.as_mut().unwrap().ownership.coupon = Some(Coupon {
        code: "INTRO2M".to_owned(),
        percent: 25,
        cycles: 2,
    });
    let messages = told(&story.on_day(30).notified(&active().period(30, 60)));
    insta::assert_json_snapshot!("renewed_with_coupon", messages);
}

#[test]
fn the_end_says_why() {
    let reason = |messages: Vec<Message>| data(&messages[0])["reason"].clone();
    assert_eq!(reason(change(&active(), &active().expired())), "expired");
    assert_eq!(
        reason(change(&active(), &active().revoked(day(20)))),
        "refunded"
    );
    assert_eq!(reason(transferred()), "transferred");
}

#[test]
fn the_status_is_one_of_four() {
    let status = |next: StoreState| data(&change(&active().expired(), &next)[0])["status"].clone();
    let renewed = || active().period(30, 60);
    assert_eq!(status(renewed()), "active");
    assert_eq!(status(renewed().grace(day(67))), "active");
    assert_eq!(status(renewed().cancelled(day(31))), "stopped");
    assert_eq!(status(renewed().on_hold()), "paused");
    assert_eq!(data(&transferred()[0])["status"], "terminated");
}

#[test]
fn customers_that_are_numbers_are_told_as_numbers() {
    let value = |who: &str| {
        let messages = told(&Story::new().claimed(who, &active()));
        data(&messages[0])["customerId"].clone()
    };
    assert_eq!(value("300200100"), 300_200_100);
    assert_eq!(value("007"), "007");
    assert_eq!(value("ada"), "ada");
}

#[test]
fn a_topic_is_written_as_it_is_named() {
    for topic in Topic::ALL {
        assert_eq!(serde_json::to_value(topic).unwrap(), topic.as_str());
    }
}

/// JavaScript reads a number beyond 2^53 - 1 as another one.
#[test]
fn an_id_that_a_number_can_t_carry_is_text() {
    let rows = [
        ("0", json!(0)),
        ("300200100", json!(300_200_100)),
        ("9007199254740991", json!(9_007_199_254_740_991_u64)),
        ("9007199254740992", json!("9007199254740992")),
        ("9007199254740993", json!("9007199254740993")),
        ("18446744073709551615", json!("18446744073709551615")),
        ("18446744073709551616", json!("18446744073709551616")),
        ("007", json!("007")),
        ("+7", json!("+7")),
        ("ada", json!("ada")),
    ];
    for (id, expected) in rows {
        let mut story = Story::new();
        story.claimed(id, &active());
        let messages = told(&story.on_day(1).claimed("ben", &active()));
        let named: Vec<_> = messages.iter().map(data).collect();
        let ended = named
            .iter()
            .find_map(|data| data.get("reason").and(data.get("customerId")));
        assert_eq!(ended, Some(&expected), "{id}");
        let before: Vec<_> = named
            .iter()
            .filter_map(|data| data.get("prevCustomerId"))
            .collect();
        assert_eq!(before, [&expected], "{id}");
    }
}

#[test]
fn a_broadcaster_s_id_is_a_number_as_long_as_every_reader_keeps_it() {
    let rows = [
        ("700100200", json!(700_100_200)),
        ("9007199254740991", json!(9_007_199_254_740_991_u64)),
        ("900719925474099300", json!("900719925474099300")),
    ];
    for (id, expected) in rows {
        let mut event = Story::of_ada(&active()).events.remove(0);
        event.subscription.broadcaster_id = BroadcasterId::new(id).unwrap();
        let message = serde_json::to_value(&project(&event)[0]).unwrap();
        assert_eq!(message["broadcasterId"], expected);
    }
}

#[test]
fn the_memory_that_earlier_versions_stored_among_the_details_is_not_shown() {
    let mut state = active();
    let shown_before = state.details.clone();
    for name in ["countedEnd", "endedAt", "paidUntil", "refunds"] {
        state.details.insert(name.to_owned(), "value".to_owned());
    }
    let messages = told(&Story::new().claimed("300200100", &state));
    let message = serde_json::to_value(&messages[0]).unwrap();
    let shown = &message["data"]["inAppSpecificData"];
    assert_eq!(shown, &json!(shown_before));
}
