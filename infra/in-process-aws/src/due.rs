//! Due entries over all shards.

use cloud::due::{Due, DueIndex};
use cloud::item::{DUE_SHARDS, shard_name};
use cloud::purchases::{Purchases, deferred_shard};
use cloud::queue::Verification;
use domain::Timestamp;
use serde::de::DeserializeOwned;

/// Returns everything in an index that is due at a time, shard by shard.
pub async fn due<T: DeserializeOwned>(index: &DueIndex<T>, now: Timestamp) -> Vec<Due<T>> {
    let mut all = Vec::new();
    for shard in (0..DUE_SHARDS).map(shard_name) {
        all.extend(page(index, &shard, now).await);
    }
    all
}

/// Takes the deferred notifications that are due at a time, as the schedule does.
pub async fn take_deferred(
    purchases: &Purchases,
    now: Timestamp,
    lease: Timestamp,
) -> Vec<Verification> {
    let index = purchases.due_notifications();
    let mut all = Vec::new();
    for shard in (0..DUE_SHARDS).map(shard_name) {
        for due in page(&index, &deferred_shard(&shard), now).await {
            all.extend(purchases.take_notification(&due, lease).await.unwrap());
        }
    }
    all
}

async fn page<T: DeserializeOwned>(
    index: &DueIndex<T>,
    shard: &str,
    now: Timestamp,
) -> Vec<Due<T>> {
    let page = index.page(shard, now, 100, None).await.unwrap();
    assert_eq!(page.next, None, "more than one page of {shard}");
    page.due
}
