//! What Apple's numbers and dates mean.

use domain::{Billing, Price, Reading, Status};
use serde_json::{Value, json};
use stores::LookUpError;

use crate::json::changed;
use crate::scene::{
    GROUP, LATEST, ORIGINAL, at, config, known, millis, now, read, read_with, state,
};

const END: &str = "2026-12-15T00:00:01.250Z";

fn none() -> Value {
    json!({})
}

fn grace() -> Value {
    json!({"gracePeriodExpiresDate": millis("2026-12-31T00:00:00Z")})
}

#[test]
fn each_number_is_one_status() {
    for (number, status, renews) in [
        (1, Status::Active, true),
        (2, Status::Expired, false),
        (3, Status::OnHold, true),
        (4, Status::Grace, true),
        (5, Status::Revoked, false),
    ] {
        let state = state(number, &none(), &grace());
        assert_eq!(
            (state.status, state.auto_renew),
            (status, renews),
            "{number}"
        );
        assert_eq!(state.period_end, at(END), "{number}");
    }
}

#[test]
fn any_other_number_is_unknown_and_never_guessed() {
    for number in [0, 6, -1] {
        let unknown = Reading::UnknownStatus(format!("status {number}"));
        assert_eq!(read(Some(number), &none(), &none()).reading, unknown);
    }
}

#[test]
fn an_active_subscription_tells_all_this() {
    let state = state(1, &none(), &none());
    assert_eq!(state.product_id, "premium.monthly");
    assert_eq!(state.pending_product_id, None);
    assert_eq!(state.started_at, Some(at("2026-06-15T00:00:01.250Z")));
    assert_eq!(state.period_start, Some(at("2026-11-15T00:00:01.250Z")));
    assert_eq!(state.order_id.as_deref(), Some("700000567890123"));
    assert_eq!(
        (state.trial_end, state.grace_end, state.revoked_at),
        (None, None, None)
    );
    assert_eq!((state.test, state.billing), (false, Billing::Renewing));
    assert_eq!(
        state.price,
        Some(Price {
            currency: "EUR".to_owned(),
            amount_micros: 9_990_000
        })
    );
    let details = serde_json::to_value(&state.details).unwrap();
    let expected = json!({
        "originalTransactionId": ORIGINAL,
        "transactionId": LATEST,
        "webOrderLineItemId": "700000567890123",
        "environment": "Production",
        "type": "Auto-Renewable Subscription",
        "subscriptionGroupIdentifier": GROUP,
    });
    assert_eq!(details, expected);
}

#[test]
fn renewal_that_is_switched_off_cancels_and_keeps_access_to_the_end() {
    let cancelled = state(1, &none(), &json!({"autoRenewStatus": 0}));
    assert_eq!(
        (cancelled.status, cancelled.auto_renew),
        (Status::Cancelled, false)
    );
    assert!(cancelled.grants_access(now()) && !cancelled.grants_access(at(END)));
    for (number, status) in [(3, Status::OnHold), (4, Status::Grace)] {
        let off = changed(grace(), &json!({"autoRenewStatus": 0}));
        let state = state(number, &none(), &off);
        assert_eq!((state.status, state.auto_renew), (status, false));
    }
}

#[test]
fn renewal_is_on_unless_it_is_said_to_be_off() {
    for on in [
        json!({"autoRenewStatus": 1}),
        json!({"autoRenewStatus": null}),
    ] {
        assert!(state(1, &none(), &on).auto_renew);
    }
}

/// What nobody knows neither cancels nor reactivates.
#[test]
fn an_unknown_word_about_renewal_or_ownership_is_never_guessed() {
    let renewal = json!({"autoRenewStatus": 2});
    for number in [1, 3, 4] {
        let next = changed(grace(), &renewal);
        let unknown = Reading::UnknownStatus("autoRenewStatus 2".to_owned());
        assert_eq!(read(Some(number), &none(), &next).reading, unknown);
    }
    for (number, status) in [(2, Status::Expired), (5, Status::Revoked)] {
        assert_eq!(state(number, &none(), &renewal).status, status);
    }
    let gift = json!({"inAppOwnershipType": "GIFTED"});
    let unknown = Reading::UnknownStatus("inAppOwnershipType GIFTED".to_owned());
    assert_eq!(read(Some(1), &gift, &none()).reading, unknown);
    let unsaid = json!({"inAppOwnershipType": null});
    assert_eq!(state(1, &unsaid, &none()).status, Status::Active);
}

#[test]
fn what_only_informs_need_not_be_readable() {
    let next = json!({"currency": 978, "renewalPrice": "9.99", "expirationIntent": "1",
        "priceIncreaseStatus": {}, "renewalDate": "soon"});
    let of = json!({"webOrderLineItemId": 7, "offerIdentifier": ["winter"]});
    let state = state(1, &of, &next);
    assert_eq!((state.status, state.price), (Status::Active, None));
    assert_eq!(state.order_id.as_deref(), Some(LATEST));
}

#[test]
fn an_active_subscription_past_its_end_is_still_active() {
    let past = json!({"expiresDate": millis("2026-11-20T11:00:00Z")});
    let state = state(1, &past, &none());
    assert_eq!(state.status, Status::Active);
    assert!(state.grants_access(now()));
}

#[test]
fn grace_gives_access_to_its_own_end() {
    let past = json!({"expiresDate": millis("2026-11-20T11:00:00Z")});
    let state = state(4, &past, &grace());
    assert_eq!(state.grace_end, Some(at("2026-12-31T00:00:00Z")));
    assert!(state.grants_access(now()));
    assert!(!state.grants_access(at("2026-12-31T00:00:00Z")));
}

#[test]
fn grace_without_an_end_cannot_be_read() {
    let read = read_with(&config(&none()), Some(4), &none(), &none());
    let what = "it has no gracePeriodExpiresDate".to_owned();
    assert_eq!(read, Err(LookUpError::Malformed(what)));
}

#[test]
fn what_is_left_of_an_earlier_grace_does_not_count() {
    for number in [1, 2, 3, 5] {
        assert_eq!(state(number, &none(), &grace()).grace_end, None, "{number}");
    }
}

#[test]
fn a_retry_gives_no_access() {
    let state = state(3, &none(), &json!({"isInBillingRetryPeriod": true}));
    assert!(!state.grants_access(now()));
}

#[test]
fn a_revocation_ends_access_whatever_the_number_says() {
    let revoked = json!({"revocationDate": millis("2026-11-19T08:00:00Z"), "revocationReason": 1});
    for number in [1, 2, 3, 4, 5, 6] {
        let state = state(number, &revoked, &grace());
        assert_eq!(state.status, Status::Revoked, "{number}");
        assert_eq!(state.revoked_at, Some(at("2026-11-19T08:00:00Z")));
        assert!(!state.auto_renew && !state.grants_access(now()));
    }
    let without_a_date = state(5, &none(), &none());
    assert_eq!(without_a_date.revoked_at, Some(at("2026-11-20T11:59:00Z")));
}

#[test]
fn without_a_number_the_dates_decide() {
    let ends = |text: &str| json!({"expiresDate": millis(text)});
    let (later, just_now, sooner) = (
        ends("2026-11-20T12:00:00.001Z"),
        ends("2026-11-20T12:00:00Z"),
        ends("2026-11-20T11:00:00Z"),
    );
    let grace = |text: &str| json!({"gracePeriodExpiresDate": millis(text)});
    let retry = json!({"isInBillingRetryPeriod": true});
    let off = json!({"autoRenewStatus": 0});
    let revoked = json!({"revocationDate": millis("2026-11-19T08:00:00Z")});
    for (of, next, status) in [
        (&later, &none(), Status::Active),
        (&later, &off, Status::Cancelled),
        (&later, &retry, Status::Active),
        (&just_now, &none(), Status::Expired),
        (&just_now, &retry, Status::OnHold),
        (&sooner, &none(), Status::Expired),
        (&sooner, &off, Status::Expired),
        (&sooner, &retry, Status::OnHold),
        (&sooner, &grace("2026-11-20T12:00:00.001Z"), Status::Grace),
        (&sooner, &grace("2026-11-20T12:00:00Z"), Status::Expired),
        (&revoked, &none(), Status::Revoked),
    ] {
        let state = known(read(None, of, next));
        assert_eq!(state.status, status, "{of} {next}");
    }
}

#[test]
fn the_next_product_is_pending_while_it_renews() {
    let other = json!({"autoRenewProductId": "basic.monthly"});
    let pending = state(1, &none(), &other).pending_product_id;
    assert_eq!(pending.as_deref(), Some("basic.monthly"));
    for off in [
        json!({"autoRenewStatus": 0}),
        json!({"autoRenewProductId": null}),
    ] {
        let next = changed(other.clone(), &off);
        assert_eq!(state(1, &none(), &next).pending_product_id, None);
    }
    for ended in [2, 5] {
        assert_eq!(state(ended, &none(), &other).pending_product_id, None);
    }
}

#[test]
fn a_free_trial_is_the_introductory_offer_that_costs_nothing() {
    let free = json!({"offerType": 1, "offerDiscountType": "FREE_TRIAL", "offerPeriod": "P1W"});
    for next in [none(), json!({"autoRenewStatus": 0})] {
        assert_eq!(state(1, &free, &next).trial_end, Some(at(END)));
    }
    for number in [2, 3, 4, 5] {
        assert_eq!(state(number, &free, &grace()).trial_end, None, "{number}");
    }
    for other in [
        json!({"offerType": 2}),
        json!({"offerType": 3}),
        json!({"offerType": 4}),
        json!({"offerType": null}),
        json!({"offerDiscountType": "PAY_AS_YOU_GO"}),
        json!({"offerDiscountType": "PAY_UP_FRONT"}),
        json!({"offerDiscountType": null}),
    ] {
        let offer = changed(free.clone(), &other);
        assert_eq!(state(1, &offer, &none()).trial_end, None, "{other}");
    }
}

#[test]
fn a_price_is_thousandths_of_a_known_currency() {
    for (next, expected) in [
        (json!({"renewalPrice": 4990}), Some(4_990_000)),
        (json!({"renewalPrice": 0}), Some(0)),
        (json!({"renewalPrice": null}), None),
        (json!({"renewalPrice": i64::MAX}), None),
        (json!({"currency": null}), None),
        (json!({"currency": "eur"}), None),
        (json!({"autoRenewStatus": 0}), None),
    ] {
        let price = state(1, &none(), &next).price;
        assert_eq!(price.map(|price| price.amount_micros), expected, "{next}");
    }
    assert_eq!(state(2, &none(), &none()).price, None);
}

#[test]
fn a_price_increase_is_told_with_how_far_it_has_come() {
    assert_eq!(state(1, &none(), &none()).price_change, None);
    for (number, word) in [(0, "PENDING"), (1, "ACCEPTED"), (2, "STATUS_2")] {
        let next = json!({"priceIncreaseStatus": number, "renewalPrice": 12_990});
        let change = state(1, &none(), &next).price_change.unwrap();
        assert_eq!(change.state, word);
        assert_eq!(change.new_price.amount_micros, 12_990_000);
        assert_eq!(change.charged_from, Some(at(END)));
    }
    let off = json!({"priceIncreaseStatus": 0, "autoRenewStatus": 0});
    assert_eq!(state(1, &none(), &off).price_change, None);
}

#[test]
fn why_it_ended_is_told_once_it_has() {
    for (number, word) in [
        (1, "user"),
        (2, "billing_error"),
        (3, "price_increase"),
        (4, "product_unavailable"),
        (5, "other"),
        (6, "expiration_intent_6"),
    ] {
        let next = json!({"expirationIntent": number});
        let reason = state(2, &none(), &next).cancel_reason;
        assert_eq!(reason.as_deref(), Some(word));
        assert_eq!(state(1, &none(), &next).cancel_reason, None);
    }
    assert_eq!(state(2, &none(), &none()).cancel_reason, None);
}

#[test]
fn what_is_missing_is_named() {
    let no_environment = "it has no environment, or one that is not known";
    for (without, what) in [
        (
            json!({"originalTransactionId": null}),
            "it has no originalTransactionId",
        ),
        (json!({"productId": null}), "it has no productId"),
        (json!({"expiresDate": null}), "it has no expiresDate"),
        (
            json!({"type": null, "subscriptionGroupIdentifier": null}),
            "it has no type",
        ),
        (json!({"environment": null}), no_environment),
        (json!({"environment": "Staging"}), no_environment),
    ] {
        let read = read_with(&config(&none()), Some(1), &without, &none());
        assert_eq!(read, Err(LookUpError::Malformed(what.to_owned())));
    }
    for (field, form) in [
        ("expiresDate", json!("2026-12-15")),
        ("purchaseDate", json!(1.5)),
        ("signedDate", json!(i64::MAX)),
        ("offerType", json!("1")),
        ("isUpgraded", json!("true")),
        ("productId", json!(7)),
    ] {
        let read = read_with(&config(&none()), Some(1), &json!({ field: form }), &none());
        let what = format!("the field {field} is missing or has an unknown form");
        assert_eq!(read, Err(LookUpError::Malformed(what)));
    }
}

#[test]
fn a_transaction_that_was_upgraded_tells_nothing() {
    let read = read_with(
        &config(&none()),
        Some(1),
        &json!({"isUpgraded": true}),
        &none(),
    );
    assert!(matches!(read, Err(LookUpError::Malformed(_))), "{read:?}");
    assert!(
        read_with(
            &config(&none()),
            Some(1),
            &json!({"isUpgraded": false}),
            &none()
        )
        .is_ok()
    );
}

#[test]
fn a_payments_id_is_the_same_on_all_devices() {
    let restored = json!({"transactionId": "700001239999999"});
    let of_the_period = state(1, &restored, &none()).order_id;
    assert_eq!(of_the_period.as_deref(), Some("700000567890123"));
    let without = json!({"webOrderLineItemId": null});
    assert_eq!(
        state(1, &without, &none()).order_id.as_deref(),
        Some(LATEST)
    );
}

#[test]
fn what_is_kept_of_a_purchase_is_bounded() {
    let endless = "9".repeat(300);
    let of = json!({"webOrderLineItemId": endless, "offerIdentifier": "line\nbreak"});
    let state = state(1, &of, &none());
    assert!(!state.details.contains_key("webOrderLineItemId"));
    assert!(!state.details.contains_key("offerIdentifier"));
    let named = json!({"offerIdentifier": "winter"});
    assert_eq!(
        crate::scene::state(1, &named, &none()).details["offerIdentifier"],
        "winter"
    );
    let read = read_with(
        &config(&none()),
        Some(1),
        &json!({"productId": endless}),
        &none(),
    );
    assert!(matches!(read, Err(LookUpError::Malformed(_))));
}
