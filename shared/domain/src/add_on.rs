//! Purchases of several products: the product that decides the subscription, and the add-ons (ADR
//! 30).

use std::cmp::Reverse;
use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::{OfferId, OfferRef, Reading, StoreSnapshot, StoreState, Subscription, Timestamp};

/// Product of a purchase beside the one that decides the subscription.
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
    /// Offer that lists it, if one does.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub offer: Option<OfferRef>,
}

impl AddOn {
    /// Whether it grants access at `now`, provided that its subscription does.
    #[must_use]
    pub fn grants_access(&self, now: Timestamp) -> bool {
        self.auto_renew || now < self.period_end
    }
}

impl StoreSnapshot {
    /// Returns the ids of all products of the purchase.
    pub fn product_ids(&self) -> impl Iterator<Item = &str> {
        self.states().map(|state| state.product_id.as_str())
    }

    /// Selects the product that decides the subscription; the others that have not ended become
    /// add-ons.
    ///
    /// A product that an offer lists comes first, then one that has not ended, then the product of
    /// the `known` subscription, then that of the offer that a claim `named`, then one that renews.
    /// Only between equals does the connector's order decide.
    #[must_use]
    pub fn select(
        mut self,
        offers: &BTreeMap<String, OfferRef>,
        known: Option<&Subscription>,
        named: Option<&OfferId>,
    ) -> (Self, Vec<AddOn>) {
        // Nearly every purchase has a single product.
        if self.alternatives.is_empty() {
            return (self, Vec::new());
        }
        let rank = |state: &StoreState| {
            let offer = offers.get(&state.product_id);
            let continued = known.filter(|known| known.state.product_id == state.product_id);
            // A known subscription keeps its offer, even if that no longer lists the product.
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
        // The minimum of reversed ranks and not the maximum: of equals, `max_by_key` returns the
        // last one.
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
        // An add-on that has ended has no event of its own, so there is nothing to keep.
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

    /// Returns all states of the purchase. An unknown status of the first one makes the others
    /// meaningless.
    fn states(&self) -> impl Iterator<Item = &StoreState> {
        let main = match &self.reading {
            Reading::Known(state) => Some(state),
            Reading::UnknownStatus(_) | Reading::Replaced => None,
        };
        main.into_iter()
            .chain(self.alternatives.iter().filter(move |_| main.is_some()))
    }
}
