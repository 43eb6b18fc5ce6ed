//! The store names a customer for a new payment who is not the one that holds the purchase.

use domain::EventKind::{OnHold, Purchased, TransferredIn, TransferredOut};
use domain::validation::ClaimEffect::{
    SubscriptionCreated, SubscriptionSynchronized, SubscriptionTransferred,
};
use domain::validation::ValidationFailure::OwnedByAnotherCustomer;
use domain::{BroadcasterSettings, Cause, StoreState, Subscription, TransferPolicy};

use crate::story::{Kinds, Shape, Story, active, customer, day};

const POLICIES: [TransferPolicy; 2] = [TransferPolicy::Move, TransferPolicy::Refuse];

fn under(transfer: TransferPolicy) -> Story {
    Story::with(BroadcasterSettings {
        transfer,
        ..BroadcasterSettings::default()
    })
}

/// Ada's, by the store's own word.
fn of_ada(transfer: TransferPolicy) -> Story {
    let mut story = under(transfer).named_by_store("ada");
    story.claimed("ada", &active());
    story
}

/// Says that Ben pays from now on.
fn paid_by_ben(story: &mut Story, day: i64) -> &mut Story {
    story.account = Some(customer("ben"));
    story.on_day(day)
}

#[test]
fn what_had_ended_is_not_revived_for_whoever_had_it_before() {
    for transfer in POLICIES {
        let mut story = of_ada(transfer);
        story.on_day(31).notified(&active().expired());
        let bought = active().period(60, 90);
        let decision = paid_by_ben(&mut story, 60).notified(&bought);
        assert_eq!(decision.kinds(), [Purchased], "{transfer:?}");
        let former = decision.former.unwrap();
        assert_eq!(former.ownership.customer_id, Some(customer("ada")));
        assert_eq!(
            (former.state, former.ownership.termination),
            (active().expired(), None)
        );
        assert_eq!(story.watchers(day(60)), ["ben"]);
        assert_eq!(story.subscription().ownership.claim, None);
    }
}

#[test]
fn a_new_payment_ends_the_same_whatever_comes_first() {
    let cancelled = active().cancelled(day(3));
    let rows: [(&str, StoreState, StoreState); 5] = [
        ("after the end", active().expired(), active().period(40, 70)),
        ("the end was not seen", active(), active().period(40, 70)),
        (
            "after a refund",
            active().revoked(day(4)),
            active().period(40, 70),
        ),
        ("before the end", cancelled.clone(), active()),
        (
            "with another plan",
            cancelled,
            active().plan("yearly").period(40, 400),
        ),
    ];
    for (rule, before, bought) in rows {
        for transfer in POLICIES {
            for order in ["cn", "nc", "nac", "acn", "anc"] {
                let mut story = of_ada(transfer);
                story.on_day(5).notified(&before);
                paid_by_ben(&mut story, 40);
                for message in order.chars() {
                    match message {
                        'n' => story.notified(&bought),
                        'c' => {
                            let decision = story.claimed("ben", &bought);
                            assert_eq!(decision.failure(), None, "{rule} {transfer:?} {order}");
                            decision
                        }
                        _ => {
                            let decision = story.claimed("ada", &bought);
                            assert_eq!(decision.failure(), Some(OwnedByAnotherCustomer));
                            decision
                        }
                    };
                }
                let told = format!("{rule} {transfer:?} {order}");
                assert_eq!(story.watchers(day(40)), ["ben"], "{told}");
                assert_eq!(story.subscription().ownership.generation, 2, "{told}");
                assert_eq!(story.formers.len(), 1, "{told}");
            }
        }
    }
}

#[test]
fn a_running_subscription_of_the_former_holder_ends_as_in_a_transfer() {
    let mut story = of_ada(TransferPolicy::Refuse);
    story.on_day(5).notified(&active().cancelled(day(3)));
    let decision = paid_by_ben(&mut story, 10).notified(&active());
    assert_eq!(decision.kinds(), [TransferredOut, TransferredIn]);
    assert!(decision.former.unwrap().ownership.termination.is_some());
    let decision = story.on_day(11).claimed("ben", &active());
    assert_eq!(decision.result(), Some(SubscriptionSynchronized));

    let mut claimed = of_ada(TransferPolicy::Refuse);
    claimed.on_day(5).notified(&active().cancelled(day(3)));
    let decision = paid_by_ben(&mut claimed, 10).claimed("ben", &active());
    assert_eq!(decision.result(), Some(SubscriptionTransferred));
}

#[test]
fn a_purchase_that_takes_over_goes_to_whom_the_store_names_for_it() {
    let next = active().plan("yearly").period(10, 375);
    for transfer in POLICIES {
        let mut notified = of_ada(transfer);
        let decision = paid_by_ben(&mut notified, 10).taken_over_by("new", &next);
        assert_eq!(decision.kinds(), [TransferredOut, TransferredIn]);
        let decision = notified.on_day(11).claimed("ben", &next);
        assert_eq!(decision.result(), Some(SubscriptionSynchronized));

        let mut claimed = of_ada(transfer);
        let decision = paid_by_ben(&mut claimed, 10).successor_claimed("ben", "new", &next);
        assert_eq!(decision.result(), Some(SubscriptionTransferred));
        for story in [notified, claimed] {
            assert_eq!(story.watchers(day(11)), ["ben"], "{transfer:?}");
        }
    }
}

#[test]
fn nobody_needs_to_have_been_named_before() {
    for transfer in POLICIES {
        let mut story = under(transfer);
        story.claimed("ada", &active());
        paid_by_ben(&mut story, 40).notified(&active().period(40, 70));
        assert_eq!(story.watchers(day(40)), ["ben"], "{transfer:?}");
    }
}

/// A broadcaster sets `accountIdPattern` while a subscription runs.
#[test]
fn a_name_that_only_appears_takes_nothing_that_is_held_until_it_is_bought_again() {
    let mut story = under(TransferPolicy::Move);
    story.claimed("ada", &active());
    paid_by_ben(&mut story, 10).notified(&active());
    story.on_day(30).notified(&active().period(30, 60));
    assert_eq!(story.watchers(day(30)), ["ada"]);
    story
        .on_day(61)
        .notified(&active().period(30, 60).expired());
    story.on_day(70).notified(&active().period(70, 100));
    assert_eq!(story.watchers(day(70)), ["ben"]);
}

#[test]
fn a_payment_that_is_awaited_still_counts_as_a_new_one() {
    let mut story = of_ada(TransferPolicy::Refuse);
    story.on_day(31).notified(&active().expired());
    paid_by_ben(&mut story, 40).notified(&active().period(40, 70).pending());
    assert_eq!(story.owner(), Some("ada"));
    story.on_day(41).notified(&active().period(40, 70));
    assert_eq!(story.watchers(day(41)), ["ben"]);
}

#[test]
fn a_new_payment_that_is_first_seen_on_hold_is_the_payer_s_too() {
    let late = active().period(40, 70).on_hold();
    let mut story = of_ada(TransferPolicy::Refuse);
    story.on_day(31).notified(&active().expired());
    let decision = paid_by_ben(&mut story, 75).notified(&late);
    assert_eq!(decision.kinds(), [Purchased, OnHold]);
    assert_eq!(story.owner(), Some("ben"));

    let mut claimed = of_ada(TransferPolicy::Refuse);
    claimed.on_day(31).notified(&active().expired());
    let decision = paid_by_ben(&mut claimed, 75).claimed("ben", &late);
    assert_eq!(decision.result(), Some(SubscriptionCreated));
}

#[test]
fn a_look_from_before_the_payment_gives_nothing_back() {
    let mut story = of_ada(TransferPolicy::Move);
    let earlier = story.sees(&active(), day(9));
    paid_by_ben(&mut story, 40).notified(&active().period(40, 70));
    let decision = story.on_day(41).claimed_earlier("ada", day(40), &earlier);
    assert_eq!(decision.failure(), Some(OwnedByAnotherCustomer));
    story.step(&earlier, &Cause::Notification, day(41));
    assert_eq!(story.watchers(day(41)), ["ben"]);
}

#[test]
fn the_store_moves_a_purchase_however_often_it_has_moved_today() {
    let mut story = of_ada(TransferPolicy::Move);
    story.settings.transfers_per_day = 0;
    let decision = paid_by_ben(&mut story, 40).claimed("ben", &active().period(40, 70));
    assert_eq!(decision.result(), Some(SubscriptionTransferred));
}

/// Such an item does not say whom the store named. Who held it without a claim was named.
#[test]
fn an_item_of_an_earlier_version_tells_who_was_named_by_the_missing_claim() {
    let mut story = Story::new().named_by_store("ada");
    story.notified(&active());
    let mut stored = serde_json::to_value(story.subscription()).unwrap();
    assert_eq!(stored["namedCustomer"], "ada");
    stored.as_object_mut().unwrap().remove("namedCustomer");
    story.current = Some(serde_json::from_value::<Subscription>(stored).unwrap());
    paid_by_ben(&mut story, 10).notified(&active());
    assert_eq!(story.watchers(day(10)), ["ben"]);
}
