//! The store names a purchase of another subscription as the one that has replaced this one.

use domain::EventKind::Expired;
use domain::Status;

use crate::story::{Kinds, Shape, Story, active, customer, day};

#[test]
fn the_replaced_subscription_ends_when_its_successor_was_seen() {
    for state in [
        active(),
        active().grace(day(37)),
        active().cancelled(day(3)),
        active().on_hold(),
        active().paused(),
    ] {
        let mut story = Story::of_ada(&active());
        story.on_day(4).notified(&state);
        let successor = story.sees_successor("new", &active().plan("yearly"), day(5));
        let decision = story.on_day(6).superseded(&successor);

        assert_eq!(decision.kinds(), [Expired], "{state:?}");
        let ended = story.subscription();
        assert_eq!(ended.state.status, Status::Expired);
        assert_eq!(ended.state.period_end, state.period_end.min(day(5)));
        assert!(!ended.state.auto_renew);
        assert_eq!(ended.ownership.customer_id, Some(customer("ada")));
        assert_eq!(ended.state.product_id, state.product_id);
        assert!(story.watchers(day(6)).is_empty());
    }
}

#[test]
fn what_has_ended_or_is_known_better_is_left_as_it_is() {
    let mut ended = Story::of_ada(&active());
    ended.on_day(4).notified(&active().expired());
    let successor = ended.sees_successor("new", &active(), day(5));
    assert_eq!(ended.on_day(6).superseded(&successor).next, None);

    let mut newer = Story::of_ada(&active());
    newer.on_day(5).notified(&active());
    let successor = newer.sees_successor("new", &active(), day(4));
    assert_eq!(newer.on_day(6).superseded(&successor).next, None);
}

#[test]
fn an_end_that_was_decided_is_not_decided_again() {
    let mut story = Story::of_ada(&active());
    let successor = story.sees_successor("new", &active(), day(5));
    story.on_day(6).superseded(&successor);
    let again = story.on_day(7).superseded(&successor);
    assert_eq!(again.kinds(), []);
    assert_eq!(again.next, None);
}
