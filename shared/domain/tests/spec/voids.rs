//! The store takes a payment back, by a word that its answers may not show yet.

use domain::EventKind::{Expired, Refunded, Revived};
use domain::beacon::NotificationType::Cancel;
use domain::validation::ValidationFailure::PurchaseExpired;
use domain::{Cause, Claim, Observation, Status, StoreState, VoidedPayment};

use crate::story::{Kinds, Shape, Story, active, correlation, customer, day, key_named};

fn paid() -> StoreState {
    active().order("GPA.1")
}

fn renewed() -> StoreState {
    active().period(30, 60).order("GPA.2")
}

#[test]
fn the_last_payment_taken_back_ends_it_although_the_store_says_that_it_runs() {
    for state in [
        paid(),
        paid().grace(day(37)),
        paid().cancelled(day(3)),
        paid().on_hold(),
    ] {
        let mut story = Story::of_ada(&active());
        story.on_day(4).notified(&state);
        let decision = story.on_day(5).voided(Some("GPA.1"), &state);
        assert_eq!(decision.kinds(), [Refunded]);
        let revoked = StoreState {
            grace_end: None,
            ..state.revoked(day(5))
        };
        assert_eq!(story.subscription().state, revoked);
        assert!(story.watchers(day(5)).is_empty());
        let told = story.notifications().pop().unwrap();
        assert_eq!(told.notification_type, Cancel);
        assert_eq!(told.end_date, Some(day(5).as_second()));
    }
}

#[test]
fn an_older_payment_taken_back_ends_nothing() {
    let mut story = Story::of_ada(&paid());
    story.on_day(30).notified(&renewed());
    assert_eq!(
        story.on_day(31).voided(Some("GPA.1"), &renewed()).kinds(),
        []
    );
    assert_eq!(story.watchers(day(31)), ["ada"]);

    let mut silent = Story::of_ada(&active());
    assert_eq!(
        silent.on_day(2).voided(Some("GPA.1"), &active()).kinds(),
        []
    );
    assert_eq!(silent.watchers(day(2)), ["ada"]);
}

#[test]
fn the_word_holds_while_the_store_s_answer_lags_behind() {
    let mut story = Story::of_ada(&paid());
    story.on_day(5).voided(Some("GPA.1"), &paid());
    for days in [6, 7] {
        assert_eq!(story.on_day(days).notified(&paid()).kinds(), []);
        assert_eq!(story.subscription().state.revoked_at, Some(day(5)));
    }
    let caught_up = paid().revoked(day(4));
    assert_eq!(story.on_day(8).notified(&caught_up).kinds(), []);
    assert_eq!(story.subscription().state.revoked_at, Some(day(4)));
    assert_eq!(story.on_day(9).notified(&paid().expired()).kinds(), []);
    assert_eq!(story.subscription().state.status, Status::Revoked);
}

#[test]
fn the_word_may_come_after_the_store_s_answer() {
    let mut story = Story::of_ada(&paid());
    let revoked = paid().revoked(day(4));
    assert_eq!(story.on_day(4).notified(&revoked).kinds(), [Refunded]);
    assert_eq!(story.on_day(5).voided(Some("GPA.1"), &revoked).kinds(), []);
    assert_eq!(story.subscription().state, revoked);
}

#[test]
fn the_word_counts_with_an_older_look_which_changes_nothing_else() {
    let mut story = Story::of_ada(&paid());
    story.on_day(10).denied(day(10), &Cause::Reconciliation);
    let before = story.subscription().clone();
    let older = Observation {
        voided: Some(VoidedPayment {
            order_id: Some("GPA.1".to_owned()),
            at: day(9),
        }),
        ..story.sees(&active().plan("yearly"), day(8))
    };
    let decision = story.step(&older, &Cause::Notification, day(10));
    assert_eq!(decision.kinds(), [Refunded]);
    let after = story.subscription();
    assert_eq!(after.state, paid().revoked(day(9)));
    assert_eq!(after.watermark, before.watermark);
    assert_eq!(after.missing, before.missing);
    assert_eq!(after.offer, before.offer);
    assert_eq!(story.step(&older, &Cause::Notification, day(10)).next, None);
}

#[test]
fn the_word_counts_while_the_store_s_status_is_one_that_we_don_t_know() {
    let void = VoidedPayment {
        order_id: Some("GPA.1".to_owned()),
        at: day(5),
    };
    let unknown = |story: &Story| Observation {
        voided: Some(void.clone()),
        ..story.sees_unknown("HIBERNATING")
    };
    let mut story = Story::of_ada(&paid());
    let seen = unknown(story.on_day(5));
    let decision = story.step(&seen, &Cause::Notification, day(5));
    assert_eq!(decision.kinds(), [Refunded]);
    assert_eq!(decision.unknown_status.as_deref(), Some("HIBERNATING"));
    assert!(!decision.unmapped_product);
    assert_eq!(story.subscription().watermark, day(0));
    assert_eq!(story.step(&seen, &Cause::Notification, day(5)).next, None);

    let mut nobody_s = Story::new();
    let decision = nobody_s.step(&seen, &Cause::Notification, day(5));
    assert_eq!(decision.next, None);
    let claim = Cause::Claim(Claim {
        customer_id: customer("ada"),
        correlation_id: correlation(9),
        offer_id: None,
        coupon: None,
    });
    let mut claimed = Story::of_ada(&paid());
    assert_eq!(claimed.on_day(5).step(&seen, &claim, day(5)).next, None);
}

#[test]
fn a_repeated_word_is_remembered_once() {
    let mut story = Story::of_ada(&paid());
    for days in [5, 6] {
        story.on_day(days).voided(Some("GPA.1"), &paid());
    }
    let kinds: Vec<_> = story.events.iter().map(|event| event.kind).collect();
    assert_eq!(kinds.iter().filter(|kind| **kind == Refunded).count(), 1);
    assert_eq!(story.subscription().voided.len(), 1);
    assert_eq!(story.subscription().voided[0].at, day(5));
}

#[test]
fn a_renewal_after_it_runs_again_with_its_own_payment() {
    let mut story = Story::of_ada(&paid());
    story.on_day(5).voided(Some("GPA.1"), &paid());
    assert_eq!(story.on_day(30).notified(&renewed()).kinds(), [Revived]);
    assert_eq!(story.watchers(day(30)), ["ada"]);
    let decision = story.on_day(31).voided(Some("GPA.2"), &renewed());
    assert_eq!(decision.kinds(), [Refunded]);
}

#[test]
fn a_payment_can_be_taken_back_before_it_is_seen() {
    let mut story = Story::of_ada(&paid());
    assert_eq!(story.on_day(30).voided(Some("GPA.2"), &paid()).kinds(), []);
    assert_eq!(story.notified(&renewed()).kinds(), [Refunded]);

    let mut unknown = Story::new();
    unknown.voided(Some("GPA.1"), &paid());
    let decision = unknown.on_day(1).claimed("ada", &paid());
    assert_eq!(decision.failure(), Some(PurchaseExpired));
    assert_eq!(unknown.events, []);
}

#[test]
fn a_purchase_taken_back_as_a_whole_is_believed_once_the_store_says_that_it_is_over() {
    let mut story = Story::of_ada(&paid());
    assert_eq!(story.on_day(5).voided(None, &paid()).kinds(), []);
    assert_eq!(story.watchers(day(5)), ["ada"]);
    assert_eq!(
        story.on_day(6).notified(&paid().expired()).kinds(),
        [Refunded]
    );
    assert_eq!(story.subscription().state.revoked_at, Some(day(5)));

    let mut at_once = Story::of_ada(&paid());
    let decision = at_once.on_day(5).voided(None, &paid().expired());
    assert_eq!(decision.kinds(), [Refunded]);

    let mut after = Story::of_ada(&paid());
    assert_eq!(
        after.on_day(5).notified(&paid().expired()).kinds(),
        [Expired]
    );
    let decision = after.on_day(6).voided(None, &paid().expired());
    assert_eq!(decision.kinds(), [Refunded]);
}

#[test]
fn the_ten_newest_words_are_remembered() {
    let mut story = Story::of_ada(&active());
    let order = |number: i64| format!("GPA.{number}");
    for number in 1..=11 {
        story.on_day(number).voided(Some(&order(number)), &active());
    }
    let remembered: Vec<_> = story
        .subscription()
        .voided
        .iter()
        .map(|void| void.order_id.clone().unwrap())
        .collect();
    assert_eq!(remembered, (2..=11).map(order).collect::<Vec<_>>());
    assert_eq!(
        story.on_day(12).notified(&active().order("GPA.2")).kinds(),
        [Refunded]
    );
}

#[test]
fn a_payment_that_was_taken_back_is_none_for_the_purchase_that_takes_over_either() {
    let mut story = Story::of_ada(&paid());
    story.on_day(5).voided(Some("GPA.1"), &paid());
    let decision = story.taken_over_by("second", &paid().scheduled("basic"));
    assert_eq!(decision.kinds(), []);
    assert_eq!(story.subscription().state.status, Status::Revoked);
    let decision = story.taken_over_by("third", &renewed());
    assert_eq!(decision.kinds(), [Revived]);
}

#[test]
fn a_purchase_taken_back_as_a_whole_says_nothing_of_the_one_that_takes_over() {
    let mut story = Story::of_ada(&paid());
    story.on_day(5).voided(None, &paid());
    story.taken_over_by("new", &renewed());
    assert_eq!(story.subscription().voided, []);
    assert_eq!(
        story.on_day(60).notified(&renewed().expired()).kinds(),
        [Expired]
    );
}

#[test]
fn a_payment_can_be_taken_back_before_it_is_known_what_it_takes_over_from() {
    let mut story = Story::new();
    story.key = key_named("new");
    story.on_day(5).voided(Some("GPA.2"), &paid());
    let mut seen = story.sees(&renewed(), day(6));
    seen.replaced = Story::of_ada(&paid()).current;
    let decision = story.on_day(6).step(&seen, &Cause::Notification, day(6));
    assert_eq!(decision.kinds(), [Refunded]);
}

#[test]
fn a_purchase_taken_back_as_a_whole_and_paid_again_since_ends_like_any_other() {
    for named in [true, false] {
        let told = |state: StoreState| StoreState {
            period_start: state.period_start.filter(|_| named),
            ..state
        };
        let last = told(active().period(330, 360).order("GPA.1..10"));
        let over = last.clone().expired();
        let mut story = Story::of_ada(&told(paid()));
        story.on_day(5).voided(None, &told(paid()));
        story.on_day(330).notified(&last);
        story.on_day(340).notified(&last.cancelled(day(340)));
        let decision = story.on_day(361).notified(&over);
        assert_eq!(decision.kinds(), [Expired], "{named}");
        assert_eq!(story.subscription().state.revoked_at, None, "{named}");
    }
}

#[test]
fn an_old_word_about_the_whole_purchase_that_comes_late_says_nothing_of_a_later_payment() {
    let over = renewed().expired();
    let mut story = Story::of_ada(&paid());
    story.on_day(30).notified(&renewed());
    story.on_day(61).notified(&over);
    let late = Observation {
        voided: Some(VoidedPayment {
            order_id: None,
            at: day(5),
        }),
        ..story.sees(&over, day(62))
    };
    let decision = story.on_day(62).step(&late, &Cause::Notification, day(62));
    assert_eq!(decision.kinds(), []);
    assert_eq!(story.subscription().state.status, Status::Expired);
}

#[test]
fn a_purchase_can_be_taken_back_as_a_whole_again_after_it_was_paid_again() {
    let mut story = Story::of_ada(&paid());
    story.on_day(5).voided(None, &paid().expired());
    story.on_day(30).notified(&renewed());
    let decision = story.on_day(40).voided(None, &renewed().expired());
    assert_eq!(decision.kinds(), [Refunded]);
    assert_eq!(story.subscription().state.revoked_at, Some(day(40)));
}
