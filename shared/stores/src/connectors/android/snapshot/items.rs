//! Products of a subscription. Google lists them in no documented order: plan, add-ons, replaced
//! items and items that have not begun.

use std::cmp::Reverse;

use domain::Timestamp;

use crate::connectors::android::wire::{Item, Plan, Purchase};

impl Purchase {
    /// Returns the products that count, ordered by: renews, lasts longest, product id.
    ///
    /// An item that has not begun counts only if no other has. An item that another one has
    /// replaced does not count.
    pub(in crate::connectors::android) fn products(&self) -> Vec<&Item> {
        // Google leaves out the expiry of an item that has not begun, such as a deferred
        // replacement.
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
            // The order must not depend on Google's: the first one is the state, and two look-ups
            // of the same purchase must agree.
            (
                Reverse((renews && kept, kept, end)),
                item.product_id.clone(),
            )
        });
        products
    }

    /// Whether an item that lasts longer has replaced this one.
    fn was_taken_over(&self, item: &Item) -> bool {
        let end = |item: &Item| item.expiry_time.map(|at| at.0);
        self.line_items.iter().any(|other| {
            let replaced = other.item_replacement.as_ref();
            replaced.and_then(|replaced| replaced.product_id.as_ref()) == Some(&item.product_id)
                // Google keeps `itemReplacement` for 60 days and lists the replaced item meanwhile.
                && end(other) > end(item)
        })
    }

    /// Whether this product has expired while another one of the purchase continues.
    pub(in crate::connectors::android) fn outlived(
        &self,
        item: &Item,
        observed_at: Timestamp,
    ) -> bool {
        let runs = |item: &Item| item.expiry_time.is_some_and(|at| at.0 > observed_at);
        !runs(item) && self.line_items.iter().any(runs)
    }

    /// Returns the plan that is charged at the next renewal: the item's own, or that of the product
    /// that replaces it then.
    pub(in crate::connectors::android) fn next_plan<'a>(
        &'a self,
        item: &'a Item,
    ) -> Option<&'a Plan> {
        let Some(replacement) = &item.deferred_item_replacement else {
            return item.auto_renewing_plan.as_ref();
        };
        // The replacement may be another base plan of the same product; then it has an item of its
        // own with the same id.
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
