//! What follows from two states of a living subscription, seen one after the other.

use domain::EventKind::{
    Cancelled, GraceEntered, OnHold, Paused, PlanChangeScheduled, PlanChanged, Purchased,
    Reactivated, Recovered, Renewed, Resumed, Revived, TrialConverted,
};
use domain::{EventKind, StoreState};

use crate::story::{Kinds, Shape, Story, active, day, hour, trial};

struct Row {
    rule: &'static str,
    before: StoreState,
    next: StoreState,
    events: &'static [EventKind],
}

fn row(
    rule: &'static str,
    before: StoreState,
    next: StoreState,
    events: &'static [EventKind],
) -> Row {
    Row {
        rule,
        before,
        next,
        events,
    }
}

fn check(rows: Vec<Row>) {
    for Row {
        rule,
        before,
        next,
        events,
    } in rows
    {
        let mut story = Story::of_ada(&active());
        story.on_day(1).notified(&before);
        let decision = story.on_day(2).notified(&next);
        assert_eq!(decision.kinds(), events, "{rule}");
        assert_eq!(story.subscription().state, next, "{rule}");
        let again = story.on_day(3).notified(&next);
        assert_eq!(again.kinds(), [], "{rule}: told once");
    }
}

#[test]
fn one_change_has_one_event() {
    let cancelled = || active().cancelled(hour(9));
    let renewed = || active().period(30, 60);
    let grace = || active().grace(day(37));
    check(vec![
        row("nothing changes", active(), active(), &[]),
        row("renewal", active(), renewed(), &[Renewed]),
        row("the end moves back", renewed(), active(), &[Renewed]),
        row(
            "trial conversion",
            trial(),
            active().period(7, 37),
            &[TrialConverted],
        ),
        row(
            "trial cut short",
            trial(),
            active().period(0, 5),
            &[Renewed],
        ),
        row("auto-renewal goes off", active(), cancelled(), &[Cancelled]),
        row(
            "cancelled on trial",
            trial(),
            trial().cancelled(hour(9)),
            &[Cancelled],
        ),
        row(
            "auto-renewal goes on",
            cancelled(),
            active(),
            &[Reactivated],
        ),
        row("grace begins", active(), grace(), &[GraceEntered]),
        row("recovery from grace", grace(), renewed(), &[Recovered]),
        row(
            "recovery without a new end",
            grace(),
            active(),
            &[Recovered],
        ),
        row("hold begins", active(), active().on_hold(), &[OnHold]),
        row("hold after grace", grace(), active().on_hold(), &[OnHold]),
        row(
            "recovery from hold",
            active().on_hold(),
            renewed(),
            &[Recovered],
        ),
        row("pause begins", active(), active().paused(), &[Paused]),
        row("pause ends", active().paused(), renewed(), &[Resumed]),
        row(
            "a pause turns into a hold",
            active().paused(),
            active().on_hold(),
            &[OnHold],
        ),
        row(
            "a hold turns into a pause",
            active().on_hold(),
            active().paused(),
            &[Paused],
        ),
        row(
            "another plan now",
            active(),
            active().plan("yearly"),
            &[PlanChanged],
        ),
        row(
            "another plan later",
            active(),
            active().scheduled("basic"),
            &[PlanChangeScheduled],
        ),
        row(
            "another plan later, called off",
            active().scheduled("basic"),
            active(),
            &[],
        ),
    ]);
}

#[test]
fn several_changes_in_one_look_are_told_one_by_one() {
    let cancelled = || active().cancelled(hour(9));
    let grace = || active().grace(day(37));
    let next_period = || active().period(30, 60);
    check(vec![
        row(
            "a scheduled plan takes effect",
            active().scheduled("basic"),
            next_period().plan("basic"),
            &[PlanChanged],
        ),
        row(
            "renewed and then failed",
            active(),
            next_period().grace(day(67)),
            &[Renewed, GraceEntered],
        ),
        row(
            "recovered and failed again",
            grace(),
            next_period().grace(day(67)),
            &[Renewed, GraceEntered],
        ),
        row(
            "renewed and then cancelled",
            active(),
            next_period().cancelled(day(31)),
            &[Renewed, Cancelled],
        ),
        row(
            "reactivated, renewed and cancelled again",
            cancelled(),
            next_period().cancelled(day(31)),
            &[Renewed, Cancelled],
        ),
        row(
            "reactivated and renewed",
            cancelled(),
            next_period(),
            &[Reactivated, Renewed],
        ),
        row(
            "cancelled during grace",
            grace(),
            active().cancelled(day(31)),
            &[Cancelled],
        ),
        row(
            "resumed with another plan, cancelled",
            active().paused(),
            next_period().plan("yearly").cancelled(day(31)),
            &[Resumed, PlanChanged, Cancelled],
        ),
        row(
            "recovered from hold into grace",
            active().on_hold(),
            next_period().grace(day(67)),
            &[Recovered, GraceEntered],
        ),
        row(
            "recovered from hold with a plan scheduled",
            active().on_hold(),
            next_period().scheduled("basic"),
            &[Recovered, PlanChangeScheduled],
        ),
        row(
            "reactivated with a plan scheduled",
            cancelled(),
            active().scheduled("basic"),
            &[Reactivated, PlanChangeScheduled],
        ),
    ]);
}

#[test]
fn a_cancelled_one_that_changes_stays_cancelled_for_the_receiver() {
    let cancelled = || active().cancelled(hour(9));
    check(vec![
        row(
            "another plan, still cancelled",
            cancelled(),
            cancelled().plan("yearly"),
            &[PlanChanged, Cancelled],
        ),
        row(
            "grace for a cancelled one",
            cancelled(),
            StoreState {
                auto_renew: false,
                ..active().grace(day(37))
            },
            &[GraceEntered, Cancelled],
        ),
    ]);
}

#[test]
fn what_had_ended_begins_again() {
    let over = || active().expired();
    let next_period = || active().period(40, 70);
    check(vec![
        row("runs again", over(), next_period(), &[Revived]),
        row(
            "runs again, cancelled already",
            over(),
            next_period().cancelled(day(41)),
            &[Revived, Cancelled],
        ),
        row(
            "the refund was undone",
            active().revoked(hour(9)),
            active(),
            &[Revived],
        ),
        row(
            "back, but on hold",
            over(),
            next_period().on_hold(),
            &[Revived, OnHold],
        ),
        row(
            "back, but paused",
            over(),
            next_period().paused(),
            &[Revived, Paused],
        ),
    ]);
}

#[test]
fn what_is_paid_at_last_begins_as_it_stands() {
    check(vec![
        row("paid", active().pending(), active(), &[Purchased]),
        row(
            "paid, and on hold by now",
            active().pending(),
            active().on_hold(),
            &[Purchased, OnHold],
        ),
        row(
            "paid, and paused by now",
            active().pending(),
            active().paused(),
            &[Purchased, Paused],
        ),
        row("not paid again", active(), active().pending(), &[]),
        row("never paid", active().pending(), active().expired(), &[]),
        row(
            "taken back before it was paid",
            active().pending(),
            active().revoked(day(1)),
            &[],
        ),
    ]);
}
