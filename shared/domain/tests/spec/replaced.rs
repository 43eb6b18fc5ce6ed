//! The store says that another purchase has taken over: before that one is seen, after, or for good.

use domain::EventKind::{Expired, PlanChanged, Revived};
use domain::validation::ValidationFailure::PurchaseReplaced;
use domain::{Cause, Status, StoreState, Timestamp};

use crate::story::{Kinds, Shape, Story, active, day, key, key_named, minutes};

fn yearly() -> StoreState {
    active().plan("yearly").period(10, 375)
}

#[test]
fn the_word_of_the_replaced_purchase_may_come_first_or_last_or_both() {
    let mut first = Story::of_ada(&active());
    assert_eq!(first.on_day(10).replaced(&key()).kinds(), []);
    assert_eq!(first.subscription().replaced_since, Some(day(10)));
    assert_eq!(first.watchers(day(10)), ["ada"]);
    first.taken_over_by("new", &yearly());

    let mut last = Story::of_ada(&active());
    last.on_day(10).taken_over_by("new", &yearly());
    assert_eq!(last.replaced(&key()).next, None);

    assert_eq!(first.events, last.events);
    assert_eq!(first.current, last.current);
    assert_eq!(first.replaced(&key()).next, None);
    assert_eq!(first.subscription().replaced_since, None);
}

#[test]
fn a_replaced_purchase_can_t_be_claimed() {
    let mut unknown = Story::new();
    let seen = unknown.sees_replaced(&key(), day(1));
    let decision = unknown.claimed_earlier("ada", day(1), &seen);
    assert_eq!(decision.failure(), Some(PurchaseReplaced));
    assert_eq!(unknown.current, None);
    assert_eq!(unknown.replaced(&key()).claim, None);

    for who in ["ada", "ben"] {
        let mut story = Story::of_ada(&active());
        let seen = story.sees_replaced(&key(), day(1));
        let decision = story.on_day(1).claimed_earlier(who, day(1), &seen);
        assert_eq!(decision.failure(), Some(PurchaseReplaced));
        assert_eq!(story.watchers(day(1)), ["ada"]);
        assert_eq!(
            story.subscription().ownership.claim.unwrap().submitted_at,
            day(0)
        );
    }
}

/// Ada's purchase, replaced from this time on by one that is not seen.
fn replaced_since(state: &StoreState, since: Timestamp) -> Story {
    let mut story = Story::of_ada(state);
    story.at(since).replaced(&key());
    story
}

#[test]
fn a_successor_that_never_shows_is_waited_for_until_what_was_paid_is_used_up_and_a_day() {
    let grace = || active().grace(day(37));
    let rows = [
        ("what was paid", active(), day(10), day(30)),
        ("what grace grants", grace(), day(30), day(37)),
        (
            "a day",
            active(),
            day(30) - minutes(60),
            day(31) - minutes(60),
        ),
    ];
    for (rule, state, since, end) in rows {
        let mut story = replaced_since(&state, since);
        story.at(end - minutes(1)).replaced(&key());
        assert_eq!(story.subscription().state, state, "{rule}");
        assert_eq!(story.at(end).replaced(&key()).kinds(), [Expired], "{rule}");
        assert_eq!(story.subscription().state, state.expired(), "{rule}");
        assert_eq!(story.at(end).replaced(&key()).next, None, "{rule}");
    }
}

#[test]
fn a_replaced_purchase_ends_in_silence_where_nobody_holds_it() {
    let mut story = Story::new();
    story.notified(&active());
    story.on_day(10).replaced(&key());
    assert_eq!(story.on_day(30).replaced(&key()).kinds(), []);
    assert_eq!(story.subscription().state.status, Status::Expired);
}

#[test]
fn an_older_word_of_replacement_counts_nothing_and_one_of_the_same_age_may_be_applied_again() {
    let mut story = Story::of_ada(&active());
    story.on_day(10).notified(&active());
    let cause = Cause::Notification;
    let older = story.sees_replaced(&key(), day(10) - minutes(1));
    assert_eq!(story.step(&older, &cause, day(10)).next, None);
    let same = story.sees_replaced(&key(), day(10));
    assert!(story.step(&same, &cause, day(10)).next.is_some());
    assert_eq!(story.subscription().watermark, day(10));
}

#[test]
fn a_successor_s_look_counts_although_the_word_of_replacement_is_newer() {
    let mut story = replaced_since(&active(), day(12));
    let earlier = story.sees_successor("new", &yearly(), day(11));
    let decision = story.step(&earlier, &Cause::Notification, day(12));
    assert_eq!(decision.kinds(), [PlanChanged]);
    assert_eq!(story.subscription().state, yearly());
    assert_eq!(story.subscription().watermark, day(11));
}

#[test]
fn what_was_counted_of_the_replaced_purchase_is_not_counted_of_its_successor() {
    let mut story = Story::of_ada(&active());
    story.on_day(1).denied(day(1), &Cause::Reconciliation);
    story.on_day(2).replaced(&key());
    assert_eq!(story.subscription().missing, None);
    story.on_day(3).denied(day(3), &Cause::Reconciliation);
    story.taken_over_by("new", &yearly());
    let subscription = story.subscription();
    assert_eq!(
        (subscription.missing, subscription.replaced_since),
        (None, None)
    );
}

#[test]
fn a_purchase_that_speaks_for_itself_again_is_not_replaced() {
    let mut story = replaced_since(&active(), day(10));
    story.on_day(11).notified(&active());
    assert_eq!(story.subscription().replaced_since, None);
    story.on_day(12).denied(day(12), &Cause::Reconciliation);
    story.on_day(13).replaced(&key());
    assert_eq!(story.subscription().missing, None);
}

#[test]
fn a_successor_that_shows_late_begins_anew() {
    let mut story = replaced_since(&active(), day(10));
    story.on_day(31).replaced(&key());
    let decision = story.on_day(32).taken_over_by("new", &yearly());
    assert_eq!(decision.kinds(), [Revived]);
    assert_eq!(story.subscription().transaction_id(), &key_named("new"));
    assert_eq!(story.watchers(day(32)), ["ada"]);
}
