//! Everything that Vizio could possibly say and tell, in more forms than the simulator has.

use aws_lc_rs::hmac;
use domain::StoreSnapshot;
use serde_json::{Value, json};
use stores::{ConnectorContext, Received, StoreConfig};

use super::{PARTNER, SIGNING_KEY, SUBSCRIPTION, Vizio};
use crate::store_under_test::{Arrival, Plan, StoreUnderTest as _};

/// The fields that an answer need not have.
pub(super) const OPTIONAL: &[&str] = &[
    "invoiceNumber",
    "pendingPlanCode",
    "partnerAccountId",
    "startDate",
    "nextBillingDate",
    "inTrial",
    "active",
    "autoRenew",
    "currency",
    "amount",
];

const WORDS: [&str; 10] = [
    "TRIAL",
    "ACTIVE",
    "CANCELED",
    "PAST_DUE",
    "EXPIRED",
    "REFUNDED",
    "PAUSED",
    "PENDING",
    "SUSPENDED",
    "TEST",
];

/// What is made of the states in [`told`].
pub(super) async fn said(config: &StoreConfig) -> Vec<StoreSnapshot> {
    let context = ConnectorContext::new().unwrap();
    let mut said = Vec::new();
    for Arrival { at, headers, body } in told() {
        let read = config.read_notification(&context, &headers, &body, at);
        if let Received::About(read) = read.await.unwrap().received {
            said.extend(read.notice.map(|notice| notice.snapshot));
        }
    }
    said
}

/// Every status that is assumed and some that are not, with every combination of flags, before and
/// after the end, and with words besides that other stores use.
pub(super) fn told() -> Vec<Arrival> {
    let flags = [json!(null), json!(true), json!(false)];
    let mut told = Vec::new();
    for word in WORDS {
        for active in &flags {
            for renews in &flags {
                for end in ["2027-01-05T09:30:00Z", "2026-12-05T09:30:00Z"] {
                    let body = body(word, active, renews, end);
                    told.push(Arrival {
                        at: "2026-12-05T09:30:05Z".parse().unwrap(),
                        headers: sign(&body),
                        body,
                    });
                }
            }
        }
    }
    told
}

fn body(status: &str, active: &Value, auto_renew: &Value, end: &str) -> Vec<u8> {
    let kind = match status {
        "EXPIRED" => "SUBSCRIPTION.EXPIRED",
        "REFUNDED" => "SUBSCRIPTION.PAYMENT.REFUND",
        _ => "SUBSCRIPTION.UPDATED",
    };
    let body = json!({
        "eventType": kind,
        "eventTime": "2026-12-05T09:30:04Z",
        "partnerId": PARTNER,
        "data": {
            "subscriptionId": SUBSCRIPTION, "planCode": Vizio::product(Plan::Basic),
            "pendingPlanCode": Vizio::product(Plan::Premium), "partnerAccountId": "cust-1",
            "status": status, "active": active, "autoRenew": auto_renew,
            "currentPeriodEnd": end, "test": true, "sandbox": true,
            "pausedAt": "2026-12-05T09:30:04Z", "resumesAt": "2026-12-20T09:30:00Z",
            "prepaid": true, "replaces": "vzs-1", "linkedSubscriptionId": "vzs-1",
            "voided": true, "orderId": "VZINV-0000001",
        },
    });
    body.to_string().into_bytes()
}

fn sign(body: &[u8]) -> Vec<(String, String)> {
    let key = hmac::Key::new(hmac::HMAC_SHA256, SIGNING_KEY.as_bytes());
    let signature = hex::encode(hmac::sign(&key, body));
    vec![("x-vizio-signature".to_owned(), signature)]
}
