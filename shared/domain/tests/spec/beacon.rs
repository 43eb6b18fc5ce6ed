//! What a broadcaster's endpoint receives of each event, in the Beacon format.

use std::collections::BTreeMap;

use domain::beacon::{Notification, project};
use domain::{
    BroadcasterSettings, DateUnit, Decision, GraceNotification, ReactivationNotification, Store,
    StoreState,
};

use crate::field_table::faults;
use crate::story::{Shape, Story, active, day, hour, trial};

fn told(decision: &Decision, settings: &BroadcasterSettings) -> Vec<Notification> {
    let events = decision.events.iter();
    let told: Vec<_> = events.flat_map(|event| project(event, settings)).collect();
    for notification in &told {
        assert_eq!(
            faults(notification, settings.date_unit),
            Vec::<String>::new()
        );
    }
    told
}

/// What Ada's broadcaster hears when the store says `before` on day 2 and `next` some days later.
fn change(
    before: &StoreState,
    days: i64,
    next: &StoreState,
    settings: &BroadcasterSettings,
) -> Vec<Notification> {
    let mut story = Story::of_ada(&active());
    story.on_day(2).notified(before);
    told(&story.on_day(days).notified(next), settings)
}

#[test]
fn each_event_has_its_notification() {
    let cancelled = || active().cancelled(hour(30));
    let grace = || active().grace(day(37));
    let renewed = || active().period(30, 60);
    let rows = [
        ("renewed", active(), 30, renewed()),
        ("trial_converted", trial(), 7, active().period(7, 37)),
        ("cancelled", active(), 20, cancelled()),
        ("reactivated", cancelled(), 20, active()),
        ("grace_entered", active(), 30, grace()),
        ("on_hold", grace(), 37, active().on_hold()),
        ("recovered_from_grace", grace(), 33, renewed()),
        ("recovered_from_hold", active().on_hold(), 33, renewed()),
        ("paused", active(), 20, active().paused()),
        ("resumed", active().paused(), 33, renewed()),
        (
            "expired_after_cancel",
            cancelled(),
            30,
            cancelled().expired(),
        ),
        (
            "expired_after_failed_recovery",
            active().on_hold(),
            60,
            active().expired(),
        ),
        ("refunded", active(), 20, active().revoked(day(19))),
        (
            "plan_change_scheduled",
            active(),
            20,
            active().scheduled("basic"),
        ),
        ("plan_changed", active(), 20, active().plan("yearly")),
        ("revived", active().expired(), 31, active().period(31, 61)),
        (
            "renewed_and_cancelled",
            active(),
            31,
            renewed().cancelled(day(31)),
        ),
    ];
    let settings = BroadcasterSettings::default();
    for (name, before, days, next) in rows {
        insta::assert_json_snapshot!(name, change(&before, days, &next, &settings));
    }
}

#[test]
fn the_first_word_of_a_purchase_is_new() {
    let settings = BroadcasterSettings::default();
    let first = |state: &StoreState| told(&Story::new().claimed("ada", state), &settings);
    insta::assert_json_snapshot!("purchased", first(&active()));
    insta::assert_json_snapshot!("purchased_trial", first(&trial()));
    insta::assert_json_snapshot!("purchased_cancelled", first(&active().cancelled(hour(-1))));
}

#[test]
fn a_transfer_is_cancel_for_the_one_and_new_for_the_other() {
    let mut story = Story::of_ada(&active());
    let decision = story.on_day(2).claimed("ben", &active());
    insta::assert_json_snapshot!("transferred", told(&decision, &story.settings));
}

#[test]
fn another_product_under_another_key_is_cancel_for_the_old_and_new_for_the_new() {
    let mut story = Story::of_ada(&active());
    let upgraded = active().plan("yearly").period(10, 375);
    let decision = story.on_day(10).taken_over_by("vzs-99230155", &upgraded);
    insta::assert_json_snapshot!("switched", told(&decision, &story.settings));

    let downgraded = upgraded.clone().scheduled("basic");
    let decision = story.on_day(20).taken_over_by("vzs-99230166", &downgraded);
    assert_eq!(told(&decision, &story.settings), []);
    let renewed = active().plan("basic").period(375, 405);
    let decision = story.on_day(375).notified(&renewed);
    insta::assert_json_snapshot!("switched_later", told(&decision, &story.settings));
}

#[test]
fn a_takeover_by_another_customer_is_cancel_for_the_one_and_new_for_the_other() {
    let mut story = Story::of_ada(&active());
    let next = active().period(10, 40);
    let decision = story
        .on_day(10)
        .successor_claimed("ben", "vzs-99230155", &next);
    insta::assert_json_snapshot!("taken_over_by_another", told(&decision, &story.settings));
}

#[test]
fn a_resend_rebuilds_what_is_active() {
    let mut story = Story::of_ada(&trial());
    insta::assert_json_snapshot!("resent", told(&story.on_day(2).resent(), &story.settings));
    story.on_day(3).notified(&trial().cancelled(day(3)));
    let decision = story.on_day(4).resent();
    insta::assert_json_snapshot!("resent_cancelled", told(&decision, &story.settings));
}

#[test]
fn a_broadcaster_may_want_milliseconds_and_another_store_name() {
    let settings = BroadcasterSettings {
        date_unit: DateUnit::Milliseconds,
        store_names: BTreeMap::from([(Store::Vizio, "Beacon Store".to_owned())]),
        ..BroadcasterSettings::default()
    };
    let first = Story::new().claimed("ada", &trial());
    insta::assert_json_snapshot!("purchased_in_milliseconds", told(&first, &settings));
    let cancelled = change(&active(), 20, &active().cancelled(hour(30)), &settings);
    insta::assert_json_snapshot!("cancelled_in_milliseconds", cancelled);
    let on_hold = change(&active(), 30, &active().on_hold(), &settings);
    insta::assert_json_snapshot!("on_hold_in_milliseconds", on_hold);
}

#[test]
fn a_reactivation_may_be_told_as_renew() {
    let settings = BroadcasterSettings {
        reactivation: ReactivationNotification::Renew,
        ..BroadcasterSettings::default()
    };
    let told = change(&active().cancelled(hour(30)), 20, &active(), &settings);
    insta::assert_json_snapshot!("reactivated_as_renew", told);
}

#[test]
fn grace_may_be_told_as_renew_to_its_end() {
    let settings = BroadcasterSettings {
        grace: GraceNotification::Renew,
        ..BroadcasterSettings::default()
    };
    let told = change(&active(), 30, &active().grace(day(37)), &settings);
    insta::assert_json_snapshot!("grace_as_renew", told);
}

#[test]
fn a_store_that_tells_no_period_start_leaves_it_to_the_dates_that_are_known() {
    let silent = |state: StoreState| StoreState {
        period_start: None,
        ..state
    };
    let renewed = silent(active().period(30, 60));
    let mut story = Story::of_ada(&silent(active()));
    assert_eq!(
        story.notifications()[0].start_date,
        Some(day(0).as_second())
    );
    story.on_day(31).notified(&renewed);
    let renew = story.notifications().pop().unwrap();
    assert_eq!(renew.start_date, Some(day(30).as_second()));

    let nothing = StoreState {
        started_at: None,
        ..silent(active())
    };
    let mut story = Story::new();
    story.on_day(3).claimed("ada", &nothing);
    assert_eq!(
        story.notifications()[0].start_date,
        Some(day(3).as_second())
    );
}

#[test]
fn the_package_of_a_product_that_has_no_offer_any_more_stays() {
    let mut story = Story::of_ada(&active());
    story.on_day(1).notified(&active().plan("stray"));
    let told = story.notifications().pop().unwrap();
    assert_eq!(
        (told.sku.as_str(), told.package_name.as_str()),
        ("stray", "Symphony Monthly")
    );
}

#[test]
fn a_type_is_written_as_it_is_named() {
    for told in Story::of_ada(&active()).notifications() {
        let json = serde_json::to_value(&told).unwrap();
        assert_eq!(json["notification_type"], told.notification_type.as_str());
        assert_eq!(serde_json::from_value::<Notification>(json).unwrap(), told);
    }
}
