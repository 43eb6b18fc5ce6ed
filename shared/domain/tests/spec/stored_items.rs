//! Items that an earlier version wrote, and items that a later one will write.

use domain::validation::{ValidationFailure, ValidationOutcome, Verdict};
use domain::{BroadcasterSettings, Event, EventKind, Offer, Status, Subscription};
use serde_json::Value;

use crate::story::{Shape, Story, active, customer, day};

const SUBSCRIPTION: &str = include_str!("fixtures/earlier_subscription.json");
const EVENT: &str = include_str!("fixtures/earlier_event.json");
const OFFER: &str = include_str!("fixtures/earlier_offer.json");
const OUTCOME: &str = include_str!("fixtures/earlier_outcome.json");

#[test]
fn a_subscription_of_an_earlier_version_still_reads() {
    let subscription: Subscription = serde_json::from_str(SUBSCRIPTION).unwrap();
    assert_eq!(subscription.customer_id, Some(customer("ada")));
    assert_eq!(subscription.state.status, Status::Active);
    assert!(!subscription.state.test);
    assert_eq!(subscription.transfers, []);
    assert_eq!(subscription.last_event_at, None);
    assert!(subscription.access_granted(day(1)));
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
    let outcome: ValidationOutcome = serde_json::from_str(OUTCOME).unwrap();
    let Verdict::Failure { error, details } = outcome.verdict else {
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
