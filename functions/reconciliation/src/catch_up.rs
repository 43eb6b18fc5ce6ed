//! What stores sent and nobody took: read from their own lists, and queued as if it had arrived.

use cloud::purchases::CatchUp;
use cloud::queue::Verification;
use cloud::{CloudError, clock};
use domain::Timestamp;
use jiff::SignedDuration;
use stores::{LookUpError, StoreConfig};

use crate::handler::{Reconciliation, lease};

/// How often a store's list is read.
const INTERVAL: SignedDuration = SignedDuration::from_hours(1);

/// Younger notifications are left out: they may still be under way.
const STILL_UNDER_WAY: SignedDuration = SignedDuration::from_mins(10);

/// How much one run reads of one list. The next run goes on.
const PAGES: usize = 5;

/// How many lists one run reads.
const LISTS: i32 = 10;

impl Reconciliation {
    /// Reads the lists that are due. Answers how many notifications were queued.
    ///
    /// A store that can't be asked is asked again after the lease.
    ///
    /// # Errors
    /// [`CloudError`] if a table, the secrets or the queue can't be reached.
    pub(crate) async fn catch_up(&self, now: Timestamp) -> Result<usize, CloudError> {
        let mut queued = 0;
        let due = self.purchases.take_catch_ups(now, lease(now), LISTS);
        for catch_up in due.await? {
            let (broadcaster, store) = (&catch_up.broadcaster_id, catch_up.store);
            let Some(config) = self.secrets.get(broadcaster, store).await? else {
                continue;
            };
            match self.read(&config, &catch_up, now).await? {
                Ok(read) => queued += read,
                Err(error) => {
                    tracing::warn!(%broadcaster, %store, %error, "missed notifications could not be read");
                }
            }
        }
        Ok(queued)
    }

    async fn read(
        &self,
        config: &StoreConfig,
        catch_up: &CatchUp,
        now: Timestamp,
    ) -> Result<Result<usize, LookUpError>, CloudError> {
        let until = catch_up.until.unwrap_or_else(|| before(now));
        if until <= catch_up.since {
            // Configured a moment ago: nothing is old enough yet.
            return Ok(Ok(0));
        }
        let mut page = catch_up.page.clone();
        let mut queued = 0;
        for _ in 0..PAGES {
            let missed = self
                .connectors
                .missed(config, catch_up.since, until, page.as_deref());
            let missed = match missed.await {
                Ok(missed) => missed,
                Err(error) => return Ok(Err(error)),
            };
            let batch: Vec<Verification> = missed
                .notifications
                .into_iter()
                .map(|notification| {
                    let broadcaster = catch_up.broadcaster_id.clone();
                    Verification::of_notification(broadcaster, catch_up.store, notification, now)
                })
                .collect();
            let sent = self.send(&batch).await?;
            queued += sent;
            if sent < batch.len() {
                // Read again after the lease: what comes twice does no harm.
                return Ok(Ok(queued));
            }
            page = missed.next;
            if page.is_none() {
                break;
            }
        }
        let read = match page {
            Some(page) => CatchUp {
                until: Some(until),
                page: Some(page),
                ..catch_up.clone()
            },
            None => CatchUp {
                since: until,
                until: None,
                page: None,
                ..catch_up.clone()
            },
        };
        let next = match read.page {
            Some(_) => now,
            None => clock::now().checked_add(INTERVAL).unwrap_or(now),
        };
        self.purchases.advance_catch_up(&read, next).await?;
        Ok(Ok(queued))
    }
}

fn before(now: Timestamp) -> Timestamp {
    now.checked_sub(STILL_UNDER_WAY).unwrap_or(now)
}
