//! Offers, and the store products that lead to them.

use aws_sdk_dynamodb::types::{Delete, Put, TransactWriteItem};
use domain::{BroadcasterId, Offer, OfferId, OfferRef, Store};
use serde::{Deserialize, Serialize};

use super::coupons::coupon_key;
use super::{Broadcasters, Page, keyed};
use crate::CloudError;
use crate::condition::condition_failed;
use crate::item::{Item, text, to_item};

/// The longest sort key that DynamoDB takes, in bytes.
const LONGEST_KEY: usize = 1024;

/// So many of an offer's campaigns are deleted in one transaction, which takes 100 writes in all.
const CAMPAIGNS_AT_ONCE: i32 = 50;

/// A product belongs to another offer already.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ProductTaken;

/// Which offer lists a product.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
struct ProductItem {
    offer: OfferRef,
    #[serde(rename = "offerId")]
    offer_id: OfferId,
}

impl Broadcasters {
    /// The offer of that id.
    ///
    /// # Errors
    /// [`CloudError`] if the table can't be read.
    pub async fn offer(
        &self,
        broadcaster: &BroadcasterId,
        offer: &OfferId,
    ) -> Result<Option<Offer>, CloudError> {
        self.get("offer", broadcaster.as_str(), &format!("offer#{offer}"))
            .await
    }

    /// The offer that lists a store's product.
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
            // No offer can list it.
            return Ok(None);
        }
        let found: Option<ProductItem> = self.get("product", broadcaster.as_str(), &sk).await?;
        Ok(found.map(|item| item.offer))
    }

    /// One page of offers, by id.
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

    /// Writes an offer and its products in one transaction.
    ///
    /// # Errors
    /// [`CloudError`] if the table can't be written; the inner error if another offer lists one of
    /// the products.
    pub async fn put_offer(
        &self,
        broadcaster: &BroadcasterId,
        offer: &Offer,
    ) -> Result<Result<(), ProductTaken>, CloudError> {
        let before = self.offer(broadcaster, &offer.offer_id).await?;
        let pk = broadcaster.as_str();
        let mut writes = vec![self.put_item(keyed(
            to_item("offer", offer)?,
            pk,
            &format!("offer#{}", offer.offer_id),
        ))?];
        for (store, product_id) in &offer.product_ids {
            let item = ProductItem {
                offer: offer.reference(),
                offer_id: offer.offer_id.clone(),
            };
            let item = keyed(
                to_item("product", &item)?,
                pk,
                &product_key(*store, product_id),
            );
            writes.push(self.put_own_product(item, &offer.offer_id)?);
        }
        if let Some(before) = before {
            writes.extend(self.dropped_products(broadcaster, &before, Some(offer))?);
        }
        self.write_offer(writes).await
    }

    /// Deletes an offer, its products and its campaigns in one transaction; what campaigns are too
    /// many for one go before. Answers whether there was one.
    ///
    /// # Errors
    /// [`CloudError`] if the table can't be read or written.
    pub async fn delete_offer(
        &self,
        broadcaster: &BroadcasterId,
        offer: &OfferId,
    ) -> Result<bool, CloudError> {
        let Some(before) = self.offer(broadcaster, offer).await? else {
            return Ok(false);
        };
        loop {
            let page = self
                .campaigns(broadcaster, offer, CAMPAIGNS_AT_ONCE, None)
                .await?;
            let mut writes = page
                .rows
                .iter()
                .map(|campaign| self.delete_item(broadcaster, &coupon_key(offer, &campaign.code)))
                .collect::<Result<Vec<_>, _>>()?;
            let last = page.next.is_none();
            if last {
                writes.extend(self.dropped_products(broadcaster, &before, None)?);
                writes.push(self.delete_item(broadcaster, &format!("offer#{offer}"))?);
            }
            self.client
                .transact_write_items()
                .set_transact_items(Some(writes))
                .send()
                .await
                .map_err(|error| CloudError::service("deleting an offer", error))?;
            if last {
                return Ok(true);
            }
        }
    }

    async fn write_offer(
        &self,
        writes: Vec<TransactWriteItem>,
    ) -> Result<Result<(), ProductTaken>, CloudError> {
        let written = self
            .client
            .transact_write_items()
            .set_transact_items(Some(writes))
            .send()
            .await;
        match written {
            Ok(_) => Ok(Ok(())),
            Err(error) if condition_failed(&error) => Ok(Err(ProductTaken)),
            Err(error) => Err(CloudError::service("writing an offer", error)),
        }
    }

    fn dropped_products(
        &self,
        broadcaster: &BroadcasterId,
        before: &Offer,
        after: Option<&Offer>,
    ) -> Result<Vec<TransactWriteItem>, CloudError> {
        before
            .product_ids
            .iter()
            .filter(|(store, product)| {
                after.and_then(|offer| offer.product_ids.get(store)) != Some(product)
            })
            .map(|(store, product)| self.delete_item(broadcaster, &product_key(*store, product)))
            .collect()
    }

    fn put_item(&self, item: Item) -> Result<TransactWriteItem, CloudError> {
        Put::builder()
            .table_name(&self.table)
            .set_item(Some(item))
            .build()
            .map(|put| TransactWriteItem::builder().put(put).build())
            .map_err(|error| CloudError::service("writing an offer", error))
    }

    fn put_own_product(
        &self,
        item: Item,
        offer: &OfferId,
    ) -> Result<TransactWriteItem, CloudError> {
        Put::builder()
            .table_name(&self.table)
            .set_item(Some(item))
            .condition_expression("attribute_not_exists(pk) OR offerId = :offer")
            .expression_attribute_values(":offer", text(offer.as_str()))
            .build()
            .map(|put| TransactWriteItem::builder().put(put).build())
            .map_err(|error| CloudError::service("writing an offer", error))
    }

    fn delete_item(
        &self,
        broadcaster: &BroadcasterId,
        sk: &str,
    ) -> Result<TransactWriteItem, CloudError> {
        Delete::builder()
            .table_name(&self.table)
            .key("pk", text(broadcaster.as_str()))
            .key("sk", text(sk))
            .build()
            .map(|delete| TransactWriteItem::builder().delete(delete).build())
            .map_err(|error| CloudError::service("deleting an offer", error))
    }
}

fn product_key(store: Store, product_id: &str) -> String {
    format!("product#{store}#{product_id}")
}
