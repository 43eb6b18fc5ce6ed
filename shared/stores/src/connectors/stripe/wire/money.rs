//! Payments, refunds and disputes.

use serde::Deserialize;

use super::{Instant, Listed, Metadata, Named, Ref, Thing};

/// Payment of an invoice, or of a part of it.
#[derive(Deserialize)]
pub(in crate::connectors::stripe) struct InvoicePayment {
    id: Option<String>,
    pub(in crate::connectors::stripe) status: Option<String>,
    pub(in crate::connectors::stripe) invoice: Option<Ref<super::Invoice>>,
    pub(in crate::connectors::stripe) payment: Option<Means>,
}

/// Means by which an invoice was paid: `type` names which of the others is set.
#[derive(Deserialize)]
pub(in crate::connectors::stripe) struct Means {
    #[serde(rename = "type")]
    pub(in crate::connectors::stripe) kind: Option<String>,
    pub(in crate::connectors::stripe) payment_intent: Option<Ref<PaymentIntent>>,
    pub(in crate::connectors::stripe) charge: Option<Ref<Charge>>,
    pub(in crate::connectors::stripe) payment_record: Option<Ref<Thing>>,
}

/// Payment that another processor took and the merchant reported.
#[derive(Deserialize)]
pub(in crate::connectors::stripe) struct PaymentRecord {
    pub(in crate::connectors::stripe) id: String,
    pub(in crate::connectors::stripe) amount_requested: Amount,
    pub(in crate::connectors::stripe) amount_refunded: Amount,
}

/// Amount in the minor unit of a currency.
#[derive(Deserialize)]
pub(in crate::connectors::stripe) struct Amount {
    pub(in crate::connectors::stripe) value: i64,
}

#[derive(Deserialize)]
pub(in crate::connectors::stripe) struct PaymentIntent {
    pub(in crate::connectors::stripe) id: String,
    pub(in crate::connectors::stripe) status: String,
    pub(in crate::connectors::stripe) livemode: Option<bool>,
    pub(in crate::connectors::stripe) created: Option<Instant>,
    pub(in crate::connectors::stripe) amount: Option<i64>,
    pub(in crate::connectors::stripe) currency: Option<String>,
    pub(in crate::connectors::stripe) customer: Option<Ref<Thing>>,
    pub(in crate::connectors::stripe) metadata: Option<Metadata>,
    pub(in crate::connectors::stripe) latest_charge: Option<Ref<Charge>>,
    /// Invoice that it pays, before 2025-03-31.
    pub(in crate::connectors::stripe) invoice: Option<Ref<super::Invoice>>,
}

#[derive(Deserialize)]
pub(in crate::connectors::stripe) struct Charge {
    pub(in crate::connectors::stripe) id: String,
    pub(in crate::connectors::stripe) livemode: Option<bool>,
    pub(in crate::connectors::stripe) amount: i64,
    #[serde(default)]
    pub(in crate::connectors::stripe) amount_refunded: i64,
    #[serde(default)]
    pub(in crate::connectors::stripe) refunded: bool,
    #[serde(default)]
    pub(in crate::connectors::stripe) disputed: bool,
    pub(in crate::connectors::stripe) created: Option<Instant>,
    pub(in crate::connectors::stripe) payment_intent: Option<Ref<Thing>>,
    /// Invoice that it paid, before 2025-03-31.
    pub(in crate::connectors::stripe) invoice: Option<Ref<Thing>>,
}

#[derive(Deserialize)]
pub(in crate::connectors::stripe) struct Refund {
    id: Option<String>,
    pub(in crate::connectors::stripe) amount: i64,
    pub(in crate::connectors::stripe) status: Option<String>,
    pub(in crate::connectors::stripe) created: Instant,
}

#[derive(Deserialize)]
pub(in crate::connectors::stripe) struct Dispute {
    id: Option<String>,
    pub(in crate::connectors::stripe) status: String,
    pub(in crate::connectors::stripe) created: Instant,
}

impl Named for PaymentIntent {
    fn id(&self) -> &str {
        &self.id
    }
}

impl Named for Charge {
    fn id(&self) -> &str {
        &self.id
    }
}

impl Listed for InvoicePayment {
    fn id(&self) -> Option<&str> {
        self.id.as_deref()
    }
}

impl Listed for Refund {
    fn id(&self) -> Option<&str> {
        self.id.as_deref()
    }
}

impl Listed for Dispute {
    fn id(&self) -> Option<&str> {
        self.id.as_deref()
    }
}
