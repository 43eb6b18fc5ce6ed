//! How the end of a validation is told.

use std::collections::BTreeMap;

use domain::validation::{
    ClaimDecision, ClaimEffect, EndedValidation, ValidationFailure, ValidationOutcome,
};
use domain::webhook::{Topic, project_validation};
use domain::{CouponResult, Decision, EventId, NamedCoupon, Store};

use crate::story::{
    Kinds, Shape, Story, active, broadcaster, cents, correlation, customer, day, intro,
};

fn ended(who: &str, outcome: ValidationOutcome) -> EndedValidation {
    EndedValidation {
        event_id: EventId(uuid::Uuid::from_u128(7)),
        correlation_id: correlation(42),
        store: Store::Vizio,
        customer_id: customer(who),
        decided_at: day(40),
        received_at: day(40),
        outcome,
    }
}

fn success(story: &Story, decision: &Decision) -> EndedValidation {
    let Some(ClaimDecision::Succeeded {
        result,
        previous,
        coupon,
    }) = decision.claim.clone()
    else {
        panic!("not a success: {:?}", decision.claim)
    };
    let (customer, subscription) = previous.unzip();
    let outcome = ValidationOutcome::Success {
        result,
        subscription: Box::new(story.subscription().abridged()),
        previous_customer_id: customer,
        previous_subscription_id: subscription,
        coupon,
    };
    ended(story.owner().unwrap(), outcome)
}

fn failure(error: ValidationFailure) -> EndedValidation {
    let details = BTreeMap::from([("subscriptionId".to_owned(), "vzs-88120044".to_owned())]);
    ended("300200100", ValidationOutcome::Failure { error, details })
}

/// One outcome for each of the four results.
fn successes() -> Vec<EndedValidation> {
    let month = active().period(30, 60);
    let mut created = Story::new();
    let first = created.on_day(40).claimed("300200100", &month);

    let mut again = created.clone();
    let synchronized = again.claimed("300200100", &month);

    let mut moved = created.clone();
    let transferred = moved.claimed("300200101", &month);

    let mut back = Story::new();
    back.claimed("300200100", &active());
    back.on_day(30).notified(&active().expired());
    let revived = back.on_day(40).claimed("300200100", &month);

    vec![
        success(&created, &first),
        success(&again, &synchronized),
        success(&moved, &transferred),
        success(&back, &revived),
    ]
}

#[test]
fn a_success_names_its_result() {
    let names = ["created", "synchronized", "transferred", "revived"];
    for (name, outcome) in names.into_iter().zip(successes()) {
        let message = project_validation(&broadcaster(), &outcome);
        assert_eq!(message.topic, Topic::InappPurchaseValidationSucceeded);
        insta::assert_json_snapshot!(name, message);
    }
}

#[test]
fn what_is_left_out_of_a_stored_outcome_is_told_by_no_message() {
    let mut story = Story::new();
    story.price = Some(cents(799));
    let decision = story.claimed_with(&intro(), "300200100", &active());
    let stored = success(&story, &decision);
    let mut whole = stored.clone();
    let ValidationOutcome::Success { subscription, .. } = &mut whole.outcome else {
        panic!("{whole:?}")
    };
    **subscription = story.subscription().clone();
    assert_ne!(stored, whole);
    let of = |ended| project_validation(&broadcaster(), ended);
    assert_eq!(of(&stored), of(&whole));
    let ValidationOutcome::Success { subscription, .. } = &stored.outcome else {
        panic!("{stored:?}")
    };
    assert_eq!(
        subscription.expected_price(),
        story.subscription().expected_price()
    );
    assert_eq!(subscription.purchase(), story.subscription().purchase());
}

#[test]
fn a_failure_names_its_error() {
    let message = project_validation(&broadcaster(), &failure(ValidationFailure::PurchaseExpired));
    assert_eq!(message.topic, Topic::InappPurchaseValidationFailed);
    insta::assert_json_snapshot!("failed", message);

    let codes = [
        (ValidationFailure::PurchaseNotFound, "PURCHASE_NOT_FOUND"),
        (ValidationFailure::PurchaseExpired, "PURCHASE_EXPIRED"),
        (ValidationFailure::ProductNotMapped, "PRODUCT_NOT_MAPPED"),
        (ValidationFailure::StoreRejected, "STORE_REJECTED"),
        (ValidationFailure::NotConfigured, "NOT_CONFIGURED"),
        (
            ValidationFailure::OwnedByAnotherCustomer,
            "OWNED_BY_ANOTHER_CUSTOMER",
        ),
        (ValidationFailure::PurchaseReplaced, "PURCHASE_REPLACED"),
        (ValidationFailure::OfferMismatch, "OFFER_MISMATCH"),
        (ValidationFailure::StoreUndecided, "STORE_UNDECIDED"),
    ];
    for (error, code) in codes {
        let message = project_validation(&broadcaster(), &failure(error));
        let data = serde_json::to_value(message.data).unwrap();
        assert_eq!(data["errorCode"], code);
        assert_eq!(data["message"], error.message());
    }
}

#[test]
fn a_success_names_what_became_of_the_coupon_and_what_was_expected_to_be_paid() {
    let mut story = Story::new();
    story.price = Some(cents(799));
    let decision = story.claimed_with(&intro(), "300200100", &active());
    let message = project_validation(&broadcaster(), &success(&story, &decision));
    insta::assert_json_snapshot!("created_with_coupon", message);

    let unknown = NamedCoupon {
        code: "NOPE".to_owned(),
        campaign: None,
    };
    let mut story = Story::new();
    let decision = story.claimed_with(&unknown, "300200100", &active());
    let message = project_validation(&broadcaster(), &success(&story, &decision));
    insta::assert_json_snapshot!("created_with_unknown_coupon", message);
}

#[test]
fn what_became_of_a_coupon_is_spelt_as_published() {
    let results = [
        (CouponResult::Applied, "applied"),
        (CouponResult::Unknown, "unknown"),
        (CouponResult::NotYetValid, "not_yet_valid"),
        (CouponResult::Expired, "expired"),
        (CouponResult::TooLate, "too_late"),
    ];
    for (result, spelling) in results {
        assert_eq!(serde_json::to_value(result).unwrap(), spelling);
    }
}

#[test]
fn an_outcome_survives_storage() {
    let failed = failure(ValidationFailure::ProductNotMapped);
    for outcome in successes().into_iter().chain([failed]) {
        let json = serde_json::to_string(&outcome).unwrap();
        assert_eq!(
            serde_json::from_str::<EndedValidation>(&json).unwrap(),
            outcome
        );
    }
}

#[test]
fn the_four_results_are_spelt_as_published() {
    let results = [
        (ClaimEffect::SubscriptionCreated, "SubscriptionCreated"),
        (
            ClaimEffect::SubscriptionTransferred,
            "SubscriptionTransferred",
        ),
        (
            ClaimEffect::SubscriptionSynchronized,
            "SubscriptionSynchronized",
        ),
        (ClaimEffect::SubscriptionRevived, "SubscriptionRevived"),
    ];
    for (result, spelling) in results {
        assert_eq!(serde_json::to_value(result).unwrap(), spelling);
    }
    let mut story = Story::of_ada(&active());
    assert_eq!(story.claimed("ada", &active()).result(), Some(results[2].0));
}
