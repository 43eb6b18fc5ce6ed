//! What the tests share: a configuration, a subscription, an invoice and what paid it.

use aws_lc_rs::hmac;
use domain::{
    ConfigRules, Environment, FieldError, Locator, Reading, Store, StoreSnapshot, StoreState,
    Timestamp,
};
use serde_json::{Value, json};
use stores::{ConnectorContext, LookUpError, NotificationError, Received, StoreConfig};

use crate::server::{Server, list};

pub const KEY: &str = "rk_live_51SynthKey";
pub const SECRET: &str = "whsec_test_alpha";
pub const OTHER_SECRET: &str = "whsec_test_beta";
pub const SUB: &str = "sub_1SynthSub0001";
pub const INVOICE: &str = "in_1SynthInv0002";
pub const PAYMENT: &str = "pi_1SynthPay0002";
pub const CHARGE: &str = "ch_1SynthCha0002";
pub const CUSTOMER: &str = "cus_SynthCust01";

/// The period that runs, and its neighbours: 2026-11-01 to 2026-12-01.
pub const BEFORE: i64 = 1_790_848_800;
pub const START: i64 = 1_793_527_200;
pub const END: i64 = 1_796_119_200;
pub const AFTER: i64 = 1_798_797_600;
pub const DAY: i64 = 24 * 3600;

/// In the middle of that period.
pub fn now() -> Timestamp {
    at(START + 10 * DAY)
}

pub fn at(seconds: i64) -> Timestamp {
    Timestamp::from_second(seconds).unwrap()
}

/// `changes` on top of `base`, field by field; `null` stays a `null`.
pub fn changed(mut base: Value, changes: &Value) -> Value {
    let fields = base.as_object_mut().unwrap();
    fields.extend(changes.as_object().unwrap().clone());
    base
}

/// The JSON of a working configuration, with `changes` on top.
pub fn settings(address: &str, changes: &Value) -> Value {
    let settings = json!({
        "apiKey": KEY,
        "signingSecrets": [SECRET],
        "apiBaseUrl": address,
        "timeoutSeconds": 2,
    });
    changed(settings, changes)
}

pub fn parse(json: &Value, environment: Environment) -> Result<StoreConfig, FieldError> {
    let rules = ConfigRules { local_stack: true };
    StoreConfig::parse(Store::Stripe, json, environment, &rules)
}

/// A configuration that asks nobody.
pub fn config(changes: &Value) -> StoreConfig {
    let settings = settings("http://localhost:1", changes);
    parse(&settings, Environment::Production).unwrap()
}

pub fn price(changes: &Value) -> Value {
    let price = json!({
        "id": "price_1SynthPremM", "object": "price", "product": "prod_SynthPrem",
        "currency": "eur", "unit_amount": 999, "type": "recurring",
        "lookup_key": "premium_monthly",
        "recurring": {"interval": "month", "interval_count": 1, "usage_type": "licensed"},
        "metadata": {},
    });
    changed(price, changes)
}

pub fn item(changes: &Value) -> Value {
    let item = json!({
        "id": "si_SynthItem01", "object": "subscription_item", "quantity": 1, "metadata": {},
        "current_period_start": START, "current_period_end": END, "price": price(&json!({})),
    });
    changed(item, changes)
}

/// A line of an invoice for a whole period of that item.
pub fn line(start: i64, end: i64) -> Value {
    json!({
        "id": "il_1SynthLine01", "object": "line_item", "amount": 999, "currency": "eur",
        "period": {"start": start, "end": end},
        "parent": {"type": "subscription_item_details", "subscription_item_details": {
            "subscription": SUB, "subscription_item": "si_SynthItem01", "proration": false}},
        "pricing": {"type": "price_details", "price_details": {
            "price": "price_1SynthPremM", "product": "prod_SynthPrem"}},
    })
}

/// The paid invoice of the period that runs.
pub fn invoice(changes: &Value) -> Value {
    let invoice = json!({
        "id": INVOICE, "object": "invoice", "livemode": true,
        "status": "paid", "billing_reason": "subscription_cycle",
        "customer": CUSTOMER, "currency": "eur",
        "amount_due": 999, "amount_paid": 999, "amount_remaining": 0,
        "attempt_count": 1, "attempted": true, "next_payment_attempt": null,
        "created": START, "period_start": BEFORE, "period_end": START,
        "parent": {"type": "subscription_details", "subscription_details": {
            "subscription": SUB, "metadata": {"app_user_id": "u-4821"}}},
        "lines": list(&[line(START, END)]),
    });
    changed(invoice, changes)
}

/// A subscription in a paid month, with `changes` on top.
pub fn subscription(changes: &Value) -> Value {
    let subscription = json!({
        "id": SUB, "object": "subscription", "livemode": true, "status": "active",
        "customer": CUSTOMER, "currency": "eur",
        "created": BEFORE, "start_date": BEFORE, "billing_cycle_anchor": BEFORE,
        "billing_mode": {"type": "flexible"}, "collection_method": "charge_automatically",
        "cancel_at": null, "cancel_at_period_end": false, "canceled_at": null, "ended_at": null,
        "cancellation_details": {"reason": null, "feedback": null, "comment": null},
        "pause_collection": null, "trial_start": null, "trial_end": null,
        "default_payment_method": "pm_1SynthPm0001", "latest_invoice": invoice(&json!({})),
        "pending_update": null, "schedule": null, "test_clock": null,
        "metadata": {"app_user_id": "u-4821", "platform": "samsung_tv"},
        "items": list(&[item(&json!({}))]),
    });
    changed(subscription, changes)
}

pub fn charge(changes: &Value) -> Value {
    let charge = json!({
        "id": CHARGE, "object": "charge", "amount": 999, "amount_refunded": 0,
        "refunded": false, "disputed": false, "payment_intent": PAYMENT, "customer": CUSTOMER,
        "currency": "eur", "created": START + 3600, "status": "succeeded",
    });
    changed(charge, changes)
}

pub fn payment_intent(changes: &Value) -> Value {
    let intent = json!({
        "id": PAYMENT, "object": "payment_intent", "livemode": true, "status": "succeeded",
        "amount": 999, "currency": "eur", "created": START, "customer": CUSTOMER,
        "metadata": {}, "latest_charge": charge(&json!({})),
    });
    changed(intent, changes)
}

/// What paid the invoice: this charge.
pub fn paid_by(charge: &Value) -> Value {
    json!({
        "id": "inpay_1", "object": "invoice_payment", "status": "paid", "invoice": INVOICE,
        "amount_paid": 999, "is_default": true,
        "payment": {"type": "payment_intent",
            "payment_intent": payment_intent(&json!({"latest_charge": charge}))},
    })
}

pub fn locator(id: &str) -> Locator {
    Locator {
        key: domain::PurchaseKey::new(id).unwrap(),
        details: std::collections::BTreeMap::new(),
    }
}

/// The connector and a server in Stripe's place, which has sold one subscription.
pub struct Scene {
    pub server: Server,
    pub context: ConnectorContext,
    pub changes: Value,
    pub now: Timestamp,
}

impl Scene {
    pub async fn set() -> Self {
        let server = Server::start().await;
        server.has(&format!("subscriptions/{SUB}"), &subscription(&json!({})));
        server.lists(
            &format!("invoice_payments?invoice={INVOICE}"),
            &[paid_by(&charge(&json!({})))],
        );
        Self {
            server,
            context: ConnectorContext::new().unwrap(),
            changes: json!({}),
            now: now(),
        }
    }

    /// The same with a changed configuration.
    pub async fn configured(changes: Value) -> Self {
        Self {
            changes,
            ..Self::set().await
        }
    }

    /// The same with a changed subscription.
    pub async fn with(changes: &Value) -> Self {
        let scene = Self::set().await;
        scene.sells(changes);
        scene
    }

    pub fn sells(&self, changes: &Value) {
        let path = format!("subscriptions/{SUB}");
        self.server.has(&path, &subscription(changes));
    }

    pub fn config(&self) -> StoreConfig {
        let settings = settings(&self.server.address, &self.changes);
        parse(&settings, Environment::Production).unwrap()
    }

    pub async fn look(&self) -> Result<StoreSnapshot, LookUpError> {
        self.look_at(&locator(SUB)).await
    }

    pub async fn look_at(&self, locator: &Locator) -> Result<StoreSnapshot, LookUpError> {
        let config = self.config();
        let looked_up = config.look_up(&self.context, locator, self.now).await?;
        assert!(looked_up.others.is_empty() && looked_up.receipt.is_none());
        Ok(looked_up.snapshot)
    }

    pub async fn state(&self) -> StoreState {
        known(self.look().await.unwrap())
    }
}

/// What is made of a subscription with these changes.
pub async fn state(changes: &Value) -> StoreState {
    Scene::with(changes).await.state().await
}

pub fn known(snapshot: StoreSnapshot) -> StoreState {
    match snapshot.reading {
        Reading::Known(state) => state,
        other => panic!("{other:?}"),
    }
}

pub fn hex_of(secret: &str, time: &str, body: &[u8]) -> String {
    let key = hmac::Key::new(hmac::HMAC_SHA256, secret.as_bytes());
    let message = [time.as_bytes(), b".", body].concat();
    hex::encode(hmac::sign(&key, &message))
}

/// The headers of a notification that was signed now.
pub fn signed(body: &[u8]) -> Vec<(String, String)> {
    let time = now().as_second().to_string();
    let v1 = hex_of(SECRET, &time, body);
    vec![("Stripe-Signature".to_owned(), format!("t={time},v1={v1}"))]
}

/// An event of this kind about this object, with `changes` on top.
pub fn event(kind: &str, object: &Value, changes: &Value) -> Value {
    let event = json!({
        "id": "evt_1SynthRenew0001", "object": "event", "api_version": "2026-10-28.endive",
        "created": START + 65, "type": kind, "livemode": true, "pending_webhooks": 2,
        "request": {"id": null, "idempotency_key": null}, "data": {"object": object},
    });
    changed(event, changes)
}

/// What is made of a signed notification.
pub async fn receive_by(config: &StoreConfig, body: &[u8]) -> Result<Received, NotificationError> {
    let context = ConnectorContext::new().unwrap();
    let headers = signed(body);
    let read = config.read_notification(&context, &headers, body, now());
    read.await.map(|accepted| accepted.received)
}

pub async fn receive(json: &Value) -> Result<Received, NotificationError> {
    receive_by(&config(&json!({})), json.to_string().as_bytes()).await
}
