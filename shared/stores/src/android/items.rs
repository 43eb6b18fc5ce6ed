//! The products of a subscription. Google lists them in no promised order: plan, add-ons, what was
//! replaced and what has not begun.

use std::cmp::Reverse;

use domain::Timestamp;

use super::wire::{Item, Plan, Purchase};

impl Purchase {
    /// The products that count, in an order of their own: what renews, then what lasts longest, then by
    /// product id. What has not begun counts only if nothing has, and what another item has replaced
    /// does not count.
    pub(super) fn products(&self) -> Vec<&Item> {
        let begun = |item: &&Item| item.expiry_time.is_some();
        let mut products: Vec<&Item> = self.line_items.iter().filter(begun).collect();
        products.retain(|item| !self.was_taken_over(item));
        if products.is_empty() {
            products = self.line_items.iter().collect();
        }
        products.sort_by_cached_key(|item| {
            let renews = self
                .next_plan(item)
                .is_some_and(|plan| plan.auto_renew_enabled);
            let kept = item.deferred_item_removal.is_none();
            let end = item.expiry_time.map(|at| at.0);
            (
                Reverse((renews && kept, kept, end)),
                item.product_id.clone(),
            )
        });
        products
    }

    /// Whether an item that lasts longer has taken over from this one.
    fn was_taken_over(&self, item: &Item) -> bool {
        let end = |item: &Item| item.expiry_time.map(|at| at.0);
        self.line_items.iter().any(|other| {
            let replaced = other.item_replacement.as_ref();
            replaced.and_then(|replaced| replaced.product_id.as_ref()) == Some(&item.product_id)
                && end(other) > end(item)
        })
    }

    /// Whether this product has run out while another one of the purchase goes on.
    pub(super) fn outlived(&self, item: &Item, observed_at: Timestamp) -> bool {
        let runs = |item: &Item| item.expiry_time.is_some_and(|at| at.0 > observed_at);
        !runs(item) && self.line_items.iter().any(runs)
    }

    /// What is charged at the next renewal: the item's own plan, or that of the product that
    /// replaces it then.
    pub(super) fn next_plan<'a>(&'a self, item: &'a Item) -> Option<&'a Plan> {
        let Some(replacement) = &item.deferred_item_replacement else {
            return item.auto_renewing_plan.as_ref();
        };
        let replacing = |other: &&Item| other.product_id == replacement.product_id;
        let other = self
            .line_items
            .iter()
            .filter(|other| !std::ptr::eq(*other, item));
        other
            .into_iter()
            .find(replacing)?
            .auto_renewing_plan
            .as_ref()
    }
}
