//! Which purchase each event is about.

use domain::{Status, StoreNotification};
use serde_json::{Value, json};
use stores::{Ignored, NotificationError, Received};

use crate::scene::{
    CHARGE, INVOICE, PAYMENT, START, SUB, Scene, at, charge, config, event, invoice, known,
    receive, receive_by, subscription,
};

const SESSION: &str = "cs_live_1Synth";

async fn about(kind: &str, object: &Value) -> StoreNotification {
    match receive(&event(kind, object, &json!({}))).await {
        Ok(Received::About(about)) => about,
        other => panic!("{kind}: {other:?}"),
    }
}

async fn nothing(kind: &str, object: &Value) -> &'static str {
    match receive(&event(kind, object, &json!({}))).await {
        Ok(Received::Ignored(why)) => why.as_str(),
        other => panic!("{kind}: {other:?}"),
    }
}

#[tokio::test]
async fn an_event_about_a_subscription_names_it() {
    for kind in [
        "created",
        "updated",
        "deleted",
        "paused",
        "resumed",
        "pending_update_applied",
    ] {
        let kind = format!("customer.subscription.{kind}");
        let about = about(&kind, &subscription(&json!({}))).await;
        assert_eq!(about.locator.key.as_str(), SUB);
        assert_eq!((about.kind, &*about.id), (kind, "evt_1SynthRenew0001"));
        assert_eq!(about.sent_at, Some(at(START + 65)));
        assert_eq!((about.notice, about.voided), (None, None));
    }
}

#[tokio::test]
async fn an_invoice_names_its_subscription_in_the_old_form_as_well() {
    let older = json!({"id": INVOICE, "subscription": SUB});
    let expanded = json!({"id": INVOICE, "subscription": {"id": SUB, "object": "subscription"}});
    for kind in ["invoice.paid", "invoice.payment_failed"] {
        for object in [&invoice(&json!({})), &older, &expanded] {
            assert_eq!(about(kind, object).await.locator.key.as_str(), SUB);
        }
    }
    let of_none = invoice(&json!({"parent": null}));
    assert_eq!(nothing("invoice.paid", &of_none).await, "no subscription");
    for (kind, word) in [
        ("quote_details", "no subscription"),
        ("lottery_details", "unknown parent"),
    ] {
        let other = invoice(&json!({"subscription": SUB, "parent": {"type": kind}}));
        assert_eq!(nothing("invoice.paid", &other).await, word);
    }
}

#[tokio::test]
async fn a_checkout_names_what_it_sold() {
    let sold = |changes: Value| {
        let session = json!({"id": SESSION, "object": "checkout.session", "mode": "subscription",
            "subscription": SUB, "payment_intent": null});
        crate::scene::changed(session, &changes)
    };
    let once = sold(json!({"mode": "payment", "subscription": null, "payment_intent": PAYMENT}));
    for kind in [
        "completed",
        "async_payment_succeeded",
        "async_payment_failed",
    ] {
        let kind = format!("checkout.session.{kind}");
        assert_eq!(
            about(&kind, &sold(json!({}))).await.locator.key.as_str(),
            SUB
        );
        assert_eq!(about(&kind, &once).await.locator.key.as_str(), SESSION);
        let unnamed = sold(json!({"subscription": null}));
        assert_eq!(about(&kind, &unnamed).await.locator.key.as_str(), SESSION);
        for (mode, word) in [
            (json!("setup"), "nothing sold"),
            (json!("barter"), "unknown mode"),
            (Value::Null, "unknown mode"),
        ] {
            let other = sold(json!({ "mode": mode }));
            assert_eq!(nothing(&kind, &other).await, word);
        }
    }
}

#[tokio::test]
async fn a_payment_names_itself_or_at_least_its_charge() {
    let refund = json!({"id": "re_1", "charge": CHARGE, "payment_intent": PAYMENT});
    let dispute = json!({"id": "du_1", "charge": CHARGE, "payment_intent": PAYMENT});
    for (kind, object) in [
        ("charge.refunded", charge(&json!({}))),
        ("refund.created", refund.clone()),
        ("refund.updated", refund.clone()),
        ("refund.failed", refund),
        ("charge.dispute.created", dispute.clone()),
        ("charge.dispute.closed", dispute.clone()),
        ("charge.dispute.funds_withdrawn", dispute.clone()),
        ("charge.dispute.funds_reinstated", dispute),
    ] {
        assert_eq!(about(kind, &object).await.locator.key.as_str(), PAYMENT);
        let mut older = object.clone();
        older["payment_intent"] = Value::Null;
        assert_eq!(about(kind, &older).await.locator.key.as_str(), CHARGE);
        let mut expanded = object;
        expanded["payment_intent"] = json!({"id": PAYMENT});
        assert_eq!(about(kind, &expanded).await.locator.key.as_str(), PAYMENT);
    }
    let of_nothing = json!({"id": "re_1", "charge": null, "payment_intent": null});
    assert_eq!(nothing("refund.created", &of_nothing).await, "no payment");
}

#[tokio::test]
async fn what_changes_nothing_is_forgotten_with_a_word() {
    for (kind, word) in [
        ("customer.subscription.trial_will_end", "information"),
        (
            "customer.subscription.pending_update_expired",
            "information",
        ),
        ("invoice.payment_action_required", "information"),
        ("customer.deleted", "customer"),
        (
            "entitlements.active_entitlement_summary.updated",
            "entitlements",
        ),
        ("invoice.created", "unknown kind"),
        ("invoice.payment_succeeded", "unknown kind"),
        ("charge.succeeded", "unknown kind"),
        ("price.created", "unknown kind"),
    ] {
        assert_eq!(
            nothing(kind, &subscription(&json!({}))).await,
            word,
            "{kind}"
        );
    }
}

#[tokio::test]
async fn the_other_mode_is_not_for_this_stack() {
    let paid = |live: bool| {
        event(
            "invoice.paid",
            &invoice(&json!({})),
            &json!({ "livemode": live }),
        )
    };
    let other = Ok(Received::Ignored(Ignored::OtherMode));
    assert_eq!(receive(&paid(false)).await, other);
    let test = json!({"apiKey": "sk_test_51Synth", "signingSecrets": [crate::scene::SECRET]});
    let sandbox = crate::scene::parse(&test, domain::Environment::Sandbox).unwrap();
    assert_eq!(
        receive_by(&sandbox, paid(true).to_string().as_bytes()).await,
        other
    );
    let received = receive_by(&sandbox, paid(false).to_string().as_bytes()).await;
    assert!(matches!(received, Ok(Received::About(_))));
}

/// The signature is made with the secret of one mode's endpoint.
#[tokio::test]
async fn an_event_without_a_mode_is_of_the_mode_whose_secret_signed_it() {
    for mode in [json!(null), json!("true")] {
        let paid = event(
            "invoice.paid",
            &invoice(&json!({})),
            &json!({ "livemode": mode }),
        );
        let received = receive(&paid).await;
        assert!(matches!(received, Ok(Received::About(_))), "{mode}");
    }
}

#[tokio::test]
async fn the_account_of_a_connected_event_has_to_be_the_configured_one() {
    let paid = |account: Value| {
        let changes = json!({ "account": account });
        event("invoice.paid", &invoice(&json!({})), &changes).to_string()
    };
    let ours = config(&json!({"account": "acct_1Ours"}));
    let own = config(&json!({}));
    let other = Ok(Received::Ignored(Ignored::OtherAccount));
    for (config, account, wanted) in [
        (&ours, json!("acct_1Ours"), true),
        (&ours, json!("acct_1Other"), false),
        (&ours, Value::Null, true),
        (&own, json!("acct_1Other"), false),
        (&own, Value::Null, true),
    ] {
        let received = receive_by(config, paid(account.clone()).as_bytes()).await;
        assert_eq!(received != other, wanted, "{account}");
    }
}

#[tokio::test]
async fn thin_events_are_put_aside() {
    let thin = json!({
        "id": "evt_1", "object": "v2.core.event", "type": "v1.invoice.paid", "livemode": true,
        "created": "2026-11-20T12:00:00.000Z",
        "related_object": {"id": INVOICE, "type": "invoice", "url": "/v1/invoices/in_1"},
    });
    let what = "it is a thin event: the endpoint has to send snapshots";
    let unreadable = NotificationError::Unreadable(what.to_owned());
    assert_eq!(receive(&thin).await, Err(unreadable));
}

#[tokio::test]
async fn what_is_proven_and_broken_is_unreadable() {
    let with = |changes: Value| event("invoice.paid", &invoice(&json!({})), &changes).to_string();
    let about = |kind: &str, object: Value| event(kind, &object, &json!({})).to_string();
    for (body, what) in [
        ("{".to_owned(), "it is not JSON"),
        ("[]".to_owned(), "it is no event"),
        ("{}".to_owned(), "it is no event"),
        (with(json!({"object": "list"})), "it is no event"),
        (
            with(json!({"livemode": 7})),
            "its livemode has an unknown form",
        ),
        (with(json!({"type": 7})), "it has no type"),
        (with(json!({"data": {}})), "it has no data.object"),
        (
            with(json!({"data": {"object": []}})),
            "it has no data.object",
        ),
        (
            about("customer.subscription.updated", json!({})),
            "its object has no id",
        ),
        (
            about("customer.subscription.updated", json!({"id": "cus_1"})),
            "its object has an id of an unknown kind",
        ),
        (
            about("customer.subscription.updated", json!({"id": "sub_a\nb"})),
            "its id must not contain control characters",
        ),
    ] {
        let unreadable = NotificationError::Unreadable(what.to_owned());
        let received = receive_by(&config(&json!({})), body.as_bytes()).await;
        assert_eq!(received, Err(unreadable), "{body}");
    }
}

#[tokio::test]
async fn an_event_without_a_fit_id_is_known_by_its_body() {
    for id in [Value::Null, json!(""), json!("x".repeat(256)), json!(7)] {
        let event = event("invoice.paid", &invoice(&json!({})), &json!({ "id": id }));
        let Ok(Received::About(about)) = receive(&event).await else {
            panic!("it is about a purchase");
        };
        assert_eq!(about.id.len(), 64);
    }
}

#[tokio::test]
async fn an_event_of_an_older_version_is_read_as_well() {
    let older = json!({"api_version": "2017-08-15", "request": null, "pending_webhooks": null,
        "created": null});
    let object = json!({"id": SUB, "current_period_end": START, "status": "active"});
    let event = event("customer.subscription.deleted", &object, &older);
    let Ok(Received::About(about)) = receive(&event).await else {
        panic!("it is about a purchase");
    };
    assert_eq!((about.locator.key.as_str(), about.sent_at), (SUB, None));
}

#[tokio::test]
async fn in_which_order_events_come_does_not_matter_for_the_look_decides() {
    let scene = Scene::with(&json!({"status": "canceled"})).await;
    let told = |id: &str, kind: &str, status: &str, created: i64| {
        let object = subscription(&json!({ "status": status }));
        event(kind, &object, &json!({"id": id, "created": created}))
    };
    let newer = "customer.subscription.deleted";
    let newer = told("evt_2", newer, "canceled", START + 120);
    let older = "customer.subscription.updated";
    let older = told("evt_1", older, "active", START + 60);
    for event in [newer, older] {
        let Ok(Received::About(about)) = receive(&event).await else {
            panic!("it is about a purchase");
        };
        assert_eq!(about.notice, None, "nothing that it says is believed");
        let seen = known(scene.look_at(&about.locator).await.unwrap());
        assert_eq!(seen.status, Status::Expired, "{}", about.id);
    }
}
