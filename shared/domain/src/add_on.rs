//! Purchases of several products: which product decides the subscription, and what the others give.

use std::cmp::Reverse;
use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::{OfferId, OfferRef, Reading, StoreSnapshot, StoreState, Subscription, Timestamp};

/// Another product of a purchase, beside the one that decides the subscription.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct AddOn {
    /// The store's product id.
    pub product_id: String,
    /// End of its running period.
    pub period_end: Timestamp,
    /// Whether the store will charge for it again.
    #[serde(default)]
    pub auto_renew: bool,
    /// The offer that lists it, if one does.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub offer: Option<OfferRef>,
}

impl AddOn {
    /// Whether it may be watched at `now`, provided that its subscription grants access.
    #[must_use]
    pub fn grants_access(&self, now: Timestamp) -> bool {
        self.auto_renew || now < self.period_end
    }
}

impl StoreSnapshot {
    /// The ids of all products of the purchase.
    pub fn product_ids(&self) -> impl Iterator<Item = &str> {
        self.states().map(|state| state.product_id.as_str())
    }

    /// Reduces the products of the purchase to the one that decides the subscription; the others that
    /// have not ended become add-ons.
    ///
    /// A product that an offer lists comes first, then one that has not ended, then the product of the
    /// subscription as it is `known`, then that of the offer that a claim `named`, then what renews.
    /// Only between equals does the order decide in which the connector lists them.
    #[must_use]
    pub fn select(
        mut self,
        offers: &BTreeMap<String, OfferRef>,
        known: Option<&Subscription>,
        named: Option<&OfferId>,
    ) -> (Self, Vec<AddOn>) {
        if self.alternatives.is_empty() {
            return (self, Vec::new());
        }
        let rank = |state: &StoreState| {
            let offer = offers.get(&state.product_id);
            let continued = known.filter(|known| known.state.product_id == state.product_id);
            // A known subscription keeps its offer, also when that no longer lists the product.
            let kept = continued.is_some_and(|known| known.offer.is_some());
            (
                offer.is_some() || kept,
                !state.status.is_ended(),
                continued.is_some(),
                offer.is_some_and(|offer| {
                    named.is_some_and(|id| id.is_or_leaves_out_the_country_of(&offer.offer_id))
                }),
                state.auto_renew,
            )
        };
        let best = self.states().enumerate();
        let best = best.min_by_key(|(_, state)| Reverse(rank(state)));
        let position = best.map_or(0, |(position, _)| position);
        if let (Reading::Known(main), Some(other)) = (
            &mut self.reading,
            position
                .checked_sub(1)
                .and_then(|index| self.alternatives.get_mut(index)),
        ) {
            std::mem::swap(main, other);
        }
        let others = std::mem::take(&mut self.alternatives).into_iter();
        let add_ons = others
            .filter(|state| !state.status.is_ended())
            .map(|state| AddOn {
                offer: offers.get(&state.product_id).cloned(),
                product_id: state.product_id,
                period_end: state.period_end,
                auto_renew: state.auto_renew,
            });
        let add_ons = add_ons.collect();
        (self, add_ons)
    }

    fn states(&self) -> impl Iterator<Item = &StoreState> {
        let main = match &self.reading {
            Reading::Known(state) => Some(state),
            Reading::UnknownStatus(_) | Reading::Replaced => None,
        };
        main.into_iter()
            .chain(self.alternatives.iter().filter(move |_| main.is_some()))
    }
}
