//! Which of an account's products are ours, and by what they are named.

use std::collections::BTreeSet;

use super::wire::Price;

/// What an account sells that counts.
#[derive(Debug, Clone)]
pub(super) struct Catalogue {
    pub(super) named_by: ProductIdFrom,
    /// Ids of products and prices, and lookup keys; all of them where there is none.
    pub(super) ours: Option<BTreeSet<String>>,
}

/// What of a price is the product's id.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum ProductIdFrom {
    Product,
    LookupKey,
    Price,
}

impl Catalogue {
    pub(super) fn has(&self, price: &Price) -> bool {
        let names = [
            Some(price.id.as_str()),
            price.product(),
            price.lookup_key.as_deref(),
        ];
        names.into_iter().flatten().any(|name| self.lists(name))
    }

    /// Whether the list has this name, or there is none.
    pub(super) fn lists(&self, name: &str) -> bool {
        self.ours.as_ref().is_none_or(|ours| ours.contains(name))
    }

    /// The product's id. A price without what it is named by has that of its product, or its own.
    pub(super) fn product_id<'a>(&self, price: &'a Price) -> &'a str {
        let product = || price.product().unwrap_or(&price.id);
        match self.named_by {
            ProductIdFrom::Product => product(),
            ProductIdFrom::LookupKey => price.lookup_key.as_deref().unwrap_or_else(product),
            ProductIdFrom::Price => &price.id,
        }
    }
}
