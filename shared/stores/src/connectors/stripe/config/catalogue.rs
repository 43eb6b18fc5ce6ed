//! The account's products that belong to the broadcaster, and how they are named.

use std::collections::BTreeSet;

use crate::connectors::stripe::wire::Price;

/// Products of an account that count.
#[derive(Debug, Clone)]
pub(in crate::connectors::stripe) struct Catalogue {
    pub(in crate::connectors::stripe) named_by: ProductIdFrom,
    /// Ids of products and prices, and lookup keys; `None` if all products count.
    pub(in crate::connectors::stripe) ours: Option<BTreeSet<String>>,
}

/// Field of a price that is the product id.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::connectors::stripe) enum ProductIdFrom {
    Product,
    LookupKey,
    Price,
}

impl Catalogue {
    pub(in crate::connectors::stripe) fn has(&self, price: &Price) -> bool {
        let names = [
            Some(price.id.as_str()),
            price.product(),
            price.lookup_key.as_deref(),
        ];
        names.into_iter().flatten().any(|name| self.lists(name))
    }

    /// Whether the list contains this name, or there is no list.
    pub(in crate::connectors::stripe) fn lists(&self, name: &str) -> bool {
        self.ours.as_ref().is_none_or(|ours| ours.contains(name))
    }

    /// Returns the product id. A price without the configured field gets its product's id, or its
    /// own.
    pub(in crate::connectors::stripe) fn product_id<'a>(&self, price: &'a Price) -> &'a str {
        // Prices are replaced often, so the product is the better fallback.
        let product = || price.product().unwrap_or(&price.id);
        match self.named_by {
            ProductIdFrom::Product => product(),
            ProductIdFrom::LookupKey => price.lookup_key.as_deref().unwrap_or_else(product),
            ProductIdFrom::Price => &price.id,
        }
    }
}
