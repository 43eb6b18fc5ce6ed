//! Contents of a checkout and of a subscription schedule.

use serde::Deserialize;

use super::refs::null_is_none;
use super::{Instant, List, Listed, Metadata, Price, Ref, Thing};

/// Future phases of a subscription.
#[derive(Deserialize)]
pub(in crate::connectors::stripe) struct Schedule {
    #[serde(default)]
    pub(in crate::connectors::stripe) phases: Vec<Phase>,
}

#[derive(Deserialize)]
pub(in crate::connectors::stripe) struct Phase {
    pub(in crate::connectors::stripe) start_date: Instant,
    #[serde(default)]
    pub(in crate::connectors::stripe) items: Vec<PhaseItem>,
}

#[derive(Deserialize)]
pub(in crate::connectors::stripe) struct PhaseItem {
    pub(in crate::connectors::stripe) price: Ref<Price>,
    pub(in crate::connectors::stripe) quantity: Option<i64>,
}

/// Session of Stripe's checkout.
#[derive(Deserialize)]
pub(in crate::connectors::stripe) struct Session {
    pub(in crate::connectors::stripe) id: String,
    pub(in crate::connectors::stripe) livemode: Option<bool>,
    pub(in crate::connectors::stripe) mode: Option<String>,
    pub(in crate::connectors::stripe) status: Option<String>,
    pub(in crate::connectors::stripe) payment_status: Option<String>,
    pub(in crate::connectors::stripe) created: Option<Instant>,
    pub(in crate::connectors::stripe) expires_at: Option<Instant>,
    pub(in crate::connectors::stripe) customer: Option<Ref<Thing>>,
    pub(in crate::connectors::stripe) subscription: Option<Ref<Thing>>,
    pub(in crate::connectors::stripe) payment_intent: Option<Ref<Thing>>,
    pub(in crate::connectors::stripe) client_reference_id: Option<String>,
    pub(in crate::connectors::stripe) metadata: Option<Metadata>,
    #[serde(default, deserialize_with = "null_is_none")]
    pub(in crate::connectors::stripe) line_items: List<SessionItem>,
}

#[derive(Deserialize)]
pub(in crate::connectors::stripe) struct SessionItem {
    id: Option<String>,
    pub(in crate::connectors::stripe) price: Option<Price>,
}

impl Listed for SessionItem {
    fn id(&self) -> Option<&str> {
        self.id.as_deref()
    }
}
