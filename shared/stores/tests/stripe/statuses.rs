//! What each of Stripe's statuses means.

use domain::{Reading, Status};
use serde_json::json;

use crate::scene::{
    BEFORE, CUSTOMER, DAY, END, INVOICE, START, SUB, Scene, at, invoice, item, known, line, state,
};
use crate::server::list;

#[tokio::test]
async fn each_status_has_its_meaning() {
    for (word, status, renews) in [
        ("incomplete", Status::Pending, true),
        ("incomplete_expired", Status::Expired, false),
        ("trialing", Status::Active, true),
        ("active", Status::Active, true),
        ("past_due", Status::Grace, true),
        ("unpaid", Status::OnHold, true),
        ("canceled", Status::Expired, false),
        ("paused", Status::Paused, true),
    ] {
        let state = state(&json!({"status": word})).await;
        assert_eq!((state.status, state.auto_renew), (status, renews), "{word}");
    }
}

#[tokio::test]
async fn any_other_status_is_unknown_and_never_guessed() {
    for word in ["frozen", "Active", ""] {
        let seen = Scene::with(&json!({"status": word})).await.look().await;
        let unknown = Reading::UnknownStatus(word.to_owned());
        assert_eq!(seen.unwrap().reading, unknown);
    }
}

#[tokio::test]
async fn an_active_subscription_tells_all_this() {
    let snapshot = Scene::set().await.look().await.unwrap();
    assert_eq!(snapshot.purchase_key.as_str(), SUB);
    assert_eq!(snapshot.account, None);
    assert_eq!((&snapshot.replaces, &snapshot.alias), (&None, &None));
    let state = known(snapshot);
    assert_eq!(state.product_id, "prod_SynthPrem");
    assert_eq!(state.started_at, Some(at(BEFORE)));
    assert_eq!(state.period_start, Some(at(START)));
    assert_eq!(state.period_end, at(END));
    assert_eq!(state.order_id.as_deref(), Some(INVOICE));
    assert_eq!(
        (state.trial_end, state.grace_end, state.revoked_at),
        (None, None, None)
    );
    assert!(!state.test && state.billing == domain::Billing::Renewing);
    let details = serde_json::to_value(&state.details).unwrap();
    let expected = json!({
        "subscriptionId": SUB, "stripeCustomerId": CUSTOMER, "priceId": "price_1SynthPremM",
        "quantity": "1", "invoiceId": INVOICE, "platform": "samsung_tv",
        "paidStart": at(START).to_string(), "paidEnd": at(END).to_string(),
    });
    assert_eq!(details, expected);
}

#[tokio::test]
async fn either_field_of_a_cancellation_is_enough() {
    for (changes, end) in [
        (json!({"cancel_at_period_end": true}), END),
        (json!({"cancel_at_period_end": true, "cancel_at": END}), END),
        (json!({"cancel_at": END}), END),
        (json!({"cancel_at": END - DAY}), END - DAY),
    ] {
        let state = state(&changes).await;
        assert_eq!(state.status, Status::Cancelled, "{changes}");
        assert_eq!(
            (state.auto_renew, state.period_end),
            (false, at(end)),
            "{changes}"
        );
    }
    for nothing in [
        json!({"cancel_at_period_end": null}),
        json!({"cancel_at": null}),
    ] {
        assert_eq!(state(&nothing).await.status, Status::Active);
    }
}

#[tokio::test]
async fn a_cancellation_tells_when_it_was_asked_for_and_why() {
    let changes = json!({"cancel_at": END, "canceled_at": START + DAY,
        "cancellation_details": {"reason": "cancellation_requested", "feedback": "unused",
            "comment": "a private word"}});
    let cancelled = state(&changes).await;
    assert_eq!(cancelled.cancelled_at, Some(at(START + DAY)));
    assert_eq!(
        cancelled.cancel_reason.as_deref(),
        Some("cancellation_requested")
    );
    assert!(!format!("{cancelled:?} {:?}", cancelled.details).contains("private"));
    let taken_back = json!({"canceled_at": START + DAY,
        "cancellation_details": {"reason": "cancellation_requested"}});
    let active = state(&taken_back).await;
    assert_eq!((active.cancelled_at, active.cancel_reason), (None, None));
}

#[tokio::test]
async fn what_has_ended_ended_when_it_did() {
    let changes = json!({"status": "canceled", "ended_at": START + 3 * DAY, "canceled_at": START,
        "cancellation_details": {"reason": "payment_failed"}});
    let ended = state(&changes).await;
    assert_eq!(
        (ended.status, ended.period_end),
        (Status::Expired, at(START + 3 * DAY))
    );
    assert_eq!(ended.cancelled_at, Some(at(START)));
    assert_eq!(ended.cancel_reason.as_deref(), Some("payment_failed"));
    let unsaid = state(&json!({"status": "canceled"})).await;
    assert_eq!(unsaid.period_end, at(END));
}

#[tokio::test]
async fn a_trial_ends_with_its_period() {
    let free = invoice(&json!({"amount_paid": 0, "billing_reason": "subscription_create"}));
    let changes = json!({"status": "trialing", "trial_start": START, "trial_end": END,
        "latest_invoice": free});
    let scene = Scene::with(&changes).await;
    let trial = scene.state().await;
    assert_eq!(
        (trial.trial_end, trial.period_end),
        (Some(at(END)), at(END))
    );
    assert!(trial.status == Status::Active && trial.auto_renew);
    assert!(scene.server.asked_for("invoice_payments").is_empty());

    let mut cancelled = changes;
    cancelled["cancel_at_period_end"] = json!(true);
    let cancelled = state(&cancelled).await;
    assert_eq!(cancelled.trial_end, Some(at(END)));
    assert_eq!(cancelled.status, Status::Cancelled);
}

#[tokio::test]
async fn a_trial_that_is_over_is_none() {
    let after = json!({"trial_start": BEFORE, "trial_end": START});
    assert_eq!(state(&after).await.trial_end, None);
    let ended = json!({"status": "canceled", "trial_end": START, "ended_at": START});
    assert_eq!(state(&ended).await.trial_end, None);
}

#[tokio::test]
async fn past_due_is_grace_for_a_while() {
    let owed = json!({"status": "past_due",
        "latest_invoice": invoice(&json!({"status": "open", "amount_paid": 0}))});
    for (seconds, status) in [
        (0, Status::Grace),
        (7 * DAY - 1, Status::Grace),
        (7 * DAY, Status::OnHold),
        (20 * DAY, Status::OnHold),
    ] {
        let mut scene = Scene::with(&owed).await;
        scene.now = at(START + seconds);
        let state = scene.state().await;
        assert_eq!(state.status, status, "{seconds}");
        assert_eq!(state.period_end, at(START), "{seconds}");
        let end = (status == Status::Grace).then_some(at(START + 7 * DAY));
        assert_eq!(state.grace_end, end, "{seconds}");
        assert!(state.auto_renew);
    }
}

#[tokio::test]
async fn how_long_grace_is_and_whether_there_is_any_is_configured() {
    let owed = json!({"status": "past_due", "latest_invoice": invoice(&json!({"status": "open"}))});
    for (changes, status) in [
        (json!({"graceSeconds": 11 * DAY}), Status::Grace),
        (json!({"graceSeconds": 10 * DAY}), Status::OnHold),
        (
            json!({"graceSeconds": 11 * DAY, "pastDueAccess": false}),
            Status::OnHold,
        ),
    ] {
        let scene = Scene::configured(changes.clone()).await;
        scene.sells(&owed);
        assert_eq!(scene.state().await.status, status, "{changes}");
    }
}

#[tokio::test]
async fn a_bill_is_owed_from_the_day_on_which_it_is_due() {
    let due = invoice(&json!({"status": "open", "due_date": START + 9 * DAY}));
    let changes = json!({"status": "past_due", "collection_method": "send_invoice",
        "latest_invoice": due});
    let state = state(&changes).await;
    assert_eq!(state.status, Status::Grace);
    assert_eq!(state.grace_end, Some(at(START + 16 * DAY)));
    assert_eq!(state.period_end, at(START));
}

#[tokio::test]
async fn grace_does_not_begin_anew_with_each_unpaid_period() {
    let open = invoice(&json!({"status": "open", "amount_paid": 0}));
    let scene = Scene::with(&json!({"status": "past_due", "latest_invoice": open})).await;
    let two_before = BEFORE - 30 * DAY;
    let paid = json!({"id": "in_paid", "lines": list(&[line(two_before, BEFORE)])});
    scene.server.lists("invoices", &[invoice(&paid)]);
    let state = scene.state().await;
    assert_eq!(
        (state.status, state.period_end),
        (Status::OnHold, at(BEFORE))
    );
    assert_eq!(state.order_id.as_deref(), Some("in_paid"));
}

#[tokio::test]
async fn somebody_who_opts_out_while_owing_has_opted_out() {
    let changes = json!({"status": "past_due", "cancel_at_period_end": true,
        "latest_invoice": invoice(&json!({"status": "open"}))});
    let mut scene = Scene::with(&changes).await;
    scene.now = at(START + DAY);
    let state = scene.state().await;
    assert_eq!((state.status, state.auto_renew), (Status::Grace, false));
}

#[tokio::test]
async fn a_date_behind_the_period_is_no_cancellation_until_the_last_period_runs() {
    for far in [END + 1, END + 40 * DAY] {
        let changes = json!({"cancel_at": far, "canceled_at": START + DAY});
        let renewing = state(&changes).await;
        assert_eq!(renewing.status, Status::Active, "{far}");
        assert_eq!((renewing.auto_renew, renewing.period_end), (true, at(END)));
        assert_eq!(renewing.cancelled_at, None);
    }
    let trial = json!({"status": "trialing", "trial_end": END, "cancel_at": END + 40 * DAY});
    assert_eq!(state(&trial).await.status, Status::Active);
    let last = state(&json!({"cancel_at": END, "canceled_at": START - 90 * DAY})).await;
    assert_eq!(last.status, Status::Cancelled);
    assert_eq!(last.cancelled_at, Some(at(START - 90 * DAY)));
    let also = json!({"cancel_at": END + DAY, "cancel_at_period_end": true});
    assert_eq!(state(&also).await.status, Status::Cancelled);
}

#[tokio::test]
async fn a_pause_does_not_take_a_cancellation_back() {
    let cut = item(&json!({"current_period_end": START + DAY}));
    let changes = json!({"status": "paused", "items": list(&[cut]), "cancel_at": END});
    assert!(!state(&changes).await.auto_renew);
}
