//! Everything that Stripe could possibly say and tell, in more forms than the simulator has.

use std::sync::{Arc, Mutex};

use axum::extract::State;
use axum::http::Uri;
use axum::{Json, Router};
use domain::{ConfigRules, Environment, Locator, PurchaseKey, Store, StoreSnapshot, Timestamp};
use serde_json::{Value, json};
use store_simulator::stripe::CustomEvent;
use stores::{ConnectorContext, StoreConfig};
use tokio::net::TcpListener;

/// The fields that an answer need not have.
pub(super) const OPTIONAL: &[&str] = &[
    "livemode",
    "created",
    "billing_mode",
    "collection_method",
    "currency",
    "quantity",
    "plan",
    "lookup_key",
    "trial_start",
    "trial_end",
    "schedule",
    "metadata",
    "status_details",
    "test_clock",
];

const START: i64 = 1_793_527_200;
const END: i64 = 1_796_119_200;

const STATUSES: [&str; 11] = [
    "incomplete",
    "incomplete_expired",
    "trialing",
    "active",
    "past_due",
    "unpaid",
    "canceled",
    "paused",
    "ended",
    "replaced",
    "test",
];

const PAYMENTS: [&str; 6] = [
    "succeeded",
    "processing",
    "requires_action",
    "requires_capture",
    "canceled",
    "prepaid",
];

/// Every status that is known and some that are not, each with everything else that an answer can
/// hold, and with names besides by which a purchase could be known.
pub(super) async fn said() -> Vec<StoreSnapshot> {
    let answer = Arc::<Mutex<Value>>::default();
    let config = config(&serve(Arc::clone(&answer)).await);
    let context = ConnectorContext::new().unwrap();
    let mut said = Vec::new();
    for status in STATUSES {
        for besides in besides() {
            let mut subscription = subscription(status);
            let fields = subscription.as_object_mut().unwrap();
            fields.extend(besides.as_object().unwrap().clone());
            *answer.lock().unwrap() = subscription;
            said.push(look(&context, &config, "sub_1").await);
        }
    }
    for status in PAYMENTS {
        *answer.lock().unwrap() = json!({
            "id": "pi_1", "object": "payment_intent", "livemode": true, "status": status,
            "amount": 399, "currency": "eur", "created": START, "customer": "cus_1",
            "metadata": {"product_id": "prod_film", "app_user_id": "cust-1"},
        });
        said.push(look(&context, &config, "pi_1").await);
    }
    said
}

async fn look(context: &ConnectorContext, config: &StoreConfig, id: &str) -> StoreSnapshot {
    let at: Timestamp = "2026-11-08T12:00:00Z".parse().unwrap();
    let locator = Locator {
        key: PurchaseKey::new(id).unwrap(),
        details: [("one".to_owned(), "for-all".to_owned())].into(),
    };
    let seen = config.look_up(context, &locator, at).await;
    seen.unwrap().snapshot
}

fn config(address: &str) -> StoreConfig {
    let json = json!({
        "apiKey": super::KEY, "signingSecrets": [super::SECRET], "apiBaseUrl": address,
        "accountIdPattern": "cust-{customerId}", "clientReferenceBinds": true,
    });
    let rules = ConfigRules { local_stack: true };
    StoreConfig::parse(Store::Stripe, &json, Environment::Production, &rules).unwrap()
}

/// Answers with this object, with what a schedule plans, and with empty lists.
async fn serve(answer: Arc<Mutex<Value>>) -> String {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = format!("http://{}", listener.local_addr().unwrap());
    let reply = |State(answer): State<Arc<Mutex<Value>>>, uri: Uri| async move {
        let parts: Vec<_> = uri.path().split('/').collect();
        Json(match parts.as_slice() {
            ["", "v1", "subscriptions" | "payment_intents", _] => answer.lock().unwrap().clone(),
            ["", "v1", "subscription_schedules", _] => schedule(),
            _ => json!({"object": "list", "data": [], "has_more": false}),
        })
    };
    let router = Router::new().fallback(reply).with_state(answer);
    tokio::spawn(async move { axum::serve(listener, router).await.unwrap() });
    address
}

fn schedule() -> Value {
    let premium = json!({"id": "price_premium", "product": "prod_premium"});
    json!({"id": "sub_sched_1", "phases": [
        {"start_date": START, "items": [{"price": {"id": "price_basic", "product": "prod_basic"}}]},
        {"start_date": END, "items": [{"price": premium}]},
    ]})
}

fn subscription(status: &str) -> Value {
    json!({
        "id": "sub_1", "object": "subscription", "livemode": true, "status": status,
        "customer": "cus_1", "created": START, "start_date": START,
        "latest_invoice": {"id": "in_1", "status": "paid", "amount_paid": 899},
        "metadata": {}, "test_clock": "clock_1", "previous_subscription": "sub_0",
        "items": {"object": "list", "has_more": false, "data": [{
            "id": "si_1", "quantity": 1, "current_period_start": START, "current_period_end": END,
            "price": {"id": "price_basic", "product": "prod_basic", "unit_amount": 899,
                "currency": "eur"},
        }]},
    })
}

fn besides() -> Vec<Value> {
    let paused = |cause: &str| {
        json!({"status_details": {"paused": {"type": "subscription", "transitioned_at": START,
            "subscription": {"type": cause}}}})
    };
    vec![
        json!({}),
        json!({"latest_invoice": null}),
        json!({"latest_invoice": {"id": "in_1", "status": "open"}}),
        json!({"latest_invoice": {"id": "in_1", "status": "draft"}}),
        json!({"metadata": {"app_user_id": "cust-1"}}),
        json!({"cancel_at": END}),
        json!({"cancel_at_period_end": true, "canceled_at": START}),
        json!({"trial_start": START, "trial_end": END}),
        json!({"ended_at": START, "cancellation_details": {"reason": "payment_disputed"}}),
        json!({"pause_collection": {"behavior": "void", "resumes_at": END}}),
        json!({"schedule": "sub_sched_1"}),
        json!({"pending_update": {"expires_at": END}}),
        json!({"collection_method": "send_invoice", "days_until_due": 30}),
        paused("pause_requested"),
        paused("final_payment_failure"),
        paused("system"),
    ]
}

/// An event of every kind about every object that it could be about, with its whole state.
pub(super) fn events(subscription: &str) -> Vec<CustomEvent> {
    let of_subscription = [
        "created",
        "updated",
        "deleted",
        "paused",
        "resumed",
        "trial_will_end",
        "pending_update_applied",
        "pending_update_expired",
    ];
    let of_subscription = of_subscription
        .map(|kind| CustomEvent::of(format!("customer.subscription.{kind}"), subscription));
    let invoice = json!({"id": "in_1", "object": "invoice", "livemode": true, "status": "paid",
        "parent": {"subscription_details": {"subscription": subscription}}});
    let of_invoice = [
        "paid",
        "payment_failed",
        "payment_action_required",
        "voided",
        "created",
    ]
    .map(|kind| CustomEvent::with_object(format!("invoice.{kind}"), invoice.clone()));
    let money = json!({"id": "ch_1", "charge": "ch_1", "payment_intent": "pi_1", "livemode": true,
        "amount": 899, "amount_refunded": 899, "refunded": true, "status": "lost"});
    let of_money = [
        "charge.refunded",
        "refund.created",
        "refund.updated",
        "refund.failed",
        "charge.dispute.created",
        "charge.dispute.closed",
        "charge.dispute.funds_withdrawn",
        "charge.dispute.funds_reinstated",
        "charge.succeeded",
    ]
    .map(|kind| CustomEvent::with_object(kind, money.clone()));
    let session = json!({"id": "cs_live_1", "livemode": true, "mode": "payment",
        "payment_intent": "pi_1", "status": "complete"});
    let of_session = [
        "completed",
        "async_payment_succeeded",
        "async_payment_failed",
        "expired",
    ]
    .map(|kind| CustomEvent::with_object(format!("checkout.session.{kind}"), session.clone()));
    let customer = json!({"id": "cus_1", "livemode": true, "deleted": true});
    let others = [
        "customer.deleted",
        "entitlements.active_entitlement_summary.updated",
    ]
    .map(|kind| CustomEvent::with_object(kind, customer.clone()));
    of_subscription
        .into_iter()
        .chain(of_invoice)
        .chain(of_money)
        .chain(of_session)
        .chain(others)
        .collect()
}
