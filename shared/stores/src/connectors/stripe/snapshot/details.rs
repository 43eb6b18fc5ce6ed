//! Details of a purchase that webhooks show.

use std::collections::BTreeMap;

use domain::Timestamp;
use serde::Serialize;

use super::binding::PLATFORM;
use crate::connectors::stripe::wire::ids::LONGEST;
use crate::connectors::stripe::wire::{Metadata, Ref, Thing};
use crate::fields::shortened;
use crate::string_map::written;

/// The `inAppSpecificData` of webhooks; `docs/stores/stripe.md` lists it.
#[derive(Debug, Clone, Default, Serialize)]
#[serde(rename_all = "camelCase")]
pub(in crate::connectors::stripe) struct Details {
    pub(in crate::connectors::stripe) subscription_id: Option<String>,
    pub(in crate::connectors::stripe) checkout_session_id: Option<String>,
    pub(in crate::connectors::stripe) payment_intent_id: Option<String>,
    /// `oneTime`; subscriptions have none.
    pub(in crate::connectors::stripe) purchase_type: Option<&'static str>,
    pub(in crate::connectors::stripe) stripe_customer_id: Option<String>,
    /// Device on which the purchase began, if the shop wrote it into the metadata.
    pub(in crate::connectors::stripe) platform: Option<String>,
    pub(in crate::connectors::stripe) price_id: Option<String>,
    pub(in crate::connectors::stripe) quantity: Option<String>,
    pub(in crate::connectors::stripe) invoice_id: Option<String>,
    pub(in crate::connectors::stripe) paid_start: Option<Timestamp>,
    pub(in crate::connectors::stripe) paid_end: Option<Timestamp>,
    pub(in crate::connectors::stripe) collection_paused: Option<String>,
}

impl Details {
    /// Builds the details that every purchase shows; of several metadata the first one counts.
    pub(in crate::connectors::stripe) fn of_customer(
        customer: Option<&Ref<Thing>>,
        metadata: &[Option<&Metadata>],
    ) -> Self {
        let mut metadata = metadata.iter().flatten();
        let platform = metadata.find_map(|written| written.get(PLATFORM));
        Self {
            stripe_customer_id: customer
                .map(|customer| customer.id().chars().take(LONGEST).collect()),
            platform: platform.map(|platform| shortened(platform)),
            ..Self::default()
        }
    }

    /// Returns the fields as webhooks show them.
    pub(in crate::connectors::stripe) fn written(&self) -> BTreeMap<String, String> {
        written(self)
    }
}
