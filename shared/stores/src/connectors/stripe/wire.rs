//! Stripe's objects. Unknown fields are ignored and most may be absent; a field that is present
//! must have its documented form. No `Debug`, because they contain purchase keys.

pub(in crate::connectors::stripe) mod ids;

mod checkout;
mod event;
mod invoice;
mod money;
mod refs;

use std::collections::BTreeMap;

use serde::Deserialize;
use serde::de::DeserializeOwned;
use serde_json::Value;

use refs::null_is_none;

pub(super) use checkout::{Schedule, Session};
pub(super) use event::{Event, Object};
pub(super) use invoice::{Invoice, Line, Purpose};
pub(super) use money::{
    Charge, Dispute, InvoicePayment, Means, PaymentIntent, PaymentRecord, Refund,
};
pub(super) use refs::{Instant, List, Listed, Named, Ref, Thing};

use crate::LookUpError;

/// Metadata that a broadcaster wrote on an object.
pub(super) type Metadata = BTreeMap<String, String>;

#[derive(Deserialize)]
pub(super) struct Subscription {
    pub(super) id: String,
    pub(super) status: String,
    pub(super) livemode: Option<bool>,
    pub(super) customer: Option<Ref<Thing>>,
    pub(super) created: Option<Instant>,
    pub(super) start_date: Option<Instant>,
    pub(super) cancel_at: Option<Instant>,
    pub(super) cancel_at_period_end: Option<bool>,
    pub(super) canceled_at: Option<Instant>,
    pub(super) ended_at: Option<Instant>,
    pub(super) cancellation_details: Option<Cancellation>,
    pub(super) pause_collection: Option<PauseCollection>,
    pub(super) status_details: Option<StatusDetails>,
    pub(super) trial_end: Option<Instant>,
    pub(super) latest_invoice: Option<Ref<Invoice>>,
    pub(super) schedule: Option<Ref<Thing>>,
    pub(super) metadata: Option<Metadata>,
    #[serde(default, deserialize_with = "null_is_none")]
    pub(super) items: List<Item>,
    /// Until 2025-03-31 the subscription had the period, and not its items.
    pub(super) current_period_start: Option<Instant>,
    pub(super) current_period_end: Option<Instant>,
}

#[derive(Deserialize)]
pub(super) struct Cancellation {
    pub(super) reason: Option<String>,
}

/// Pause in which invoices are made and not charged.
#[derive(Deserialize)]
pub(super) struct PauseCollection {
    pub(super) behavior: Option<String>,
    pub(super) resumes_at: Option<Instant>,
}

#[derive(Deserialize)]
pub(super) struct StatusDetails {
    pub(super) paused: Option<PausedDetails>,
}

#[derive(Deserialize)]
pub(super) struct PausedDetails {
    #[serde(rename = "type")]
    pub(super) kind: Option<String>,
    pub(super) subscription: Option<PauseCause>,
}

#[derive(Deserialize)]
pub(super) struct PauseCause {
    #[serde(rename = "type")]
    pub(super) kind: Option<String>,
}

/// Product of a subscription.
#[derive(Deserialize)]
pub(super) struct Item {
    pub(super) id: String,
    pub(super) quantity: Option<i64>,
    pub(super) current_period_start: Option<Instant>,
    pub(super) current_period_end: Option<Instant>,
    pub(super) price: Option<Price>,
    /// Oldest form of a price.
    pub(super) plan: Option<Price>,
}

#[derive(Deserialize)]
pub(super) struct Price {
    pub(super) id: String,
    pub(super) product: Option<Ref<Thing>>,
    pub(super) lookup_key: Option<String>,
    pub(super) currency: Option<String>,
    #[serde(alias = "amount")]
    pub(super) unit_amount: Option<i64>,
}

impl Price {
    pub(super) fn product(&self) -> Option<&str> {
        self.product.as_ref().map(Ref::id)
    }
}

impl Item {
    pub(super) fn price(&self) -> Option<&Price> {
        self.price.as_ref().or(self.plan.as_ref())
    }
}

impl Listed for Item {
    fn id(&self) -> Option<&str> {
        Some(&self.id)
    }
}

impl Named for Price {
    fn id(&self) -> &str {
        &self.id
    }
}

/// Deserialises an object.
pub(super) fn read<T: DeserializeOwned>(json: &Value) -> Result<T, LookUpError> {
    serde_path_to_error::deserialize(json).map_err(|error| {
        let path = error.path();
        malformed(&format!(
            "the field {path} is missing or has an unknown form"
        ))
    })
}

pub(super) fn malformed(what: &str) -> LookUpError {
    LookUpError::Malformed(what.to_owned())
}
