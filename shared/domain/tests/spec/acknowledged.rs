//! The store has accepted an acknowledgement.

use domain::{StoreState, schedule};

use crate::story::{Kinds, Story, active, day};

fn due(days: i64) -> StoreState {
    StoreState {
        acknowledge_by: Some(day(days)),
        ..active()
    }
}

#[test]
fn an_acknowledged_purchase_has_no_deadline_and_nothing_else_changes() {
    let mut story = Story::of_ada(&due(3));
    let before = story.subscription().clone();
    let decision = story.on_day(1).acknowledged();

    assert_eq!(decision.kinds(), []);
    let mut expected = before.clone();
    expected.state.acknowledge_by = None;
    expected.updated_at = day(1);
    assert_eq!(decision.next, Some(expected));
    let next_check = |subscription| schedule::next_check(subscription, day(1));
    assert!(next_check(&before) < next_check(story.subscription()));
}

#[test]
fn a_purchase_without_a_deadline_is_left_as_it_is() {
    let mut story = Story::of_ada(&active());
    assert_eq!(story.on_day(1).acknowledged().next, None);
    let mut twice = Story::of_ada(&due(3));
    twice.on_day(1).acknowledged();
    assert_eq!(twice.on_day(2).acknowledged().next, None);
}

#[test]
fn an_answer_that_still_shows_the_deadline_sets_it_again() {
    let mut story = Story::of_ada(&due(3));
    story.on_day(1).acknowledged();
    story.on_day(2).notified(&due(3));
    assert_eq!(story.subscription().state.acknowledge_by, Some(day(3)));
}
