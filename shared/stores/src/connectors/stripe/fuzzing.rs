//! Entry points for the fuzzer: any bytes, no network.

use domain::{ConfigRules, Environment, Timestamp};
use serde::Deserialize;
use serde_json::{Value, json};

use super::client::Refusal;
use super::notification::event;
use super::snapshot::fetched_item::FetchedItem;
use super::snapshot::refunds::{Charged, Part};
use super::snapshot::{one_time, periods};
use super::wire::{
    Charge, Dispute, Event, Invoice, InvoicePayment, List, PaymentIntent, PaymentRecord, Refund,
    Schedule, Session, Subscription, read,
};
use super::{Config, notification, snapshot};

/// Reads bytes as a notification: as a header and a body with a line feed between them, then, as if
/// they were proven, as an event.
pub fn fuzz_notification(bytes: &[u8]) {
    let Some(config) = config() else { return };
    let now = Timestamp::constant(1_796_206_500, 0);
    let feed = bytes.iter().position(|byte| *byte == b'\n');
    let (header, body) = feed
        .and_then(|at| bytes.split_at_checked(at))
        .unwrap_or_default();
    let header = String::from_utf8_lossy(header).into_owned();
    let body = body.strip_prefix(b"\n").unwrap_or(body);
    let headers = [("Stripe-Signature".to_owned(), header)];
    let _ = notification::read_notification(&config, &headers, body, now);
    if let Ok(event) = serde_json::from_slice::<Event<'_>>(bytes) {
        let _ = event::read(&config, &event, String::new);
    }
}

/// Answers to all requests of a look-up.
#[derive(Default, Deserialize)]
#[serde(default)]
struct Answers {
    subscription: Value,
    payer: Value,
    payments: Value,
    charge: Value,
    record: Value,
    refunds: Value,
    disputes: Value,
    schedule: Value,
    session: Value,
    payment: Value,
}

/// Reads bytes as answers, and builds the snapshots of a subscription, a payment and a checkout.
pub fn fuzz_answer(bytes: &[u8]) {
    let Some(config) = config() else { return };
    let _ = Refusal::read(bytes);
    let Ok(answers) = serde_json::from_slice::<Answers>(bytes) else {
        return;
    };
    let now = Timestamp::UNIX_EPOCH;
    let payer = read::<Invoice>(&answers.payer).ok();
    let schedule = read::<Schedule>(&answers.schedule).ok();
    let session = read::<Session>(&answers.session).ok();
    let _ = read::<List<InvoicePayment>>(&answers.payments);
    let charged = read::<Charge>(&answers.charge).ok().map(|charge| Charged {
        charge,
        refunds: read::<List<Refund>>(&answers.refunds)
            .unwrap_or_default()
            .data,
        disputes: read::<List<Dispute>>(&answers.disputes)
            .unwrap_or_default()
            .data,
    });
    let record = read::<PaymentRecord>(&answers.record).ok();
    let parts = charged.map(Part::Charged).into_iter();
    let parts: Vec<_> = parts.chain(record.map(Part::Recorded)).collect();
    if let Ok(subscription) = read::<Subscription>(&answers.subscription) {
        let items = snapshot::our_items(&config, &subscription).unwrap_or_default();
        let fetched = items.into_iter().map(|item| {
            let _ = periods::payer(&subscription, item);
            FetchedItem {
                subscription: &subscription,
                item,
                payer: payer.as_ref(),
                parts: &parts,
                schedule: schedule.as_ref(),
                session: session.as_ref(),
            }
        });
        let fetched: Vec<_> = fetched.collect();
        let _ = snapshot::snapshot(&config, &fetched, now);
    }
    if let Ok(payment) = read::<PaymentIntent>(&answers.payment) {
        let fetched = one_time::FetchedPayment {
            payment: &payment,
            parts: &parts,
            session: session.as_ref(),
        };
        let _ = one_time::of_payment(&config, &fetched, now);
    }
    for once in [true, false] {
        if let Some(session) = &session {
            let _ = one_time::of_session(&config, session, once, now);
        }
    }
}

fn config() -> Option<Config> {
    let json = json!({
        "apiKey": "sk_test_madeup",
        "signingSecrets": ["whsec_madeup", "whsec_other"],
        "accountIdPattern": "{customerId}",
        "clientReferenceBinds": true,
    });
    Config::parse(&json, Environment::Sandbox, &ConfigRules::default()).ok()
}
