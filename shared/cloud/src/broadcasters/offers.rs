//! Offers, and the store products that lead to them.

use aws_sdk_dynamodb::types::builders::DeleteBuilder;
use aws_sdk_dynamodb::types::{Delete, Put, TransactWriteItem};
use domain::{BroadcasterId, Offer, OfferId, OfferRef, Store};
use serde::{Deserialize, Serialize};

use super::coupons::coupon_key;
use super::{Broadcasters, Page, keyed};
use crate::CloudError;
use crate::item::{attribute, text, to_item};
use crate::transaction::{Unwritten, transact};

/// Longest sort key of DynamoDB, in bytes.
const LONGEST_KEY: usize = 1024;

/// Number of campaigns that are deleted in one transaction, which allows 100 writes in all.
const CAMPAIGNS_AT_ONCE: i32 = 50;

/// Number of attempts to change an offer that somebody else changes at the same time.
const ATTEMPTS: usize = 4;

/// Error: another offer lists one of the products.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ProductTaken;

/// Stored product: the offer that lists it.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
struct ProductItem {
    offer: OfferRef,
    #[serde(rename = "offerId")]
    offer_id: OfferId,
}

impl Broadcasters {
    /// Returns an offer by its id.
    ///
    /// # Errors
    /// [`CloudError`] if the table can't be read.
    pub async fn offer(
        &self,
        broadcaster: &BroadcasterId,
        offer: &OfferId,
    ) -> Result<Option<Offer>, CloudError> {
        self.get_cached("offer", broadcaster.as_str(), &format!("offer#{offer}"))
            .await
    }

    /// Returns the offer that lists a store's product.
    ///
    /// # Errors
    /// [`CloudError`] if the table can't be read.
    pub async fn offer_of_product(
        &self,
        broadcaster: &BroadcasterId,
        store: Store,
        product_id: &str,
    ) -> Result<Option<OfferRef>, CloudError> {
        let sk = product_key(store, product_id);
        if sk.len() > LONGEST_KEY {
            // Product ids come from stores and may be longer than any offer can list.
            return Ok(None);
        }
        let found: Option<ProductItem> = self
            .get_cached("product", broadcaster.as_str(), &sk)
            .await?;
        Ok(found.map(|item| item.offer))
    }

    /// Returns one page of offers, by id.
    ///
    /// # Errors
    /// [`CloudError`] if the table can't be read.
    pub async fn offers(
        &self,
        broadcaster: &BroadcasterId,
        limit: i32,
        after: Option<&str>,
    ) -> Result<Page<Offer>, CloudError> {
        self.list("offer", broadcaster.as_str(), "offer#", limit, after)
            .await
    }

    /// Writes an offer and its products in one transaction, on condition that the offer is still as
    /// it was read. Otherwise it is read again.
    ///
    /// # Errors
    /// [`CloudError`] if the table can't be written; the inner error if another offer lists one of
    /// the products.
    pub async fn put_offer(
        &self,
        broadcaster: &BroadcasterId,
        offer: &Offer,
    ) -> Result<Result<(), ProductTaken>, CloudError> {
        for _attempt in 0..ATTEMPTS {
            // The former list of products is needed, because products that were dropped have items
            // to delete.
            let before = self.offer(broadcaster, &offer.offer_id).await?;
            let mut writes = vec![self.put_unchanged(broadcaster, before.as_ref(), offer)?];
            for (store, product_id) in &offer.product_ids {
                writes.push(self.put_own_product(broadcaster, offer, *store, product_id)?);
            }
            // A failed condition of these writes means that another offer has the product; of any
            // other, that the offer has changed since.
            let products = 1..writes.len();
            if let Some(before) = &before {
                let dropped = self.dropped_products(broadcaster, before, Some(offer));
                writes.extend(dropped.await?);
            }
            match self.transact("writing an offer", writes).await {
                Ok(()) => return Ok(Ok(())),
                Err(Unwritten::Conditions(failed)) => {
                    if failed.iter().any(|position| products.contains(position)) {
                        return Ok(Err(ProductTaken));
                    }
                }
                Err(Unwritten::Other(error)) => return Err(error),
            }
        }
        Err(CloudError::Conflict("the offer"))
    }

    /// Deletes an offer, its products and its campaigns in one transaction, and returns whether
    /// there was one. Campaigns beyond the limit of a transaction are deleted before.
    ///
    /// # Errors
    /// [`CloudError`] if the table can't be read or written.
    pub async fn delete_offer(
        &self,
        broadcaster: &BroadcasterId,
        offer: &OfferId,
    ) -> Result<bool, CloudError> {
        let mut attempts = 0;
        while attempts < ATTEMPTS {
            let Some(before) = self.offer(broadcaster, offer).await? else {
                return Ok(false);
            };
            let page = self
                .campaigns(broadcaster, offer, CAMPAIGNS_AT_ONCE, None)
                .await?;
            let mut writes = page
                .rows
                .iter()
                .map(|campaign| {
                    delete(self.delete_key(broadcaster, &coupon_key(offer, &campaign.code)))
                })
                .collect::<Result<Vec<_>, _>>()?;
            // The offer itself goes with the last campaigns. A call that stops before leaves an
            // offer that can be deleted again.
            let last = page.next.is_none();
            if last {
                writes.extend(self.dropped_products(broadcaster, &before, None).await?);
                writes.push(self.delete_unchanged(broadcaster, &before)?);
            }
            match self.transact("deleting an offer", writes).await {
                Ok(()) if last => return Ok(true),
                // Only failed attempts count: an offer may have any number of campaigns.
                Ok(()) => {}
                Err(Unwritten::Conditions(_)) => attempts += 1,
                Err(Unwritten::Other(error)) => return Err(error),
            }
        }
        Err(CloudError::Conflict("the offer"))
    }

    async fn transact(
        &self,
        operation: &'static str,
        writes: Vec<TransactWriteItem>,
    ) -> Result<(), Unwritten> {
        transact(&self.client, operation, "the offer", writes).await
    }

    /// Builds the deletions of the products that an offer no longer lists, unless another offer has
    /// taken them.
    async fn dropped_products(
        &self,
        broadcaster: &BroadcasterId,
        before: &Offer,
        after: Option<&Offer>,
    ) -> Result<Vec<TransactWriteItem>, CloudError> {
        let mut deletes = Vec::new();
        for (store, product) in &before.product_ids {
            if after.and_then(|offer| offer.product_ids.get(store)) == Some(product) {
                continue;
            }
            let sk = product_key(*store, product);
            // The condition fails if another offer takes the product after this read.
            let found: Option<ProductItem> = self.get("product", broadcaster.as_str(), &sk).await?;
            if found.is_some_and(|item| item.offer_id == before.offer_id) {
                deletes.push(delete(
                    self.delete_key(broadcaster, &sk)
                        .condition_expression("offerId = :offer")
                        .expression_attribute_values(":offer", text(before.offer_id.as_str())),
                )?);
            }
        }
        Ok(deletes)
    }

    /// Builds the write of an offer, on condition that it is as it was read.
    fn put_unchanged(
        &self,
        broadcaster: &BroadcasterId,
        before: Option<&Offer>,
        offer: &Offer,
    ) -> Result<TransactWriteItem, CloudError> {
        let sk = format!("offer#{}", offer.offer_id);
        let item = keyed(to_item("offer", offer)?, broadcaster.as_str(), &sk);
        let put = Put::builder().table_name(&self.table).set_item(Some(item));
        let put = match before {
            None => put.condition_expression("attribute_not_exists(pk)"),
            Some(before) => put
                .condition_expression(SAME_PRODUCTS)
                .expression_attribute_values(
                    ":before",
                    attribute("products", &before.product_ids)?,
                ),
        };
        put.build()
            .map(|put| TransactWriteItem::builder().put(put).build())
            .map_err(|error| CloudError::service("writing an offer", error))
    }

    fn delete_unchanged(
        &self,
        broadcaster: &BroadcasterId,
        before: &Offer,
    ) -> Result<TransactWriteItem, CloudError> {
        let products = attribute("products", &before.product_ids)?;
        delete(
            self.delete_key(broadcaster, &format!("offer#{}", before.offer_id))
                .condition_expression(SAME_PRODUCTS)
                .expression_attribute_values(":before", products),
        )
    }

    fn put_own_product(
        &self,
        broadcaster: &BroadcasterId,
        offer: &Offer,
        store: Store,
        product_id: &str,
    ) -> Result<TransactWriteItem, CloudError> {
        let item = ProductItem {
            offer: offer.reference(),
            offer_id: offer.offer_id.clone(),
        };
        let sk = product_key(store, product_id);
        Put::builder()
            .table_name(&self.table)
            .set_item(Some(keyed(
                to_item("product", &item)?,
                broadcaster.as_str(),
                &sk,
            )))
            // The same offer may write its product again; another one may not take it.
            .condition_expression("attribute_not_exists(pk) OR offerId = :offer")
            .expression_attribute_values(":offer", text(offer.offer_id.as_str()))
            .build()
            .map(|put| TransactWriteItem::builder().put(put).build())
            .map_err(|error| CloudError::service("writing an offer", error))
    }

    fn delete_key(&self, broadcaster: &BroadcasterId, sk: &str) -> DeleteBuilder {
        Delete::builder()
            .table_name(&self.table)
            .key("pk", text(broadcaster.as_str()))
            .key("sk", text(sk))
    }
}

/// Condition that an offer lists the products with which it was read. Items of the first version
/// may lack the list.
const SAME_PRODUCTS: &str =
    "attribute_exists(pk) AND (attribute_not_exists(productIds) OR productIds = :before)";

fn delete(delete: DeleteBuilder) -> Result<TransactWriteItem, CloudError> {
    delete
        .build()
        .map(|delete| TransactWriteItem::builder().delete(delete).build())
        .map_err(|error| CloudError::service("deleting an offer", error))
}

fn product_key(store: Store, product_id: &str) -> String {
    format!("product#{store}#{product_id}")
}
