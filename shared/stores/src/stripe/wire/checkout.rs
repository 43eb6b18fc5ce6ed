//! Contents of a checkout and of a subscription schedule.

use serde::Deserialize;

use super::refs::null_is_none;
use super::{Instant, List, Listed, Metadata, Price, Ref, Thing};

/// Future phases of a subscription.
#[derive(Deserialize)]
pub(in crate::stripe) struct Schedule {
    #[serde(default)]
    pub(in crate::stripe) phases: Vec<Phase>,
}

#[derive(Deserialize)]
pub(in crate::stripe) struct Phase {
    pub(in crate::stripe) start_date: Instant,
    #[serde(default)]
    pub(in crate::stripe) items: Vec<PhaseItem>,
}

#[derive(Deserialize)]
pub(in crate::stripe) struct PhaseItem {
    pub(in crate::stripe) price: Ref<Price>,
    pub(in crate::stripe) quantity: Option<i64>,
}

/// Session of Stripe's checkout.
#[derive(Deserialize)]
pub(in crate::stripe) struct Session {
    pub(in crate::stripe) id: String,
    pub(in crate::stripe) livemode: Option<bool>,
    pub(in crate::stripe) mode: Option<String>,
    pub(in crate::stripe) status: Option<String>,
    pub(in crate::stripe) payment_status: Option<String>,
    pub(in crate::stripe) created: Option<Instant>,
    pub(in crate::stripe) expires_at: Option<Instant>,
    pub(in crate::stripe) customer: Option<Ref<Thing>>,
    pub(in crate::stripe) subscription: Option<Ref<Thing>>,
    pub(in crate::stripe) payment_intent: Option<Ref<Thing>>,
    pub(in crate::stripe) client_reference_id: Option<String>,
    pub(in crate::stripe) metadata: Option<Metadata>,
    #[serde(default, deserialize_with = "null_is_none")]
    pub(in crate::stripe) line_items: List<SessionItem>,
}

#[derive(Deserialize)]
pub(in crate::stripe) struct SessionItem {
    id: Option<String>,
    pub(in crate::stripe) price: Option<Price>,
}

impl Listed for SessionItem {
    fn id(&self) -> Option<&str> {
        self.id.as_deref()
    }
}
