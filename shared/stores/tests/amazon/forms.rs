//! Receipts that are written otherwise than Amazon's page has them: what can be read is read.

use domain::{Reading, Status};
use serde_json::{Value, json};
use stores::{LookUpError, connectors::amazon};

use crate::scene::{
    RECEIPT, USER, at, config, known, locator_with, ms, now, read, read_with, receipt, state,
    state_with,
};

/// The receipt with the first letter of each name as a capital.
fn capitals(changes: &Value) -> Value {
    let receipt = receipt(changes);
    let fields = receipt.as_object().unwrap().iter();
    let respelled = |(name, value): (&String, &Value)| {
        let name = format!("{}{}", name[..1].to_uppercase(), &name[1..]);
        (name, value.clone())
    };
    fields
        .map(respelled)
        .collect::<serde_json::Map<_, _>>()
        .into()
}

#[test]
fn names_may_be_spelled_with_other_capitals() {
    for changes in [
        json!({}),
        json!({"autoRenewing": false, "renewalDate": null,
            "cancelDate": ms("2026-12-15T09:30:00Z")}),
        json!({"renewalDate": ms("2026-11-15T09:30:00Z"),
            "gracePeriodEndDate": ms("2026-11-21T09:30:00Z")}),
        json!({"productType": "ENTITLED", "termSku": null}),
    ] {
        let (config, locator) = (config(&json!({})), locator_with(&json!({})));
        let seen = amazon::snapshot(&config, &locator, &capitals(&changes), now());
        assert_eq!(seen, Ok(read(&changes)), "{changes}");
    }
}

#[test]
fn values_may_be_written_as_texts() {
    let texts = json!({"autoRenewing": "true", "renewalDate": "2026-12-15T09:30:00.250Z",
        "purchaseDate": ms("2026-10-15T09:30:00.250Z").to_string(),
        "productType": "Subscription", "testTransaction": "false"});
    assert_eq!(read(&texts), read(&json!({})));
    let over = |reason: Value| {
        json!({"autoRenewing": false, "renewalDate": null, "cancelReason": reason,
            "cancelDate": ms("2026-11-15T09:30:00Z")})
    };
    assert_eq!(read(&over(json!("2"))), read(&over(json!(2))));
}

#[test]
fn what_only_informs_need_not_be_readable() {
    let odd = json!({"deferredSku": {"sku": "extv.premium.yearly"}, "term": ["1 Month"],
        "promotions": 7, "quantity": "one"});
    assert_eq!(read(&odd), read(&json!({})));
}

#[test]
fn what_renews_without_a_date_lasts_to_what_is_known_of_it() {
    let renewing = json!({"renewalDate": null});
    let ahead = json!({"periodEnd": "2026-12-15T09:30:00.25Z"});
    let trial = json!({"renewalDate": null, "freeTrialEndDate": ms("2026-11-22T09:30:00Z")});
    for (state, end) in [
        (state_with(&ahead, &renewing), "2026-12-15T09:30:00.25Z"),
        (state(&trial), "2026-11-22T09:30:00Z"),
    ] {
        assert_eq!((state.status, state.auto_renew), (Status::Active, true));
        assert_eq!(state.period_end, at(end));
        assert_eq!(state.details["periodEnd"], end);
    }
}

/// What renews has a further period after each one, which is counted anew.
#[test]
fn what_renews_without_a_date_is_counted_where_nothing_is_known_ahead() {
    let renewing = json!({"renewalDate": null});
    let next = "2026-12-15T09:30:00.25Z";
    for details in [
        json!({}),
        json!({"periodEnd": "2026-11-15T09:30:00.25Z"}),
        json!({"countedEnd": "2026-11-15T09:30:00.25Z"}),
        json!({"countedEnd": next}),
    ] {
        let state = state_with(&details, &renewing);
        assert_eq!((state.status, state.auto_renew), (Status::Active, true));
        assert_eq!(state.period_end, at(next), "{details}");
        assert_eq!(state.details["countedEnd"], next);
    }
    let after_a_trial = json!({"freeTrialEndDate": "2026-10-22T09:30:00Z"});
    let state = state_with(&after_a_trial, &renewing);
    assert_eq!(state.period_end, at("2026-11-22T09:30:00Z"));
}

#[test]
fn what_renews_without_a_date_and_a_term_keeps_its_last_end() {
    let renewing = json!({"renewalDate": null, "term": null});
    let late = json!({"periodEnd": "2026-11-15T09:30:00.25Z"});
    let state = state_with(&late, &renewing);
    assert_eq!(state.period_end, at("2026-11-15T09:30:00.25Z"));
    assert!(state.grants_access(now()));
    let error = read_with(&json!({}), &renewing).unwrap_err();
    assert_eq!(error.kind(), "malformed");
}

#[test]
fn without_auto_renewal_a_date_of_renewal_is_the_end_of_what_is_paid() {
    let off = json!({"autoRenewing": false, "renewalDate": ms("2026-12-15T09:30:00Z")});
    let state = state(&off);
    assert_eq!((state.status, state.auto_renew), (Status::Cancelled, false));
    assert_eq!(state.period_end, at("2026-12-15T09:30:00Z"));
    assert_eq!(state.details["periodEnd"], "2026-12-15T09:30:00Z");
    let both = json!({"autoRenewing": false, "renewalDate": ms("2026-12-15T09:30:00Z"),
        "cancelDate": ms("2026-12-01T00:00:00Z")});
    assert_eq!(
        crate::scene::state(&both).period_end,
        at("2026-12-01T00:00:00Z")
    );
}

#[test]
fn whether_it_renews_shows_by_its_dates_where_it_is_not_said() {
    let renews = state(&json!({"autoRenewing": null}));
    assert_eq!((renews.status, renews.auto_renew), (Status::Active, true));
    let off = state(&json!({"autoRenewing": null, "renewalDate": null,
        "cancelDate": ms("2026-12-15T09:30:00Z")}));
    assert_eq!((off.status, off.auto_renew), (Status::Cancelled, false));
}

#[test]
fn the_date_of_the_purchase_may_be_missing() {
    let state = state(&json!({"purchaseDate": null}));
    assert_eq!((state.status, state.started_at), (Status::Active, None));
    assert!(!state.details.contains_key("purchaseDate"));
}

#[test]
fn what_cannot_be_read_names_its_field() {
    let without_a_date = json!({"purchaseDate": null, "productType": "ENTITLED"});
    for (changes, field) in [
        (json!({"productId": null, "termSku": null}), "productId"),
        (json!({"productType": null}), "productType"),
        (json!({"productType": {}}), "productType"),
        (json!({"purchaseDate": "2026-10-15"}), "purchaseDate"),
        (without_a_date, "purchaseDate"),
        (json!({"renewalDate": i64::MAX}), "renewalDate"),
        (
            json!({"autoRenewing": null, "renewalDate": null}),
            "autoRenewing",
        ),
        (json!({"autoRenewing": 1}), "autoRenewing"),
        (json!({"cancelReason": "refunded"}), "cancelReason"),
        (json!({"receiptId": "other"}), "another receipt"),
    ] {
        let error = read_with(&json!({}), &changes).unwrap_err();
        assert!(
            matches!(&error, LookUpError::Malformed(why) if why.contains(field)),
            "{changes}: {error}"
        );
    }
}

/// A receipt that was stored before webhooks named its user as `receiptUserId`.
#[test]
fn the_user_of_an_earlier_version_is_shown_under_both_names() {
    let mut locator = locator_with(&json!({}));
    locator.details.remove("receiptUserId");
    let seen = amazon::snapshot(&config(&json!({})), &locator, &receipt(&json!({})), now());
    let details = known(seen.unwrap()).details;
    assert_eq!(details["receiptId"], RECEIPT);
    assert_eq!(details["receiptUserId"], USER);
    assert_eq!(details["userId"], USER);
}

#[test]
fn an_unknown_kind_in_other_capitals_stays_unknown() {
    let seen = read(&json!({"ProductType": "SUBSCRIPTION", "productType": "rental"}));
    assert_eq!(
        seen.reading,
        Reading::UnknownStatus("productType RENTAL".to_owned())
    );
}
