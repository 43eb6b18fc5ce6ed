//! Stripe's objects, field by field. Fields that we don't know are ignored, and most may be absent;
//! what is there has to have its documented form. No `Debug`: they hold purchase keys.

mod checkout;
mod money;
mod refs;

use std::collections::BTreeMap;

use serde::Deserialize;
use serde::de::DeserializeOwned;
use serde_json::Value;

use refs::null_is_none;

pub(super) use checkout::{Schedule, Session};
pub(super) use money::{Charge, Dispute, InvoicePayment, PaymentIntent, Refund};
pub(super) use refs::{Instant, List, Named, Ref, Thing};

use crate::LookUpError;

/// What a broadcaster wrote on an object.
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
    /// Until 2025-03-31 the subscription had the period, not its items.
    pub(super) current_period_start: Option<Instant>,
    pub(super) current_period_end: Option<Instant>,
}

#[derive(Deserialize)]
pub(super) struct Cancellation {
    pub(super) reason: Option<String>,
}

/// Invoices are made and not charged.
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
    pub(super) subscription: Option<PauseCause>,
}

#[derive(Deserialize)]
pub(super) struct PauseCause {
    #[serde(rename = "type")]
    pub(super) kind: Option<String>,
}

/// One product of a subscription.
#[derive(Deserialize)]
pub(super) struct Item {
    pub(super) id: String,
    pub(super) quantity: Option<i64>,
    pub(super) current_period_start: Option<Instant>,
    pub(super) current_period_end: Option<Instant>,
    pub(super) price: Option<Price>,
    /// The oldest form of a price.
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

#[derive(Deserialize)]
pub(super) struct Invoice {
    pub(super) id: String,
    pub(super) livemode: Option<bool>,
    pub(super) status: Option<String>,
    pub(super) billing_reason: Option<String>,
    pub(super) created: Option<Instant>,
    pub(super) due_date: Option<Instant>,
    pub(super) amount_paid: Option<i64>,
    pub(super) parent: Option<InvoiceParent>,
    /// The same until 2025-03-31.
    pub(super) subscription: Option<Ref<Thing>>,
    #[serde(default, deserialize_with = "null_is_none")]
    pub(super) lines: List<Line>,
}

#[derive(Deserialize)]
pub(super) struct InvoiceParent {
    pub(super) subscription_details: Option<OfSubscription>,
}

#[derive(Deserialize)]
pub(super) struct OfSubscription {
    pub(super) subscription: Option<Ref<Thing>>,
}

#[derive(Deserialize)]
pub(super) struct Line {
    pub(super) period: Option<Period>,
    pub(super) parent: Option<LineParent>,
    /// The same two until 2025-03-31.
    pub(super) subscription_item: Option<String>,
    pub(super) proration: Option<bool>,
}

#[derive(Deserialize)]
pub(super) struct Period {
    pub(super) start: Instant,
    pub(super) end: Instant,
}

#[derive(Deserialize)]
pub(super) struct LineParent {
    pub(super) subscription_item_details: Option<OfItem>,
}

#[derive(Deserialize)]
pub(super) struct OfItem {
    pub(super) subscription_item: Option<String>,
    pub(super) proration: Option<bool>,
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

impl Invoice {
    pub(super) fn is_paid(&self) -> bool {
        self.status.as_deref() == Some("paid")
    }

    /// The subscription that it is for.
    pub(super) fn subscription(&self) -> Option<&str> {
        let parent = self.parent.as_ref();
        let details = parent.and_then(|parent| parent.subscription_details.as_ref());
        let named = details.and_then(|details| details.subscription.as_ref());
        named.or(self.subscription.as_ref()).map(Ref::id)
    }
}

impl Line {
    /// The item that it charges for, where it is said.
    pub(super) fn item(&self) -> Option<&str> {
        let details = self.details();
        let named = details.and_then(|details| details.subscription_item.as_deref());
        named.or(self.subscription_item.as_deref())
    }

    /// Whether it only makes up for a change within a period.
    pub(super) fn is_proration(&self) -> bool {
        let details = self.details().and_then(|details| details.proration);
        details.or(self.proration).unwrap_or(false)
    }

    fn details(&self) -> Option<&OfItem> {
        self.parent.as_ref()?.subscription_item_details.as_ref()
    }
}

impl Named for Invoice {
    fn id(&self) -> &str {
        &self.id
    }
}

impl Named for Price {
    fn id(&self) -> &str {
        &self.id
    }
}

/// Reads an object.
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
