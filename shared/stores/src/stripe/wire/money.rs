//! Payments, and what became of them.

use serde::Deserialize;

use super::{Instant, Metadata, Named, Ref, Thing};

/// What paid (a part of) an invoice.
#[derive(Deserialize)]
pub(in crate::stripe) struct InvoicePayment {
    pub(in crate::stripe) status: Option<String>,
    pub(in crate::stripe) invoice: Option<Ref<super::Invoice>>,
    pub(in crate::stripe) payment: Option<Means>,
}

/// One of them; neither where it was paid outside of Stripe.
#[derive(Deserialize)]
pub(in crate::stripe) struct Means {
    pub(in crate::stripe) payment_intent: Option<Ref<PaymentIntent>>,
    pub(in crate::stripe) charge: Option<Ref<Charge>>,
}

#[derive(Deserialize)]
pub(in crate::stripe) struct PaymentIntent {
    pub(in crate::stripe) id: String,
    pub(in crate::stripe) status: String,
    pub(in crate::stripe) livemode: Option<bool>,
    pub(in crate::stripe) created: Option<Instant>,
    pub(in crate::stripe) amount: Option<i64>,
    pub(in crate::stripe) currency: Option<String>,
    pub(in crate::stripe) customer: Option<Ref<Thing>>,
    pub(in crate::stripe) metadata: Option<Metadata>,
    pub(in crate::stripe) latest_charge: Option<Ref<Charge>>,
}

#[derive(Deserialize)]
pub(in crate::stripe) struct Charge {
    pub(in crate::stripe) id: String,
    pub(in crate::stripe) livemode: Option<bool>,
    pub(in crate::stripe) amount: i64,
    #[serde(default)]
    pub(in crate::stripe) amount_refunded: i64,
    #[serde(default)]
    pub(in crate::stripe) refunded: bool,
    #[serde(default)]
    pub(in crate::stripe) disputed: bool,
    pub(in crate::stripe) created: Option<Instant>,
    pub(in crate::stripe) payment_intent: Option<Ref<Thing>>,
    /// Until 2025-03-31.
    pub(in crate::stripe) invoice: Option<Ref<Thing>>,
}

#[derive(Deserialize)]
pub(in crate::stripe) struct Refund {
    pub(in crate::stripe) amount: i64,
    pub(in crate::stripe) status: Option<String>,
    pub(in crate::stripe) created: Instant,
}

#[derive(Deserialize)]
pub(in crate::stripe) struct Dispute {
    pub(in crate::stripe) status: String,
    pub(in crate::stripe) created: Instant,
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
