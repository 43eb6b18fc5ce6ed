//! Bought for one period: nothing renews by itself, and nobody opted out of anything.

use domain::EventKind::{
    Cancelled, Expired, PlanChanged, Purchased, Reactivated, Recovered, Renewed, Resumed, Revived,
};
use domain::beacon::NotificationType::{Cancel, New, Renew};
use domain::{EventKind, StoreState, beacon};

use crate::story::{Kinds, Shape, Story, active, day};

fn prepaid() -> StoreState {
    active().prepaid()
}

#[test]
fn it_never_says_that_it_was_cancelled() {
    let month = || prepaid().period(30, 60);
    let rows: [(&str, StoreState, StoreState, &[EventKind]); 7] = [
        ("topped up", prepaid(), month(), &[Renewed]),
        ("runs out", prepaid(), prepaid().expired(), &[Expired]),
        ("bought again", prepaid().expired(), month(), &[Revived]),
        (
            "another plan",
            prepaid(),
            month().plan("yearly"),
            &[PlanChanged],
        ),
        ("back from a pause", prepaid().paused(), month(), &[Resumed]),
        ("renewing from now on", prepaid(), active(), &[]),
        ("prepaid from now on", active(), prepaid(), &[]),
    ];
    for (rule, before, next, events) in rows {
        let mut story = Story::of_ada(&active());
        story.on_day(1).notified(&before);
        assert_eq!(story.on_day(2).notified(&next).kinds(), events, "{rule}");
    }
    assert_eq!(Story::new().claimed("ada", &prepaid()).kinds(), [Purchased]);
}

#[test]
fn what_was_cancelled_and_is_prepaid_from_now_on_goes_on() {
    let cancelled = active().cancelled(day(1));
    let mut story = Story::of_ada(&active());
    story.on_day(1).notified(&cancelled);
    assert_eq!(story.on_day(2).notified(&prepaid()).kinds(), [Reactivated]);
    assert_eq!(story.on_day(3).notified(&cancelled).kinds(), [Cancelled]);
}

#[test]
fn grace_that_turns_into_a_prepaid_period_is_told_as_recovered() {
    let mut story = Story::of_ada(&active());
    story.on_day(1).notified(&active().grace(day(37)));
    assert_eq!(story.on_day(2).notified(&prepaid()).kinds(), [Recovered]);
}

#[test]
fn access_lasts_as_long_as_was_paid_for() {
    let story = Story::of_ada(&prepaid());
    assert_eq!(story.watchers(day(29)), ["ada"]);
    assert!(story.watchers(day(30)).is_empty());
    assert_eq!(story.subscription().cancelled_at(), None);
    assert_eq!(story.notifications().len(), 1);
}

#[test]
fn receivers_hear_of_the_purchase_the_top_up_and_the_end() {
    let mut story = Story::of_ada(&prepaid());
    story.on_day(20).notified(&prepaid().period(0, 60));
    story
        .on_day(60)
        .notified(&prepaid().period(0, 60).expired());
    let told: Vec<_> = story
        .notifications()
        .iter()
        .map(|told| (told.notification_type, told.end_date))
        .collect();
    let until = |days| Some(day(days).as_second());
    assert_eq!(
        told,
        [(New, until(30)), (Renew, until(60)), (Cancel, until(60))]
    );
}

#[test]
fn a_resend_of_it_says_nothing_of_a_cancellation() {
    let mut story = Story::of_ada(&prepaid());
    let decision = story.on_day(5).resent();
    let told = beacon::project(&decision.events[0], &story.settings);
    let types: Vec<_> = told.iter().map(|told| told.notification_type).collect();
    assert_eq!(types, [New]);
}

#[test]
fn it_is_stored_as_prepaid_and_nothing_else_is() {
    let stored = |state: StoreState| serde_json::to_value(state).unwrap().get("prepaid").cloned();
    assert_eq!(stored(prepaid()), Some(true.into()));
    assert_eq!(stored(active()), None);
}
