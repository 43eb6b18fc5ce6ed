//! Reads of subscriptions. All but those of the index `due` are strongly consistent.

use std::collections::HashMap;

use aws_sdk_dynamodb::types::KeysAndAttributes;
use domain::{
    BroadcasterId, CustomerId, Locator, PurchaseRef, Subscription, SubscriptionId, Timestamp,
};
use serde::Deserialize;

use super::alias::MOST_LEADS;
use super::{Alias, DueCheck, Entry, ParkedNotice, PurchaseRecord, StoredReceipt, Subscriptions};
use crate::CloudError;
use crate::broadcasters::Page;
use crate::busy::Waits;
use crate::clock::credible;
use crate::due::{Due, DueIndex};
use crate::item::{Item, from_item, purchase_partition, text};

/// Largest number of items of a batch read.
const BATCH: usize = 100;

/// Number of attempts to read a customer's subscriptions while one of them is being replaced.
const READINGS: usize = 5;

#[derive(Deserialize)]
struct LeadItem {
    lead: Alias,
}

#[derive(Deserialize)]
struct StoredItem {
    subscription: Subscription,
    #[serde(default)]
    locator: Option<Locator>,
    #[serde(default, rename = "put_off")]
    deferrals: u32,
    #[serde(default)]
    due_at: Option<Timestamp>,
    #[serde(default)]
    notice: Option<ParkedNotice>,
    #[serde(default)]
    receipt: Option<StoredReceipt>,
}

#[derive(Deserialize)]
struct Link {
    target_pk: String,
    target_sk: String,
}

impl Subscriptions {
    /// Returns a purchase by its own key; `None` for any other key.
    ///
    /// # Errors
    /// [`CloudError`] if the table can't be read.
    pub async fn current(
        &self,
        purchase: &PurchaseRef,
    ) -> Result<Option<PurchaseRecord>, CloudError> {
        Ok(match self.place(purchase).await? {
            Some(Entry::Purchase(stored)) => Some(stored),
            Some(Entry::Alias(_)) | None => None,
        })
    }

    /// Returns the subscription of one generation of a purchase, under whatever key the purchase is
    /// stored now.
    ///
    /// # Errors
    /// [`CloudError`] if the table can't be read.
    pub async fn generation(
        &self,
        purchase: &PurchaseRef,
        generation: u32,
    ) -> Result<Option<Subscription>, CloudError> {
        let former = format!("former#{generation:06}");
        let mut purchase = purchase.clone();
        for _alias in 0..MOST_LEADS {
            let place = self.place(&purchase).await?;
            if let Some(Entry::Purchase(stored)) = &place
                && stored.subscription.ownership.generation == generation
            {
                return Ok(Some(stored.subscription.clone()));
            }
            // A former owner's subscription stays under the key that the purchase had then,
            // whatever has replaced it since.
            let pk = purchase_partition(&purchase);
            if let Some(Entry::Purchase(stored)) = self.get(&pk, &former).await? {
                return Ok(Some(stored.subscription));
            }
            match place {
                Some(Entry::Alias(lead)) => purchase.key = lead.to,
                Some(Entry::Purchase(_)) | None => return Ok(None),
            }
        }
        Ok(None)
    }

    /// Returns one page of a customer's subscriptions, former ones included, by subscription id.
    ///
    /// # Errors
    /// [`CloudError`] if the table can't be read.
    pub async fn of_customer(
        &self,
        broadcaster: &BroadcasterId,
        customer: &CustomerId,
        limit: i32,
        after: Option<SubscriptionId>,
    ) -> Result<Page<Subscription>, CloudError> {
        for _reading in 0..READINGS {
            let read = self.try_of_customer(broadcaster, customer, limit, after);
            if let Some(page) = read.await? {
                return Ok(page);
            }
        }
        Err(CloudError::Conflict("the customer's subscriptions"))
    }

    /// Returns `None` if one of the purchases was replaced between the two reads: then its link
    /// leads to the new one.
    async fn try_of_customer(
        &self,
        broadcaster: &BroadcasterId,
        customer: &CustomerId,
        limit: i32,
        after: Option<SubscriptionId>,
    ) -> Result<Option<Page<Subscription>>, CloudError> {
        let pk = format!("{broadcaster}#customer#{customer}");
        let start = after.map(|after| key(&pk, &after.to_string()));
        let answer = self
            .client
            .query()
            .table_name(&self.table)
            .key_condition_expression("pk = :pk")
            .expression_attribute_values(":pk", text(&pk))
            .consistent_read(true)
            // The limit counts links, so a page may have fewer rows and still be followed by
            // another one.
            .limit(limit)
            .set_exclusive_start_key(start)
            .send()
            .await
            .map_err(|error| CloudError::service("reading a customer's subscriptions", error))?;
        let next = answer
            .last_evaluated_key
            .as_ref()
            .and_then(|key| key.get("sk"))
            .and_then(|sk| sk.as_s().ok())
            .cloned();
        let links = answer
            .items
            .unwrap_or_default()
            .into_iter()
            .map(|item| from_item("link", item))
            .collect::<Result<Vec<Link>, _>>()?;
        let Some(mut rows) = self.batch(&links).await? else {
            return Ok(None);
        };
        // The purchase may have gone to another customer between the two reads.
        rows.retain(|subscription| subscription.ownership.customer_id.as_ref() == Some(customer));
        // A batch read returns items in any order.
        rows.sort_by_key(|subscription| subscription.ownership.subscription_id);
        Ok(Some(Page { rows, next }))
    }

    /// Returns all of a customer's subscriptions.
    ///
    /// # Errors
    /// [`CloudError`] if the table can't be read.
    pub async fn all_of_customer(
        &self,
        broadcaster: &BroadcasterId,
        customer: &CustomerId,
    ) -> Result<Vec<Subscription>, CloudError> {
        let mut all = Vec::new();
        let mut after = None;
        loop {
            let page = self.of_customer(broadcaster, customer, 100, after).await?;
            all.extend(page.rows);
            after = page.next.and_then(|next| next.parse().ok());
            if after.is_none() {
                return Ok(all);
            }
        }
    }

    /// Returns the index of the checks that are due.
    #[must_use]
    pub fn due_checks(&self) -> DueIndex<DueCheck> {
        DueIndex::new(&self.client, &self.table, &["pk", "sk"])
    }

    /// Returns when a purchase whose check is due now is due again if that finds nothing new. `None`
    /// if this version can't tell.
    ///
    /// # Errors
    /// [`CloudError`] if the table can't be read.
    pub async fn after_check(
        &self,
        due: &Due<DueCheck>,
        now: Timestamp,
    ) -> Result<Option<Timestamp>, CloudError> {
        let part = |name| due.key.get(name).and_then(|part| part.as_s().ok());
        let (Some(pk), Some(sk)) = (part("pk"), part("sk")) else {
            return Ok(None);
        };
        match self.get(pk, sk).await {
            Ok(Some(Entry::Purchase(stored))) => Ok(Some(stored.after_check(now))),
            // What a newer version wrote stops no other check. Its own verification fails, and says
            // so.
            Ok(_) | Err(CloudError::Stored { .. }) => Ok(None),
            Err(error) => Err(error),
        }
    }

    pub(super) async fn get(&self, pk: &str, sk: &str) -> Result<Option<Entry>, CloudError> {
        let answer = self
            .client
            .get_item()
            .table_name(&self.table)
            .set_key(Some(key(pk, sk)))
            .consistent_read(true)
            .send()
            .await
            .map_err(|error| CloudError::service("reading a subscription", error))?;
        let Some(item) = answer.item else {
            return Ok(None);
        };
        if item.contains_key("lead") {
            let LeadItem { lead } = from_item("lead", item)?;
            let since = credible(lead.since);
            return Ok(Some(Entry::Alias(Alias { since, ..lead })));
        }
        Ok(Some(Entry::Purchase(stored(item)?)))
    }

    /// Returns `None` if one of the items only leads to a purchase.
    async fn batch(&self, links: &[Link]) -> Result<Option<Vec<Subscription>>, CloudError> {
        let mut found = Vec::with_capacity(links.len());
        for chunk in links.chunks(BATCH) {
            let mut keys: Vec<Item> = chunk
                .iter()
                .map(|link| key(&link.target_pk, &link.target_sk))
                .collect();
            let mut waits = Waits::of("the customer's subscriptions");
            while !keys.is_empty() {
                let wanted = KeysAndAttributes::builder()
                    .set_keys(Some(keys))
                    .consistent_read(true)
                    .build()
                    .map_err(|error| CloudError::service("reading subscriptions", error))?;
                let answer = self
                    .client
                    .batch_get_item()
                    .request_items(&self.table, wanted)
                    .send()
                    .await
                    .map_err(|error| CloudError::service("reading subscriptions", error))?;
                let responses = answer.responses.unwrap_or_default();
                let items: Vec<Item> = responses.into_values().flatten().collect();
                let progress = !items.is_empty();
                for item in items {
                    if item.contains_key("lead") {
                        return Ok(None);
                    }
                    found.push(stored(item)?.subscription);
                }
                // DynamoDB returns at most 16 MB, or what it has capacity for; the rest is requested
                // again, after a wait.
                let left: HashMap<_, _> = answer.unprocessed_keys.unwrap_or_default();
                keys = left.into_values().flat_map(|wanted| wanted.keys).collect();
                if progress {
                    waits = Waits::of("the customer's subscriptions");
                }
                if !keys.is_empty() {
                    waits.wait().await?;
                }
            }
        }
        Ok(Some(found))
    }
}

/// Reads a purchase from its item. Times that decide an order and lie in the future count as past.
fn stored(item: Item) -> Result<PurchaseRecord, CloudError> {
    let item: StoredItem = from_item("subscription", item)?;
    let mut subscription = item.subscription;
    subscription.watermark = credible(subscription.watermark);
    subscription.state_as_of = subscription.state_as_of.map(credible);
    if let Some(claim) = &mut subscription.ownership.claim {
        claim.submitted_at = credible(claim.submitted_at);
    }
    Ok(PurchaseRecord {
        // Items of the first version have no locator.
        locator: item.locator.unwrap_or_else(|| Locator {
            key: subscription.purchase_key.clone(),
            details: subscription.state.details.clone(),
        }),
        subscription,
        deferrals: item.deferrals,
        due_at: item.due_at,
        notice: item.notice,
        receipt: item.receipt,
    })
}

fn key(pk: &str, sk: &str) -> Item {
    Item::from([("pk".to_owned(), text(pk)), ("sk".to_owned(), text(sk))])
}
