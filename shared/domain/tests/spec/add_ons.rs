//! One purchase of several products: which one decides, and what becomes of the others.

use std::collections::BTreeMap;

use domain::validation::ClaimDecision;
use domain::validation::ValidationFailure::OfferMismatch;
use domain::{
    AddOn, Cause, Claim, Decision, Observation, OfferId, OfferRef, Reading, Status, StoreSnapshot,
    StoreState, Subscription,
};

use crate::story::{Kinds, Story, active, day, offer};

fn product(name: &str) -> StoreState {
    StoreState {
        product_id: name.to_owned(),
        ..active()
    }
}

/// Ada's subscription to a product.
fn held(name: &str) -> Subscription {
    let mut known = Story::of_ada(&active()).subscription().clone();
    known.state.product_id = name.to_owned();
    known
}

fn offers(products: &[&str]) -> BTreeMap<String, OfferRef> {
    let offer = |product: &&str| {
        let listed = OfferRef {
            offer_id: OfferId::new(format!("S_{product}_US")).unwrap(),
            ..offer("monthly").unwrap()
        };
        ((*product).to_owned(), listed)
    };
    products.iter().map(offer).collect()
}

fn snapshot(story: &Story, states: &[StoreState]) -> StoreSnapshot {
    let mut snapshot = story.sees(&states[0], story.now).snapshot;
    snapshot.alternatives = states[1..].to_vec();
    snapshot
}

/// The product that decides, the same for both orders of the list.
fn chosen(
    states: [StoreState; 2],
    listed: &[&str],
    known: Option<&Subscription>,
    named: Option<&str>,
) -> String {
    let story = Story::of_ada(&active());
    let named = named.map(|id| OfferId::new(id).unwrap());
    let [one, other] = states;
    let choose = |states: &[StoreState]| {
        let snapshot = snapshot(&story, states);
        let (snapshot, add_ons) = snapshot.select(&offers(listed), known, named.as_ref());
        assert!(snapshot.alternatives.is_empty());
        assert!(add_ons.len() <= 1);
        match snapshot.reading {
            Reading::Known(state) => state.product_id,
            other => panic!("{other:?}"),
        }
    };
    let first = choose(&[one.clone(), other.clone()]);
    assert_eq!(choose(&[other, one]), first);
    first
}

#[test]
fn the_product_that_an_offer_lists_decides() {
    let sports = StoreState {
        period_end: day(300),
        ..product("sports")
    };
    let both = || [product("premium"), sports.clone()];
    assert_eq!(chosen(both(), &["premium"], None, None), "premium");
    assert_eq!(chosen(both(), &["sports"], None, None), "sports");
    let ended = StoreState {
        status: Status::Expired,
        ..product("premium")
    };
    assert_eq!(chosen([ended, sports], &["premium"], None, None), "premium");
}

#[test]
fn then_the_one_that_has_not_ended() {
    let ended = StoreState {
        status: Status::Expired,
        auto_renew: false,
        ..product("premium")
    };
    let known = held("premium");
    let listed = ["premium", "basic"];
    let states = [ended, product("basic")];
    assert_eq!(chosen(states, &listed, Some(&known), None), "basic");
}

#[test]
fn then_the_product_of_the_known_subscription() {
    let known = held("premium");
    let wont_renew = StoreState {
        auto_renew: false,
        ..product("premium")
    };
    let states = [wont_renew, product("sports")];
    let listed = ["premium", "sports"];
    assert_eq!(
        chosen(states, &listed, Some(&known), Some("S_sports_US")),
        "premium"
    );
}

#[test]
fn a_known_subscription_keeps_its_product_when_no_offer_lists_it_any_more() {
    let mut known = held("premium");
    assert!(known.offer.is_some());
    let states = || [product("premium"), product("sports")];
    assert_eq!(chosen(states(), &["sports"], Some(&known), None), "premium");
    known.offer = None;
    assert_eq!(chosen(states(), &["sports"], Some(&known), None), "sports");
}

#[test]
fn then_that_of_the_offer_that_the_app_names_then_what_renews() {
    let wont_renew = StoreState {
        auto_renew: false,
        ..product("sports")
    };
    let states = || [product("premium"), wont_renew.clone()];
    let listed = ["premium", "sports"];
    let named = Some("S_sports");
    assert_eq!(chosen(states(), &listed, None, named), "sports");
    assert_eq!(chosen(states(), &listed, None, None), "premium");
    assert_eq!(chosen(states(), &[], None, None), "premium");
}

#[test]
fn what_has_not_ended_besides_becomes_an_add_on() {
    let story = Story::of_ada(&active());
    let over = StoreState {
        status: Status::Expired,
        ..product("films")
    };
    let states = [product("premium"), product("sports"), over];
    let (_, add_ons) =
        snapshot(&story, &states).select(&offers(&["premium", "sports", "films"]), None, None);
    let [sports] = &add_ons[..] else {
        panic!("{add_ons:?}")
    };
    assert_eq!(sports.product_id, "sports");
    assert_eq!(sports.period_end, active().period_end);
    assert!(sports.auto_renew);
    let listed = sports.offer.as_ref().unwrap();
    assert_eq!(listed.offer_id.as_str(), "S_sports_US");
}

fn with_add_ons(story: &Story, products: &[&str]) -> Observation {
    let add_on = |product: &&str| AddOn {
        product_id: (*product).to_owned(),
        period_end: day(30),
        auto_renew: true,
        offer: offers(&[product]).remove(*product),
    };
    Observation {
        add_ons: products.iter().map(add_on).collect(),
        ..story.sees(&active(), story.now)
    }
}

#[test]
fn a_subscription_has_the_add_ons_of_the_last_look_and_nothing_is_announced_of_them() {
    let mut story = Story::of_ada(&active());
    for products in [&["sports", "films"][..], &["films"], &[]] {
        let seen = with_add_ons(&story, products);
        let decision = story.step(&seen, &Cause::Notification, story.now);
        assert!(decision.kinds().is_empty());
        let held = &story.subscription().add_ons;
        let held: Vec<_> = held.iter().map(|one| one.product_id.as_str()).collect();
        assert_eq!(held, products);
    }
}

#[test]
fn a_submission_may_name_the_offer_of_an_add_on() {
    let submit = |offer: &str| -> Decision {
        let mut story = Story::of_ada(&active());
        let seen = with_add_ons(&story, &["sports"]);
        let claim = Claim {
            offer_id: Some(OfferId::new(offer).unwrap()),
            ..story.claim("ada")
        };
        story.step(&seen, &Cause::Claim(claim), story.now)
    };
    let sold = submit("S_sports_US").claim;
    assert!(
        matches!(sold, Some(ClaimDecision::Succeeded { .. })),
        "{sold:?}"
    );
    let other = submit("S_films_US").claim;
    assert_eq!(other, Some(ClaimDecision::Failed(OfferMismatch)));
}

#[test]
fn a_subscription_that_was_stored_before_there_were_add_ons_has_none() {
    let mut story = Story::of_ada(&active());
    let stored = serde_json::to_value(story.subscription()).unwrap();
    assert_eq!(stored.get("addOns"), None);
    let read: Subscription = serde_json::from_value(stored).unwrap();
    assert_eq!(read.add_ons, []);
    let seen = with_add_ons(&story, &["sports"]);
    story.step(&seen, &Cause::Notification, story.now);
    let stored = serde_json::to_value(story.subscription()).unwrap();
    assert_eq!(stored["addOns"][0]["productId"], "sports");
    let read: Subscription = serde_json::from_value(stored).unwrap();
    assert_eq!(read, *story.subscription());
}
