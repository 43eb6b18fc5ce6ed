//! Another purchase takes over: one subscription goes on under another key.

use domain::EventKind::{
    Cancelled, PlanChangeScheduled, PlanChanged, Purchased, Reactivated, Renewed, Revived,
};
use domain::beacon::NotificationType::{Cancel, New, Renew, Resume};
use domain::beacon::{NotificationType, project};
use domain::webhook::{self, Topic};
use domain::{Decision, Status, StoreState};

use crate::story::{Kinds, Shape, Story, active, day, key, key_named, trial};

/// What receivers hear: the type, the transaction, the sku and the package.
fn told(story: &Story, decision: &Decision) -> Vec<(NotificationType, String, String, String)> {
    let events = decision.events.iter();
    let told = events.flat_map(|event| project(event, &story.settings));
    told.map(|told| {
        let transaction = told.transaction_id.as_str().to_owned();
        (
            told.notification_type,
            transaction,
            told.sku,
            told.package_name,
        )
    })
    .collect()
}

fn line(
    kind: NotificationType,
    transaction: &str,
    sku: &str,
    package: &str,
) -> (NotificationType, String, String, String) {
    (
        kind,
        transaction.to_owned(),
        sku.to_owned(),
        package.to_owned(),
    )
}

const OLD: &str = "vzs-88120044";

#[test]
fn another_product_at_once_ends_the_old_transaction_and_begins_a_new_one() {
    let mut story = Story::of_ada(&active());
    let old = story.subscription().clone();
    let decision = story
        .on_day(10)
        .taken_over_by("new", &active().plan("yearly").period(10, 375));

    assert_eq!(decision.kinds(), [PlanChanged]);
    assert_eq!(
        told(&story, &decision),
        [
            line(Cancel, OLD, "monthly", "Symphony Monthly"),
            line(New, "new", "yearly", "Symphony Yearly"),
        ]
    );
    let topics: Vec<_> = webhook::project(&decision.events[0])
        .iter()
        .map(|message| message.topic)
        .collect();
    assert_eq!(topics, [Topic::SubscriptionSwitched]);

    let next = story.subscription();
    assert_eq!(next.purchase_key, key_named("new"));
    assert_eq!(
        next.ownership.subscription_id,
        old.ownership.subscription_id
    );
    assert_eq!((next.ownership.generation, next.ownership.sequence), (1, 2));
    assert_eq!(next.ownership.claim, old.ownership.claim);
    assert!(decision.former.is_none());
    assert_eq!(story.watchers(day(10)), ["ada"]);

    let state = next.state.clone();
    let again = story.on_day(11).notified(&state);
    assert_eq!(again.kinds(), []);
    assert_eq!(story.subscription().transaction_id(), &key_named("new"));
}

#[test]
fn a_product_that_changes_later_is_renewed_under_the_old_transaction() {
    let mut story = Story::of_ada(&active());
    let decision = story
        .on_day(10)
        .taken_over_by("new", &active().scheduled("basic"));
    assert_eq!(decision.kinds(), [PlanChangeScheduled]);
    assert_eq!(told(&story, &decision), []);

    let basic = active().period(30, 60).plan("basic");
    let decision = story.on_day(30).notified(&basic);
    assert_eq!(decision.kinds(), [PlanChanged]);
    let renewed = line(Renew, OLD, "basic", "Symphony Basic");
    assert_eq!(told(&story, &decision), [renewed]);
}

#[test]
fn the_same_product_again_goes_on_under_the_old_transaction() {
    let cancelled = || active().cancelled(day(3));
    let rows = [
        (
            "bought again before the end",
            cancelled(),
            active(),
            vec![Reactivated],
            vec![Resume],
        ),
        (
            "bought again with more time",
            cancelled(),
            active().period(10, 40),
            vec![Reactivated, Renewed],
            vec![Resume, Renew],
        ),
        (
            "topped up",
            active().prepaid(),
            active().period(0, 60).prepaid(),
            vec![Renewed],
            vec![Renew],
        ),
        ("nothing new", active(), active(), vec![], vec![]),
    ];
    for (rule, before, next, events, types) in rows {
        let mut story = Story::of_ada(&before);
        let decision = story.on_day(10).taken_over_by("new", &next);
        assert_eq!(decision.kinds(), events, "{rule}");
        let product = |kind: &NotificationType| line(*kind, OLD, "monthly", "Symphony Monthly");
        let expected: Vec<_> = types.iter().map(product).collect();
        assert_eq!(told(&story, &decision), expected, "{rule}");
        assert_eq!(story.subscription().purchase_key, key_named("new"));
        assert_eq!(story.subscription().transaction_id(), &key());
    }
}

#[test]
fn what_had_ended_begins_again_under_a_new_transaction() {
    for before in [active().expired(), active().revoked(day(3))] {
        for product in ["monthly", "yearly"] {
            let mut story = Story::of_ada(&active());
            story.on_day(30).notified(&before);
            let next = active().plan(product).period(40, 70);
            let decision = story.on_day(40).taken_over_by("new", &next);
            assert_eq!(decision.kinds(), [Revived]);
            let told = told(&story, &decision);
            assert_eq!((told[0].0, told[0].1.as_str()), (New, "new"));
            assert_eq!(told.len(), 1);
        }
    }
}

#[test]
fn what_already_holds_of_the_new_product_is_told_after_it() {
    let mut story = Story::of_ada(&active());
    let next = active()
        .plan("yearly")
        .cancelled(day(10))
        .scheduled("basic");
    let decision = story.on_day(10).taken_over_by("new", &next);
    assert_eq!(
        decision.kinds(),
        [PlanChanged, Cancelled, PlanChangeScheduled]
    );
    let types: Vec<_> = told(&story, &decision)
        .into_iter()
        .map(|told| told.0)
        .collect();
    assert_eq!(types, [Cancel, New, Cancel]);
}

#[test]
fn a_product_that_ends_as_it_takes_over_ends_the_old_transaction() {
    let mut story = Story::of_ada(&active());
    let ended = active().plan("yearly").revoked(day(10));
    let decision = story.on_day(10).taken_over_by("new", &ended);
    let cancel = line(Cancel, OLD, "yearly", "Symphony Yearly");
    assert_eq!(told(&story, &decision), [cancel]);
    assert_eq!(story.subscription().transaction_id(), &key());
}

#[test]
fn the_name_for_receivers_lasts_through_a_chain_until_the_product_changes() {
    let mut story = Story::of_ada(&active());
    story.on_day(5).taken_over_by("second", &active());
    story.on_day(6).taken_over_by("third", &active());
    assert_eq!(story.subscription().transaction_id(), &key());
    let decision = story
        .on_day(7)
        .taken_over_by("fourth", &active().plan("yearly"));
    let transactions: Vec<_> = told(&story, &decision)
        .into_iter()
        .map(|told| told.1)
        .collect();
    assert_eq!(transactions, [OLD, "fourth"]);
    let decision = story
        .on_day(8)
        .taken_over_by("fifth", &active().plan("basic"));
    let transactions: Vec<_> = told(&story, &decision)
        .into_iter()
        .map(|told| told.1)
        .collect();
    assert_eq!(transactions, ["fourth", "fifth"]);
}

#[test]
fn a_purchase_that_was_not_paid_is_no_transaction_that_could_end() {
    let mut story = Story::of_ada(&active());
    story.on_day(1).notified(&active().pending());
    assert_eq!(story.subscription().state.status, Status::Pending);
    let decision = story
        .on_day(2)
        .taken_over_by("new", &active().plan("yearly"));
    assert_eq!(decision.kinds(), [Purchased]);
}

#[test]
fn the_package_of_a_product_without_an_offer_is_named_after_it() {
    let mut story = Story::of_ada(&trial());
    story.current.as_mut().unwrap().offer = None;
    let decision = story
        .on_day(2)
        .taken_over_by("new", &active().plan("yearly"));
    let cancel = line(Cancel, OLD, "monthly", "monthly");
    assert_eq!(told(&story, &decision)[0], cancel);
}

#[test]
fn what_begins_anew_starts_with_its_purchase_and_not_where_the_old_period_would_have_ended() {
    let bought = |day_of: i64| StoreState {
        started_at: Some(day(day_of)),
        period_start: None,
        ..active().plan("yearly").period(day_of, 375)
    };
    let start_of_new = |story: &Story, decision: &Decision| {
        let mut told = decision
            .events
            .iter()
            .flat_map(|event| project(event, &story.settings));
        let new = told.find(|told| told.notification_type == New);
        new.unwrap().start_date
    };

    let mut upgraded = Story::of_ada(&active());
    let decision = upgraded.on_day(10).taken_over_by("new", &bought(10));
    assert_eq!(
        start_of_new(&upgraded, &decision),
        Some(day(10).as_second())
    );

    let mut bought_again = Story::of_ada(&active());
    bought_again.on_day(31).notified(&active().expired());
    let decision = bought_again.on_day(40).taken_over_by("new", &bought(40));
    assert_eq!(
        start_of_new(&bought_again, &decision),
        Some(day(40).as_second())
    );
}
