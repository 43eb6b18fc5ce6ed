//! The state that a notification carries, and when it may count without Apple's answer.

use domain::{Notice, NoticePolicy, Reading, Status, StoreState};
use serde_json::{Value, json};

use crate::authority::signed;
use crate::scene::{about, at, data, data_of, millis, one_time, payload};

async fn notice(kind: &str, status: i64, of: &Value, next: &Value) -> Option<Notice> {
    let data = data_of(status, of, next);
    about(&payload(kind, &json!({ "data": data }))).await.notice
}

fn state(notice: &Notice) -> &StoreState {
    match &notice.snapshot.reading {
        Reading::Known(state) => state,
        other => panic!("{other:?}"),
    }
}

const KINDS: [&str; 9] = [
    "SUBSCRIBED",
    "DID_RENEW",
    "DID_CHANGE_RENEWAL_PREF",
    "DID_CHANGE_RENEWAL_STATUS",
    "OFFER_REDEEMED",
    "DID_FAIL_TO_RENEW",
    "GRACE_PERIOD_EXPIRED",
    "PRICE_INCREASE",
    "RENEWAL_EXTENDED",
];

fn refunded() -> Value {
    json!({"revocationDate": millis("2026-11-19T08:00:00Z"), "revocationType": "REFUND_FULL"})
}

#[tokio::test]
async fn the_two_parts_are_a_whole_state_that_waits_for_apples_answer() {
    for kind in KINDS {
        let notice = notice(kind, 1, &json!({}), &json!({})).await.expect(kind);
        assert_eq!(notice.alone, NoticePolicy::AfterGivingUp, "{kind}");
        assert_eq!(state(&notice).status, Status::Active);
        assert_eq!(state(&notice).period_end, at("2026-12-15T00:00:01.250Z"));
        assert_eq!(notice.snapshot.purchase_key.as_str(), "700001230000001");
    }
}

#[tokio::test]
async fn it_was_seen_when_the_oldest_part_was_signed() {
    let signed_at = |text: &str| json!({"signedDate": millis(text)});
    let (early, late) = ("2026-11-20T11:58:00Z", "2026-11-20T11:59:01Z");
    for (of, next, expected) in [
        (early, late, early),
        (late, early, early),
        (late, late, late),
    ] {
        let notice = notice("DID_RENEW", 1, &signed_at(of), &signed_at(next)).await;
        assert_eq!(notice.unwrap().snapshot.observed_at, at(expected));
    }
}

#[tokio::test]
async fn nothing_is_seen_in_the_future() {
    let later = json!({"signedDate": millis("2026-11-20T12:05:00Z")});
    let whole = json!({"signedDate": later["signedDate"], "data": data_of(1, &later, &later)});
    let notice = about(&payload("DID_RENEW", &whole)).await.notice.unwrap();
    assert_eq!(notice.snapshot.observed_at, crate::scene::now());
}

#[tokio::test]
async fn a_definite_end_counts_at_once() {
    let past = json!({"expiresDate": millis("2026-11-20T11:00:00Z")});
    let expired = notice("EXPIRED", 2, &past, &json!({"autoRenewStatus": 0}))
        .await
        .unwrap();
    assert_eq!(
        (expired.alone, state(&expired).status),
        (NoticePolicy::AtOnce, Status::Expired)
    );
    for kind in ["REFUND", "REVOKE"] {
        let revoked = notice(kind, 5, &refunded(), &json!({})).await.unwrap();
        assert_eq!(revoked.alone, NoticePolicy::AtOnce, "{kind}");
        assert_eq!(state(&revoked).status, Status::Revoked);
        assert_eq!(state(&revoked).revoked_at, Some(at("2026-11-19T08:00:00Z")));
    }
}

#[tokio::test]
async fn a_refund_of_a_part_or_of_an_unknown_kind_waits_for_apples_answer() {
    let mut part = refunded();
    for (word, alone) in [
        ("REFUND_PRORATED", NoticePolicy::AfterGivingUp),
        ("REFUND_UNHEARD_OF", NoticePolicy::AfterGivingUp),
        ("REFUND_FULL", NoticePolicy::AtOnce),
    ] {
        part["revocationType"] = json!(word);
        let notice = notice("REFUND", 5, &part, &json!({})).await.unwrap();
        assert_eq!(notice.alone, alone, "{word}");
    }
}

#[tokio::test]
async fn an_older_payments_refund_ends_nothing() {
    for status in [1, 2, 3, 4] {
        assert_eq!(
            notice("REFUND", status, &refunded(), &json!({})).await,
            None
        );
    }
    let mut whole = data_of(1, &refunded(), &json!({}));
    whole.as_object_mut().unwrap().remove("status");
    let without = about(&payload("REFUND", &json!({ "data": whole }))).await;
    assert_eq!(without.notice, None);
}

#[tokio::test]
async fn what_claims_an_end_must_show_one() {
    for kind in ["EXPIRED", "REFUND", "REVOKE"] {
        assert_eq!(
            notice(kind, 1, &json!({}), &json!({})).await,
            None,
            "{kind}"
        );
    }
}

#[tokio::test]
async fn the_end_of_grace_is_no_end_of_the_subscription() {
    let notice = notice("GRACE_PERIOD_EXPIRED", 3, &json!({}), &json!({}))
        .await
        .unwrap();
    assert_eq!(notice.alone, NoticePolicy::AfterGivingUp);
    assert_eq!(state(&notice).status, Status::OnHold);
}

#[tokio::test]
async fn kinds_whose_transaction_may_be_an_older_one_carry_no_state() {
    for kind in [
        "REFUND_REVERSED",
        "REFUND_DECLINED",
        "CONSUMPTION_REQUEST",
        "RENEWAL_EXTENSION",
        "METADATA_UPDATE",
        "MIGRATION",
        "PRICE_CHANGE",
        "SOMETHING_NEW",
    ] {
        assert_eq!(
            notice(kind, 1, &json!({}), &json!({})).await,
            None,
            "{kind}"
        );
    }
}

#[tokio::test]
async fn half_a_state_is_none() {
    for changes in [json!({"signedRenewalInfo": null}), json!({"status": 6})] {
        let whole = payload("DID_RENEW", &json!({"data": data(&changes)}));
        assert_eq!(about(&whole).await.notice, None, "{changes}");
    }
    for of in [
        json!({"expiresDate": null}),
        json!({"productId": null}),
        json!({"isUpgraded": true}),
    ] {
        assert_eq!(notice("DID_RENEW", 1, &of, &json!({})).await, None, "{of}");
    }
}

#[tokio::test]
async fn without_a_number_of_its_status_the_dates_tell() {
    let mut whole = data_of(1, &json!({}), &json!({"autoRenewStatus": 0}));
    whole.as_object_mut().unwrap().remove("status");
    let told = about(&payload(
        "DID_CHANGE_RENEWAL_STATUS",
        &json!({ "data": whole }),
    ))
    .await;
    assert_eq!(state(&told.notice.unwrap()).status, Status::Cancelled);
}

#[tokio::test]
async fn a_thing_bought_once_is_a_whole_state_by_itself() {
    let part = |changes: Value| {
        data(
            &json!({"signedTransactionInfo": signed(&one_time(&changes)),
            "signedRenewalInfo": null, "status": null}),
        )
    };
    let bought = payload("ONE_TIME_CHARGE", &json!({"data": part(json!({}))}));
    let notice = about(&bought).await.notice.unwrap();
    assert_eq!(notice.alone, NoticePolicy::AfterGivingUp);
    assert!(state(&notice).billing.is_one_time());
    let refunded = payload("REFUND", &json!({"data": part(refunded())}));
    let notice = about(&refunded).await.notice.unwrap();
    assert_eq!(
        (notice.alone, state(&notice).status),
        (NoticePolicy::AtOnce, Status::Revoked)
    );
}
