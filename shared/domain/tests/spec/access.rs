//! `accessGranted`: by status and date, with one clock.

use domain::StoreState;

use crate::story::{Shape, Story, active, day, trial};

#[test]
fn access_follows_status_and_date() {
    let without_renewal = StoreState {
        auto_renew: false,
        ..active()
    };
    let rows = [
        // rule, state, day, access
        ("active", active(), 0, true),
        ("active, renewal late to be seen", active(), 31, true),
        (
            "active, not renewing, in time",
            without_renewal.clone(),
            29,
            true,
        ),
        (
            "active, not renewing, at its end",
            without_renewal,
            30,
            false,
        ),
        ("trial", trial(), 6, true),
        ("grace, after the period", active().grace(day(37)), 36, true),
        ("grace is over", active().grace(day(37)), 37, false),
        (
            "grace that ends before the period",
            active().grace(day(20)),
            25,
            true,
        ),
        ("cancelled, in time", active().cancelled(day(3)), 29, true),
        (
            "cancelled, at its end",
            active().cancelled(day(3)),
            30,
            false,
        ),
        ("on hold", active().on_hold(), 1, false),
        ("paused", active().paused(), 1, false),
        ("pending", active().pending(), 1, false),
        ("expired", active().expired(), 1, false),
        ("revoked", active().revoked(day(1)), 1, false),
    ];
    for (rule, state, days, access) in rows {
        assert_eq!(state.grants_access(day(days)), access, "{rule}");
        let mut story = Story::of_ada(&active());
        story.notified(&state);
        assert_eq!(
            story.subscription().access_granted(day(days)),
            access,
            "{rule}"
        );
    }
}

#[test]
fn nobody_watches_what_nobody_holds_or_what_went_to_another() {
    let mut story = Story::new();
    story.notified(&active());
    assert!(!story.subscription().access_granted(day(1)));

    let mut story = Story::of_ada(&active());
    story.claimed("ben", &active());
    assert!(!story.formers[0].access_granted(day(1)));
    assert!(story.subscription().access_granted(day(1)));
}
