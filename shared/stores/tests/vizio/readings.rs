//! Each rule by which an answer becomes a state, at its boundary.

use domain::{Reading, Status, StoreSnapshot, StoreState};
use serde_json::{Value, json};
use stores::{ConnectorContext, LookUpError};

use crate::scripted::{Reply, Server};
use crate::support::{at, config, fixture, locator, now};

/// The end of the period in the fixture, which renews.
const END: &str = "2027-01-05T09:30:00Z";

/// The time of the look, and the next instant.
const NOW: &str = "2026-12-05T09:30:04.250Z";
const NEXT: &str = "2026-12-05T09:30:04.251Z";

async fn look_by(settings: Value, changes: &Value) -> Result<StoreSnapshot, LookUpError> {
    let mut answer: Value = serde_json::from_slice(&fixture("look-ups/active")).unwrap();
    let fields = answer["data"].as_object_mut().unwrap();
    fields.extend(changes.as_object().unwrap().clone());
    let server = Server::always(Reply::json(&answer)).await;
    let mut settings = settings;
    settings["apiBaseUrl"] = json!(server.address);
    let (config, locator) = (config(&settings), locator("vzs-88120044"));
    let context = ConnectorContext::new().unwrap();
    let looked = config.look_up(&context, &locator, now()).await;
    looked.map(|looked| looked.snapshot)
}

async fn state(changes: Value) -> StoreState {
    match look_by(json!({}), &changes).await.unwrap().reading {
        Reading::Known(state) => state,
        other => panic!("{other:?}"),
    }
}

#[tokio::test]
async fn each_status_in_each_spelling_with_and_without_renewal() {
    for (word, auto_renew, status, renews) in [
        ("TRIAL", true, Status::Active, true),
        ("TRIAL", false, Status::Cancelled, false),
        ("ACTIVE", true, Status::Active, true),
        ("ACTIVE", false, Status::Cancelled, false),
        ("active", true, Status::Active, true),
        ("CANCELED", true, Status::Cancelled, false),
        ("CANCELLED", true, Status::Cancelled, false),
        ("PAST_DUE", true, Status::Grace, true),
        ("PAST_DUE", false, Status::Grace, false),
        ("EXPIRED", true, Status::Expired, false),
        ("REFUNDED", true, Status::Revoked, false),
    ] {
        let state = state(json!({"status": word, "autoRenew": auto_renew})).await;
        let expected = (status, renews);
        assert_eq!((state.status, state.auto_renew), expected, "{word}");
    }
}

#[tokio::test]
async fn what_is_past_due_has_access_to_the_later_of_its_two_ends() {
    let past = "2026-12-01T00:00:00Z";
    for (period_end, next_billing, grace_end, status) in [
        (Some(NOW), None, None, Status::OnHold),
        (Some(NEXT), None, None, Status::Grace),
        (None, Some(NOW), None, Status::OnHold),
        (None, Some(NEXT), None, Status::Grace),
        (Some(NOW), Some(NEXT), None, Status::OnHold),
        (Some(past), None, Some(NOW), Status::OnHold),
        (Some(past), None, Some(NEXT), Status::Grace),
        (Some(NEXT), None, Some(past), Status::Grace),
    ] {
        let changes = json!({
            "status": "PAST_DUE", "currentPeriodEnd": period_end,
            "nextBillingDate": next_billing, "gracePeriodEnd": grace_end,
        });
        assert_eq!(state(changes.clone()).await.status, status, "{changes}");
    }
}

#[tokio::test]
async fn without_a_status_flag_renewal_and_end_decide() {
    for (active, auto_renew, end, status) in [
        (true, Some(true), END, Status::Active),
        (true, None, END, Status::Active),
        (true, Some(false), END, Status::Cancelled),
        (false, Some(false), NOW, Status::Expired),
        (false, Some(false), NEXT, Status::OnHold),
        (false, Some(true), NOW, Status::OnHold),
        (false, None, NOW, Status::OnHold),
    ] {
        for (period_end, next_billing) in [(Some(end), None), (None, Some(end))] {
            let changes = json!({
                "status": null, "active": active, "autoRenew": auto_renew,
                "currentPeriodEnd": period_end, "nextBillingDate": next_billing,
            });
            assert_eq!(state(changes.clone()).await.status, status, "{changes}");
        }
    }
}

#[tokio::test]
async fn an_unknown_status_decides_nothing_whatever_the_flag_says() {
    for active in [Some(true), Some(false), None] {
        for auto_renew in [true, false] {
            for end in [NOW, NEXT, END] {
                let changes = json!({
                    "status": "FROZEN", "active": active, "autoRenew": auto_renew,
                    "currentPeriodEnd": end,
                });
                let snapshot = look_by(json!({}), &changes).await.unwrap();
                let unknown = Reading::UnknownStatus("FROZEN".to_owned());
                assert_eq!(snapshot.reading, unknown, "{changes}");
            }
        }
    }
}

#[tokio::test]
async fn where_the_status_is_not_to_be_read_the_flag_decides() {
    let settings = json!({"fieldPointers": {"status": ""}});
    let changes = json!({"status": "FROZEN", "active": true, "autoRenew": true});
    let snapshot = look_by(settings, &changes).await.unwrap();
    assert!(matches!(
        snapshot.reading,
        Reading::Known(StoreState {
            status: Status::Active,
            ..
        })
    ));
}

#[tokio::test]
async fn a_trial_is_one_by_its_status_or_by_its_flag_while_it_runs() {
    for (word, flag, is_trial) in [
        ("TRIAL", Some(false), true),
        ("trial", None, true),
        ("ACTIVE", Some(true), true),
        ("ACTIVE", Some(false), false),
        ("ACTIVE", None, false),
        ("CANCELED", Some(true), true),
        ("EXPIRED", Some(true), false),
        ("REFUNDED", Some(true), false),
    ] {
        let state = state(json!({"status": word, "inTrial": flag})).await;
        let expected = is_trial.then(|| at(END));
        assert_eq!(state.trial_end, expected, "{word} {flag:?}");
    }
}

#[tokio::test]
async fn what_is_left_over_from_another_status_does_not_count() {
    let date = "2026-12-08T09:30:00Z";
    for (word, grace_end, cancelled_at, revoked_at) in [
        ("ACTIVE", false, false, false),
        ("PAST_DUE", true, false, false),
        ("CANCELED", false, true, false),
        ("EXPIRED", false, true, false),
        ("REFUNDED", false, true, true),
    ] {
        let state = state(json!({
            "status": word, "gracePeriodEnd": date, "canceledAt": date,
            "payment": {"refundedAt": date},
        }));
        let state = state.await;
        let expected = |counts: bool| counts.then(|| at(date));
        assert_eq!(state.grace_end, expected(grace_end), "{word}");
        assert_eq!(state.cancelled_at, expected(cancelled_at), "{word}");
        assert_eq!(state.revoked_at, expected(revoked_at), "{word}");
    }
}

#[tokio::test]
async fn only_another_plan_is_pending_and_only_while_it_is_not_over() {
    for (word, pending, expected) in [
        ("ACTIVE", "demo_monthly_499", Some("demo_monthly_499")),
        ("CANCELED", "demo_monthly_499", Some("demo_monthly_499")),
        ("ACTIVE", "demo_monthly_899", None),
        ("EXPIRED", "demo_monthly_499", None),
        ("REFUNDED", "demo_monthly_499", None),
    ] {
        let state = state(json!({"status": word, "pendingPlanCode": pending})).await;
        assert_eq!(state.pending_product_id.as_deref(), expected, "{word}");
    }
}

#[tokio::test]
async fn the_period_ends_where_it_says_and_else_at_the_next_billing() {
    let billing = "2027-01-08T00:00:00Z";
    for (period_end, end) in [(Some(END), END), (None, billing)] {
        let dates = json!({"currentPeriodEnd": period_end, "nextBillingDate": billing});
        assert_eq!(state(dates).await.period_end, at(end));
    }
}

#[tokio::test]
async fn only_an_end_may_have_no_date() {
    let dateless =
        |word: &str| json!({"status": word, "currentPeriodEnd": null, "nextBillingDate": null});
    for word in ["EXPIRED", "REFUNDED"] {
        assert_eq!(state(dateless(word)).await.period_end, now(), "{word}");
    }
    for word in ["TRIAL", "ACTIVE", "CANCELED", "PAST_DUE"] {
        let seen = look_by(json!({}), &dateless(word)).await;
        assert_eq!(seen.unwrap_err().kind(), "malformed", "{word}");
    }
}

#[tokio::test]
async fn a_pattern_binds_nobody_where_the_store_names_nobody() {
    let pattern = json!({"accountIdPattern": "cust-{customerId}"});
    let seen = look_by(pattern, &json!({"partnerAccountId": null})).await;
    assert_eq!(seen.unwrap().account, None);
}
