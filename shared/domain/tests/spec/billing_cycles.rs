//! Which changes begin a billing cycle.

use domain::StoreState;

use crate::story::{Shape, Story, active, day, trial};

#[test]
fn a_cycle_begins_with_each_payment_for_the_same_product() {
    let paid = |state: StoreState| state.order("GPA.1");
    let renewed = || active().period(30, 60);
    let pending_plan = |state: StoreState| StoreState {
        period_end: day(40),
        ..state
    };
    let rows: [(&str, StoreState, StoreState, u32); 16] = [
        ("renewed", active(), renewed(), 2),
        (
            "renewed by another payment",
            paid(active()),
            renewed().order("GPA.2"),
            2,
        ),
        ("first payment told", active(), paid(renewed()), 2),
        (
            "put off without a payment",
            paid(active()),
            paid(renewed()),
            1,
        ),
        ("nothing new", active(), active(), 1),
        ("the end moves back", active(), active().period(0, 20), 1),
        ("a trial converts", trial(), active().period(7, 37), 1),
        (
            "cancelled and paid",
            active(),
            renewed().cancelled(day(30)),
            2,
        ),
        (
            "grace of an unpaid period",
            active(),
            pending_plan(active()).grace(day(40)),
            1,
        ),
        (
            "grace of a paid period",
            active(),
            renewed().grace(day(67)),
            2,
        ),
        ("on hold", active(), pending_plan(active()).on_hold(), 1),
        (
            "recovered from grace",
            active().grace(day(37)),
            renewed(),
            2,
        ),
        ("recovered from hold", active().on_hold(), renewed(), 2),
        ("resumed", active().paused(), renewed(), 2),
        ("revived", active().expired(), renewed(), 2),
        ("not paid yet", active().pending(), renewed(), 1),
    ];
    for (rule, before, next, cycle) in rows {
        let mut story = Story::of_ada(&active().period(-30, 0));
        story.current.as_mut().unwrap().state = before;
        story.on_day(31).notified(&next);
        assert_eq!(
            story.subscription().ownership.billing_cycle,
            cycle,
            "{rule}"
        );
    }
}
