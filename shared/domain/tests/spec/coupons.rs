//! A coupon code that comes with a purchase: whether it counts, and what was expected to be paid.

use domain::CouponResult::{self, Applied, Expired, NotYetValid, TooLate, Unknown};
use domain::validation::ClaimEffect::{SubscriptionCreated, SubscriptionSynchronized};
use domain::{Campaign, Coupon, NamedCoupon, Price, StoreState, Timestamp};

use crate::story::{Kinds, Shape, Story, active, campaign, cents, day, intro, named};

fn another() -> NamedCoupon {
    named(Campaign {
        code: "HALF".to_owned(),
        percent: 50,
        ..campaign()
    })
}

/// A story in which each period costs 8.00.
fn priced() -> Story {
    let mut story = Story::new();
    story.price = Some(cents(800));
    story
}

fn with_intro(state: &StoreState) -> Story {
    let mut story = priced();
    let decision = story.claimed_with(&intro(), "ada", state);
    assert_eq!(decision.coupon(), Some(Applied));
    story
}

fn expected(story: &Story) -> (u32, u32, Option<Price>) {
    let subscription = story.subscription();
    let left = subscription.ownership.discounted_cycles_left();
    (
        subscription.ownership.billing_cycle,
        left,
        subscription.expected_price(),
    )
}

#[test]
fn a_code_counts_while_its_campaign_lasts_and_never_fails_the_purchase() {
    let unknown = NamedCoupon {
        code: "NOPE".to_owned(),
        campaign: None,
    };
    let lasting = |from: Option<Timestamp>, until: Option<Timestamp>| {
        named(Campaign {
            valid_from: from,
            valid_until: until,
            ..campaign()
        })
    };
    let rows: [(&str, NamedCoupon, CouponResult); 7] = [
        ("no bounds", intro(), Applied),
        ("of no campaign", unknown, Unknown),
        ("from now on", lasting(Some(day(5)), None), Applied),
        ("from tomorrow on", lasting(Some(day(6)), None), NotYetValid),
        ("until now", lasting(None, Some(day(5))), Expired),
        ("until tomorrow", lasting(None, Some(day(6))), Applied),
        ("today only", lasting(Some(day(5)), Some(day(6))), Applied),
    ];
    for (rule, coupon, result) in rows {
        let mut story = priced();
        let decision = story.on_day(5).claimed_with(&coupon, "ada", &active());
        assert_eq!(decision.result(), Some(SubscriptionCreated), "{rule}");
        assert_eq!(decision.coupon(), Some(result), "{rule}");
        let held = &story.subscription().ownership.coupon;
        assert_eq!(held.is_some(), result == Applied, "{rule}");
    }
    assert_eq!(priced().claimed("ada", &active()).coupon(), None);
}

#[test]
fn the_subscription_keeps_what_the_code_was_worth_when_it_was_submitted() {
    let mut story = priced();
    let coupon = named(Campaign {
        valid_until: Some(day(5)),
        ..campaign()
    });
    let claim = domain::Claim {
        coupon: Some(coupon),
        ..story.claim("ada")
    };
    let seen = story.sees(&active(), day(6));
    let cause = domain::Cause::Claim(claim);
    let decision = story.on_day(6).step(&seen, &cause, day(4));
    assert_eq!(decision.coupon(), Some(Applied));
    let expected = Coupon {
        code: "INTRO2M".to_owned(),
        percent: 25,
        cycles: 2,
    };
    assert_eq!(story.subscription().ownership.coupon, Some(expected));
}

#[test]
fn a_second_claim_brings_no_second_coupon() {
    let mut story = with_intro(&active());
    let decision = story.on_day(1).claimed_with(&intro(), "ada", &active());
    assert_eq!(decision.result(), Some(SubscriptionSynchronized));
    assert_eq!(decision.coupon(), Some(Applied));
    let decision = story.on_day(2).claimed_with(&another(), "ada", &active());
    assert_eq!(decision.coupon(), Some(TooLate));
    assert_eq!(
        story.subscription().ownership.coupon.as_ref().unwrap().code,
        "INTRO2M"
    );
    story.on_day(3).claimed("ada", &active());
    assert_eq!(
        story.subscription().ownership.coupon.as_ref().unwrap().code,
        "INTRO2M"
    );
}

#[test]
fn the_first_cycle_can_take_a_code_late_and_no_other_can() {
    let mut first = priced();
    first.claimed("ada", &active());
    let decision = first.on_day(29).claimed_with(&intro(), "ada", &active());
    assert_eq!(decision.coupon(), Some(Applied));

    let second = active().period(30, 60);
    let mut story = priced();
    story.claimed("ada", &active());
    let decision = story.on_day(30).claimed_with(&intro(), "ada", &second);
    assert_eq!(decision.coupon(), Some(TooLate));
    assert_eq!(story.subscription().ownership.coupon, None);
}

#[test]
fn the_discount_counts_down_over_the_cycles() {
    let mut story = with_intro(&active());
    assert_eq!(expected(&story), (1, 2, Some(cents(600))));
    story.on_day(30).notified(&active().period(30, 60));
    assert_eq!(expected(&story), (2, 1, Some(cents(600))));
    story.on_day(60).notified(&active().period(60, 90));
    assert_eq!(expected(&story), (3, 0, Some(cents(800))));
    story.on_day(90).notified(&active().period(90, 120));
    assert_eq!(expected(&story), (4, 0, Some(cents(800))));
}

#[test]
fn nothing_is_expected_of_an_offer_without_a_price() {
    let mut story = Story::new();
    story.claimed_with(&intro(), "ada", &active());
    assert_eq!(story.subscription().expected_price(), None);
    assert_eq!(story.subscription().ownership.discounted_cycles_left(), 2);
}

#[test]
fn another_product_drops_the_coupon_and_counts_anew() {
    let rows = [
        ("at once", active(), active().plan("yearly")),
        (
            "at a renewal",
            active().scheduled("yearly"),
            active().plan("yearly").period(60, 90),
        ),
        (
            "after the end",
            active().expired(),
            active().plan("yearly").period(60, 90),
        ),
    ];
    for (rule, before, next) in rows {
        for successor in [None, Some("new")] {
            let mut story = with_intro(&active());
            story.on_day(30).notified(&active().period(30, 60));
            story.on_day(40).notified(&before);
            assert!(story.subscription().ownership.coupon.is_some(), "{rule}");
            story.on_day(60);
            match successor {
                Some(name) => story.taken_over_by(name, &next),
                None => story.notified(&next),
            };
            assert_eq!(story.subscription().ownership.coupon, None, "{rule}");
            assert_eq!(expected(&story), (1, 0, Some(cents(800))), "{rule}");
        }
    }
}

#[test]
fn another_product_can_bring_its_own_code() {
    let mut story = with_intro(&active());
    story.on_day(30).notified(&active().period(30, 60));
    let yearly = active().plan("yearly");
    let decision = story.on_day(40).claimed_with(&another(), "ada", &yearly);
    assert_eq!(decision.coupon(), Some(Applied));
    assert_eq!(expected(&story), (1, 2, Some(cents(400))));
}

#[test]
fn the_same_product_under_another_key_keeps_the_coupon() {
    let mut story = with_intro(&active());
    story
        .on_day(30)
        .taken_over_by("new", &active().period(30, 60));
    assert_eq!(expected(&story), (2, 1, Some(cents(600))));
}

#[test]
fn a_transfer_drops_the_coupon_and_counts_anew() {
    let mut story = with_intro(&active());
    story.on_day(30).notified(&active().period(30, 60));
    let mut without = story.clone();
    without.on_day(31).claimed("ben", &active().period(30, 60));
    assert_eq!(expected(&without), (1, 0, Some(cents(800))));
    assert_eq!(
        without.formers[0].ownership.coupon.as_ref().unwrap().code,
        "INTRO2M"
    );

    let decision = story
        .on_day(31)
        .claimed_with(&another(), "ben", &active().period(30, 60));
    assert_eq!(decision.coupon(), Some(Applied));
    assert_eq!(expected(&story), (1, 2, Some(cents(400))));
}

#[test]
fn what_nobody_holds_counts_no_cycles() {
    let mut story = priced();
    story.notified(&active());
    story.on_day(30).notified(&active().period(30, 60));
    let decision = story
        .on_day(31)
        .claimed_with(&intro(), "ada", &active().period(30, 60));
    assert_eq!(decision.coupon(), Some(Applied));
    assert_eq!(expected(&story), (1, 2, Some(cents(600))));
}

#[test]
fn a_refused_claim_brings_no_coupon() {
    let mut story = priced();
    story.claimed("ada", &active());
    story.settings.transfer = domain::TransferPolicy::Refuse;
    let decision = story.on_day(1).claimed_with(&intro(), "ben", &active());
    assert_eq!(decision.coupon(), None);
    assert_eq!(story.subscription().ownership.coupon, None);
}

#[test]
fn a_price_is_cut_to_whole_millionths() {
    let price = |amount_micros| Price {
        currency: "USD".to_owned(),
        amount_micros,
    };
    let rows = [
        (999, 25, 749),
        (999, 0, 999),
        (999, 100, 0),
        (999, 200, 0),
        (i64::MAX, 0, i64::MAX),
    ];
    for (full, percent, left) in rows {
        assert_eq!(price(full).less(percent), price(left));
    }
}
