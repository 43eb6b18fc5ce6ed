//! Writes of decisions: the state and its events in one write (ADR 4).

use aws_sdk_dynamodb::types::{AttributeValue, Put, TransactWriteItem};
use domain::{CustomerId, Decision, Event, Subscription, Timestamp};

use super::{
    Alias, CURRENT, Change, NextCheck, ParkedNotice, PurchaseRecord, Subscriptions, announced,
};
use crate::CloudError;
use crate::condition::{condition_failed, met_a_transaction};
use crate::item::{Item, attribute, due_shard, number, purchase_partition, sortable, text};
use crate::transaction::{Unwritten, transact};

impl Subscriptions {
    /// Writes a change and `others` in one transaction. Returns the purchase as stored afterwards;
    /// `None` if nothing was decided about it. An answer that shows what is stored is not written
    /// (ADR 47), unless `others` have to be written on the same condition.
    ///
    /// # Errors
    /// [`CloudError::Conflict`] if another function wrote first: read, decide and write again.
    pub async fn write(
        &self,
        change: &Change<'_>,
        others: Vec<TransactWriteItem>,
    ) -> Result<Option<PurchaseRecord>, CloudError> {
        let after = change.after();
        if others.is_empty()
            && let (Some(before), Some(after)) = (change.before, &after)
            && change.shows_what_is_stored(before, after)
        {
            return Ok(Some(before.clone()));
        }
        let puts = match &after {
            Some(after) => self.puts(change, after)?,
            None => Vec::new(),
        };
        self.send(puts, others).await?;
        Ok(after)
    }

    /// Reschedules the check of a purchase whose store gave no answer.
    ///
    /// # Errors
    /// As for [`Subscriptions::write`].
    pub async fn reschedule(
        &self,
        stored: &PurchaseRecord,
        due_at: Timestamp,
        notice: Option<&ParkedNotice>,
        now: Timestamp,
    ) -> Result<(), CloudError> {
        let decision = Decision::keep(stored.subscription.clone());
        let change = Change {
            next_check: NextCheck::Deferred { due_at, notice },
            ..Change::unasked(stored, &decision, now)
        };
        self.write(&change, Vec::new()).await.map(drop)
    }

    async fn send(
        &self,
        mut puts: Vec<Put>,
        others: Vec<TransactWriteItem>,
    ) -> Result<(), CloudError> {
        // A transaction costs twice the write units of a single put, and most changes write one
        // item.
        if others.is_empty() && puts.len() == 1 {
            return match puts.pop() {
                Some(put) => self.put(put).await,
                None => Ok(()),
            };
        }
        let writes = puts
            .into_iter()
            .map(|put| TransactWriteItem::builder().put(put).build())
            .chain(others)
            .collect::<Vec<_>>();
        if writes.is_empty() {
            return Ok(());
        }
        transact(
            &self.client,
            "writing a subscription",
            "the purchase",
            writes,
        )
        .await
        .map_err(|unwritten| match unwritten {
            Unwritten::Conditions(_) => CloudError::Conflict("the purchase"),
            Unwritten::Other(error) => error,
        })
    }

    async fn put(&self, put: Put) -> Result<(), CloudError> {
        let sent = self
            .client
            .put_item()
            .table_name(put.table_name)
            .set_item(Some(put.item))
            .set_condition_expression(put.condition_expression)
            .set_expression_attribute_names(put.expression_attribute_names)
            .set_expression_attribute_values(put.expression_attribute_values)
            .send()
            .await;
        match sent {
            Ok(_) => Ok(()),
            // The second is no failed condition, but a transaction on the same item at the same
            // moment: read and decide again as well.
            Err(error) if condition_failed(&error) || met_a_transaction(&error) => {
                Err(CloudError::Conflict("the purchase"))
            }
            Err(error) => Err(CloudError::service("writing a subscription", error)),
        }
    }

    fn puts(&self, change: &Change<'_>, after: &PurchaseRecord) -> Result<Vec<Put>, CloudError> {
        let next = &after.subscription;
        let mut puts = vec![self.put_current(change, after)?];
        let mut former_customer = None;
        if let Some(former) = &change.decision.former {
            let sk = format!("former#{:06}", former.ownership.generation);
            let item = subscription_item(former, &sk)?;
            // Needs no condition of its own: the transaction fails if the current item has another
            // version.
            puts.push(self.unconditional(item)?);
            if let Some(customer) = &former.ownership.customer_id {
                former_customer = Some(customer);
                puts.push(self.link(former, customer, &sk)?);
            }
        }
        // A link is written only if it changes: the subscription is bound to another customer, has
        // another id, or is stored under another key.
        let bound_before = change
            .before
            .map(|before| &before.subscription)
            .filter(|before| before.purchase_key == next.purchase_key)
            .filter(|before| before.ownership.subscription_id == next.ownership.subscription_id)
            .and_then(|before| before.ownership.customer_id.as_ref());
        if let Some(customer) = &next.ownership.customer_id
            && (bound_before != Some(customer) || former_customer.is_some())
        {
            puts.push(self.link(next, customer, CURRENT)?);
        }
        puts.extend(self.leads(change, next)?);
        Ok(puts)
    }

    /// Builds the writes of the keys that become aliases of this purchase.
    fn leads(&self, change: &Change<'_>, next: &Subscription) -> Result<Vec<Put>, CloudError> {
        let lead = |replaced| Alias {
            to: next.purchase_key.clone(),
            since: change.now,
            replaced,
        };
        let retired = change
            .retired
            .iter()
            .map(|retired| self.put_lead(next, &retired.key, &lead(true), retired.before.as_ref()));
        let alias = change
            .alias
            .map(|alias| self.put_lead(next, alias, &lead(false), None));
        retired.chain(alias).collect()
    }

    fn put_current(&self, change: &Change<'_>, after: &PurchaseRecord) -> Result<Put, CloudError> {
        let mut item = subscription_item(&after.subscription, CURRENT)?;
        let events = events(change, &after.subscription);
        item.insert(
            "announce".to_owned(),
            AttributeValue::Bool(!events.is_empty()),
        );
        if !events.is_empty() {
            item.insert(
                "events".to_owned(),
                announced::stored(&events, &after.subscription)?,
            );
        }
        item.insert("locator".to_owned(), attribute("locator", &after.locator)?);
        if let Some(notice) = &after.notice {
            item.insert("notice".to_owned(), attribute("notice", notice)?);
        }
        if let Some(receipt) = &after.receipt {
            item.insert("receipt".to_owned(), attribute("receipt", receipt)?);
        }
        if after.deferrals > 0 {
            // Stored under an earlier name of the field, which other versions of the code read.
            item.insert("put_off".to_owned(), number(after.deferrals.into()));
        }
        // Both attributes or none: an item without them is not in the index, which takes it off the
        // schedule.
        if let (Some(due_at), Some(AttributeValue::S(pk))) = (after.due_at, item.get("pk").cloned())
        {
            item.insert("due_shard".to_owned(), text(due_shard(&pk)));
            item.insert("due_at".to_owned(), text(sortable(due_at)));
        }
        let put = Put::builder().table_name(&self.table).set_item(Some(item));
        let put = match change.before {
            Some(before) => put
                .condition_expression("version = :version")
                .expression_attribute_values(
                    ":version",
                    number(before.subscription.version.into()),
                ),
            None => put.condition_expression("attribute_not_exists(pk)"),
        };
        put.build()
            .map_err(|error| CloudError::service("writing a subscription", error))
    }

    fn link(
        &self,
        subscription: &Subscription,
        customer: &CustomerId,
        sk: &str,
    ) -> Result<Put, CloudError> {
        let broadcaster = &subscription.broadcaster_id;
        let target = purchase_partition(&subscription.purchase());
        let item = Item::from([
            (
                "pk".to_owned(),
                text(format!("{broadcaster}#customer#{customer}")),
            ),
            (
                "sk".to_owned(),
                text(subscription.ownership.subscription_id.to_string()),
            ),
            ("target_pk".to_owned(), text(target)),
            ("target_sk".to_owned(), text(sk)),
        ]);
        self.unconditional(item)
    }

    fn unconditional(&self, item: Item) -> Result<Put, CloudError> {
        Put::builder()
            .table_name(&self.table)
            .set_item(Some(item))
            .build()
            .map_err(|error| CloudError::service("writing a subscription", error))
    }
}

/// Returns the events of a change, each with the version that the subscription is stored with.
fn events(change: &Change<'_>, next: &Subscription) -> Vec<Event> {
    let mut events = change.decision.events.clone();
    for event in &mut events {
        if event.subscription.ownership.subscription_id == next.ownership.subscription_id {
            event.subscription.version = next.version;
        }
    }
    events
}

fn subscription_item(subscription: &Subscription, sk: &str) -> Result<Item, CloudError> {
    let broadcaster = &subscription.broadcaster_id;
    let pk = purchase_partition(&subscription.purchase());
    Ok(Item::from([
        ("pk".to_owned(), text(pk)),
        ("sk".to_owned(), text(sk)),
        ("broadcaster_id".to_owned(), text(broadcaster.as_str())),
        ("store".to_owned(), text(subscription.store.slug())),
        ("version".to_owned(), number(subscription.version.into())),
        ("announce".to_owned(), AttributeValue::Bool(false)),
        (
            "subscription".to_owned(),
            attribute("subscription", subscription)?,
        ),
    ]))
}
