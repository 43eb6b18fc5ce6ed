//! Writing what was decided: the state and its events in one write.

use aws_sdk_dynamodb::types::{AttributeValue, Put, TransactWriteItem};
use domain::{CustomerId, Decision, PurchaseKey, Subscription, Timestamp, schedule};
use stores::Locator;

use super::{CURRENT, Lead, ParkedNotice, StoredReceipt, Subscriptions};
use crate::CloudError;
use crate::condition::condition_failed;
use crate::item::{Item, attribute, due_shard, number, purchase_partition, sortable, text};

/// One change of one purchase.
#[derive(Debug, Clone)]
pub struct Change<'a> {
    /// What was stored before; `None` for a purchase that was unknown.
    pub before: Option<&'a Subscription>,
    /// What was decided.
    pub decision: &'a Decision,
    /// The store's details to look it up with.
    pub locator: &'a Locator,
    /// A notice to keep beside it.
    pub notice: Option<&'a ParkedNotice>,
    /// The store's answer that led here, where it is worth keeping.
    pub receipt: Option<&'a StoredReceipt>,
    /// Purchases that this one has taken over from: their names lead to it from now on.
    pub retired: &'a [Retired],
    /// Another name of the purchase, that is to lead to it.
    pub alias: Option<&'a PurchaseKey>,
    /// When to look again, where the store could not be asked and the usual schedule does not fit.
    pub put_off: Option<PutOff>,
    /// The time of the write.
    pub now: Timestamp,
}

impl<'a> Change<'a> {
    /// A change of one purchase alone, after which the usual schedule goes on.
    #[must_use]
    pub const fn new(
        before: Option<&'a Subscription>,
        decision: &'a Decision,
        locator: &'a Locator,
        now: Timestamp,
    ) -> Self {
        Self {
            before,
            decision,
            locator,
            notice: None,
            receipt: None,
            retired: &[],
            alias: None,
            put_off: None,
            now,
        }
    }
}

/// A purchase that another one has replaced.
#[derive(Debug, Clone, PartialEq)]
pub struct Retired {
    /// Its key.
    pub key: PurchaseKey,
    /// What it was; `None` if it was never seen.
    pub before: Option<Subscription>,
}

/// A check that could not be made.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct PutOff {
    /// When to try again.
    pub due_at: Timestamp,
    /// How often in a row it could not be made.
    pub times: u32,
}

impl Subscriptions {
    /// Writes a change, together with `others`, all or nothing.
    ///
    /// # Errors
    /// [`CloudError::Conflict`] if somebody else wrote first: read, decide and write again.
    pub async fn write(
        &self,
        change: &Change<'_>,
        others: Vec<TransactWriteItem>,
    ) -> Result<(), CloudError> {
        let mut puts = self.puts(change)?;
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
        let sent = self
            .client
            .transact_write_items()
            .set_transact_items(Some(writes))
            .send()
            .await;
        match sent {
            Ok(_) => Ok(()),
            Err(error)
                if error.as_service_error().is_some_and(|e| {
                    e.is_transaction_canceled_exception()
                        || e.is_transaction_in_progress_exception()
                }) =>
            {
                Err(CloudError::Conflict("the purchase"))
            }
            Err(error) => Err(CloudError::service("writing a subscription", error)),
        }
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
            Err(error) if condition_failed(&error) => Err(CloudError::Conflict("the purchase")),
            Err(error) => Err(CloudError::service("writing a subscription", error)),
        }
    }

    fn puts(&self, change: &Change<'_>) -> Result<Vec<Put>, CloudError> {
        let Some(next) = &change.decision.next else {
            return Ok(Vec::new());
        };
        let mut puts = vec![self.put_current(change, next)?];
        let mut former_customer = None;
        if let Some(former) = &change.decision.former {
            let sk = format!("former#{:06}", former.generation);
            let item = subscription_item(former, &sk)?;
            puts.push(self.unconditional(item)?);
            if let Some(customer) = &former.customer_id {
                former_customer = Some(customer);
                puts.push(self.link(former, customer, &sk)?);
            }
        }
        let bound_before = change
            .before
            .filter(|before| before.purchase_key == next.purchase_key)
            .filter(|before| before.subscription_id == next.subscription_id)
            .and_then(|before| before.customer_id.as_ref());
        if let Some(customer) = &next.customer_id
            && (bound_before != Some(customer) || former_customer.is_some())
        {
            puts.push(self.link(next, customer, CURRENT)?);
        }
        puts.extend(self.leads(change, next)?);
        Ok(puts)
    }

    /// The names that lead to this purchase from now on.
    fn leads(&self, change: &Change<'_>, next: &Subscription) -> Result<Vec<Put>, CloudError> {
        let lead = |replaced| Lead {
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

    fn put_current(&self, change: &Change<'_>, next: &Subscription) -> Result<Put, CloudError> {
        let mut item = subscription_item(next, CURRENT)?;
        let events = &change.decision.events;
        item.insert(
            "announce".to_owned(),
            AttributeValue::Bool(!events.is_empty()),
        );
        if !events.is_empty() {
            item.insert("events".to_owned(), attribute("events", events)?);
        }
        let locator = Locator {
            key: next.purchase_key.clone(),
            details: change.locator.details.clone(),
        };
        item.insert("locator".to_owned(), attribute("locator", &locator)?);
        if let Some(notice) = change.notice {
            item.insert("notice".to_owned(), attribute("notice", notice)?);
        }
        if let Some(receipt) = change.receipt {
            item.insert("receipt".to_owned(), attribute("receipt", receipt)?);
        }
        if let Some(put_off) = change.put_off {
            item.insert("put_off".to_owned(), number(put_off.times.into()));
        }
        let due_at = match change.put_off {
            Some(put_off) => Some(put_off.due_at),
            None => schedule::next_check(next, change.now)
                .map(|due| schedule::spread(due, next, change.now)),
        };
        if let (Some(due_at), Some(AttributeValue::S(pk))) = (due_at, item.get("pk").cloned()) {
            item.insert("due_shard".to_owned(), text(due_shard(&pk)));
            item.insert("due_at".to_owned(), text(sortable(due_at)));
        }
        let put = Put::builder().table_name(&self.table).set_item(Some(item));
        let put = match change.before {
            Some(before) => put
                .condition_expression("version = :version")
                .expression_attribute_values(":version", number(before.version.into())),
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
        let target =
            purchase_partition(broadcaster, subscription.store, &subscription.purchase_key);
        let item = Item::from([
            (
                "pk".to_owned(),
                text(format!("{broadcaster}#customer#{customer}")),
            ),
            (
                "sk".to_owned(),
                text(subscription.subscription_id.to_string()),
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

fn subscription_item(subscription: &Subscription, sk: &str) -> Result<Item, CloudError> {
    let broadcaster = &subscription.broadcaster_id;
    let pk = purchase_partition(broadcaster, subscription.store, &subscription.purchase_key);
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
