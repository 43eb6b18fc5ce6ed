//! Items that an earlier version wrote, and items that a later one will write.

use domain::validation::{EndedValidation, ValidationFailure, ValidationOutcome};
use domain::{
    Billing, BroadcasterSettings, Campaign, Coupon, Event, EventKind, Offer, PriceChange, Status,
    StoreState, Subscription,
};
use serde_json::Value;

use crate::story::{Shape, Story, active, campaign, cents, customer, day, key_named};

const SUBSCRIPTION: &str = include_str!("fixtures/earlier_subscription.json");
const EVENT: &str = include_str!("fixtures/earlier_event.json");
const OFFER: &str = include_str!("fixtures/earlier_offer.json");
const OUTCOME: &str = include_str!("fixtures/earlier_outcome.json");

#[test]
fn a_subscription_of_an_earlier_version_still_reads() {
    let subscription: Subscription = serde_json::from_str(SUBSCRIPTION).unwrap();
    assert_eq!(subscription.ownership.customer_id, Some(customer("ada")));
    assert_eq!(subscription.state.status, Status::Active);
    assert!(!subscription.state.test);
    assert_eq!(subscription.transfers, []);
    assert_eq!(subscription.last_event_at, None);
    assert!(subscription.access_granted(day(1)));
}

#[test]
fn what_an_earlier_version_did_not_know_has_its_default() {
    let subscription: Subscription = serde_json::from_str(SUBSCRIPTION).unwrap();
    assert_eq!(subscription.ownership.billing_cycle, 1);
    assert_eq!(subscription.transaction_id(), &subscription.purchase_key);
    assert_eq!(
        (&subscription.ownership.coupon, subscription.replaced_since),
        (&None, None)
    );
    assert_eq!(subscription.voided, []);
    assert_eq!(
        (&subscription.follow_up, subscription.state_as_of),
        (&None, None)
    );
    assert!(!subscription.state.billing.is_prepaid());
    assert_eq!(subscription.state.order_id, None);
    assert_eq!(subscription.expected_price(), None);
}

#[test]
fn everything_that_a_subscription_knows_is_stored_and_reads_as_it_was_written() {
    let state = StoreState {
        price: Some(cents(799)),
        price_change: Some(PriceChange {
            new_price: cents(899),
            state: "OUTSTANDING".to_owned(),
            charged_from: Some(day(60)),
        }),
        acknowledge_by: Some(day(3)),
        ..active().prepaid().order("GPA.1")
    };
    let mut story = Story::new();
    story.price = Some(cents(799));
    story.claimed("ada", &active());
    story.on_day(1).taken_over_by("vzs-99230155", &state);
    story.voided(Some("GPA.0"), &state);
    story.voided(None, &state);
    story.on_day(2).replaced(&key_named("vzs-99230155"));
    let mut subscription = story.current.unwrap();
    subscription.version = 4;
    subscription.ownership.coupon = Some(Coupon {
        code: "INTRO2M".to_owned(),
        percent: 25,
        cycles: 2,
    });
    insta::assert_json_snapshot!("subscription", subscription);
    let json = serde_json::to_string(&subscription).unwrap();
    assert_eq!(
        serde_json::from_str::<Subscription>(&json).unwrap(),
        subscription
    );
}

#[test]
fn a_campaign_is_stored_without_the_bounds_that_it_lacks() {
    let campaign = Campaign {
        valid_until: Some(day(60)),
        ..campaign()
    };
    let written = serde_json::to_value(&campaign).unwrap();
    let expected = serde_json::json!({
        "code": "INTRO2M", "percent": 25, "cycles": 2, "validUntil": "2027-01-04T09:30:00Z",
    });
    assert_eq!(written, expected);
    assert_eq!(
        serde_json::from_value::<Campaign>(written).unwrap(),
        campaign
    );
}

#[test]
fn what_another_version_wrote_survives_a_change_by_this_one() {
    let mut story = Story::new();
    story.current = Some(serde_json::from_str(SUBSCRIPTION).unwrap());
    story.on_day(29).notified(&active().plan("yearly"));
    let written = serde_json::to_value(story.subscription()).unwrap();
    assert_eq!(written["futureField"], serde_json::json!({"kept": true}));
    assert_eq!(written["state"]["productId"], "yearly");
}

#[test]
fn an_event_of_an_earlier_version_still_reads() {
    let event: Event = serde_json::from_str(EVENT).unwrap();
    assert_eq!(event.kind, EventKind::Renewed);
    assert_eq!(event.correlation_id, None);
    assert_eq!(event.previous, None);
}

#[test]
fn an_absent_value_is_not_written() {
    let story = Story::of_ada(&active());
    let written = serde_json::to_value(story.subscription()).unwrap();
    assert!(
        written
            .as_object()
            .unwrap()
            .values()
            .all(|value| *value != Value::Null)
    );
    assert!(written.get("termination").is_none());
}

#[test]
fn an_offer_of_an_earlier_version_still_reads() {
    let offer: Offer = serde_json::from_str(OFFER).unwrap();
    assert_eq!(offer.reference().package_name, "Symphony Monthly");
    assert!(offer.product_ids.is_empty() && offer.tags.is_empty());
}

#[test]
fn an_outcome_of_an_earlier_version_still_reads() {
    let ended: EndedValidation = serde_json::from_str(OUTCOME).unwrap();
    let ValidationOutcome::Failure { error, details } = ended.outcome else {
        panic!("a failure")
    };
    assert_eq!(error, ValidationFailure::ProductNotMapped);
    assert!(details.is_empty());
}

#[test]
fn switches_that_were_never_set_have_their_defaults() {
    let settings: BroadcasterSettings = serde_json::from_str("{}").unwrap();
    assert_eq!(settings, BroadcasterSettings::default());
    assert_eq!(settings.transfers_per_day, 5);
}

#[test]
fn what_is_printed_for_debugging_shows_no_purchase_key() {
    let subscription: Subscription = serde_json::from_str(SUBSCRIPTION).unwrap();
    let mut keyed = subscription.clone();
    let key = subscription.purchase_key.as_str();
    keyed
        .state
        .details
        .insert("subscriptionId".to_owned(), key.to_owned());
    let shown = format!("{keyed:?}");
    assert!(shown.contains("subscriptionId"));
    assert!(!shown.contains(key), "{shown}");
}

#[test]
fn how_a_purchase_is_paid_is_stored_as_two_flags() {
    for (billing, prepaid, one_time) in [
        (Billing::Renewing, None, None),
        (Billing::Prepaid, Some(true), None),
        (Billing::OneTime, Some(true), Some(true)),
    ] {
        let state = StoreState {
            billing,
            ..active()
        };
        let stored = serde_json::to_value(&state).unwrap();
        let flag = |name: &str| stored.get(name).map(|flag| flag.as_bool().unwrap());
        assert_eq!((flag("prepaid"), flag("oneTime")), (prepaid, one_time));
        assert_eq!(serde_json::from_value::<StoreState>(stored).unwrap(), state);
    }
}

#[test]
fn an_event_holds_the_owner_of_its_subscription() {
    let event: Event = serde_json::from_str(EVENT).unwrap();
    assert_eq!(
        Some(&event.customer_id),
        event.subscription.ownership.customer_id.as_ref()
    );
    let mut stored = serde_json::to_value(&event).unwrap();
    assert_eq!(stored.get("customerId"), None);
    assert_eq!(
        serde_json::from_value::<Event>(stored.clone()).unwrap(),
        event
    );
    let subscription = stored["subscription"].as_object_mut().unwrap();
    subscription.remove("customerId").unwrap();
    let error = serde_json::from_value::<Event>(stored).unwrap_err();
    assert!(error.to_string().contains("has an owner"), "{error}");
}
