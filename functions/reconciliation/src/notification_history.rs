//! Undelivered notifications: read from the stores' own lists and queued as if they had just
//! arrived.

use std::sync::Arc;
use std::time::Instant;

use cloud::deadline::Deadline;
use cloud::purchases::HistoryCursor;
use cloud::queue::{Delayed, Verification};
use cloud::retry::HISTORY_INTERVAL;
use cloud::{CloudError, clock};
use domain::Timestamp;
use jiff::SignedDuration;
use stores::{LookUpError, StoreConfig, Undelivered};

use crate::handler::{Reconciliation, lease};

/// Age that a notification must have. Younger ones may still be on their way.
const STILL_UNDER_WAY: SignedDuration = SignedDuration::from_mins(10);

/// Number of pages of one list that one run reads. The next run continues.
const PAGES: usize = 5;

/// Number of lists that one run reads.
const LISTS: usize = 10;

impl Reconciliation {
    /// Reads the due lists for which the time suffices, and returns the number of queued
    /// notifications.
    ///
    /// A list that can't be read is logged and due again after the lease; the others continue.
    ///
    /// # Errors
    /// [`CloudError`] if what is due can't be read, or what was read can't be queued.
    pub(crate) async fn read_histories(
        &self,
        now: Timestamp,
        deadline: Deadline,
    ) -> Result<usize, CloudError> {
        let mut queued = 0;
        if !deadline.allows_a_question() {
            return Ok(queued);
        }
        let due = self.purchases.take_histories(now, lease(now), LISTS);
        for cursor in due.await? {
            if !deadline.allows_a_question() {
                // Due again at once: a slow store must not make the others wait for the end of a
                // lease.
                self.purchases.advance_history(&cursor, now).await?;
                continue;
            }
            let (broadcaster, store) = (&cursor.broadcaster_id, cursor.store);
            match self.configs.get(broadcaster, store).await {
                Ok(Some(config)) => queued += self.read(config, cursor, now, deadline).await?,
                Ok(None) => self.end(&cursor, now).await?,
                Err(error) => {
                    tracing::error!(%broadcaster, %store, %error, "credentials could not be read");
                }
            }
        }
        Ok(queued)
    }

    /// Stops reading a list whose store is no longer configured; its broadcaster may be deleted.
    async fn end(&self, cursor: &HistoryCursor, now: Timestamp) -> Result<(), CloudError> {
        let (broadcaster, store) = (&cursor.broadcaster_id, cursor.store);
        self.purchases.end_history(cursor, lease(now)).await?;
        // A configuration that was stored between the two reads did not begin a new list, because
        // this one still existed. Its notifications would never be read. The cache may predate it.
        self.configs.forget(broadcaster, store).await;
        if self.configs.get(broadcaster, store).await?.is_some() {
            let begun = self.purchases.begin_history(broadcaster, store, now);
            begun.await?;
        }
        Ok(())
    }

    /// Reads one list, and stores after each page how far it was read.
    async fn read(
        &self,
        mut config: Arc<StoreConfig>,
        mut cursor: HistoryCursor,
        now: Timestamp,
        deadline: Deadline,
    ) -> Result<usize, CloudError> {
        let mut queued = 0;
        // Once its first page was read, a window keeps its end: a window that moved would have
        // other pages, and its next one could skip notifications.
        let until = cursor.until.unwrap_or_else(|| before(now));
        if until <= cursor.since {
            // The store was configured less than ten minutes ago: nothing is old enough yet.
            return Ok(queued);
        }
        for _ in 0..PAGES {
            if !deadline.allows_a_question() {
                break;
            }
            let page = self.page(&mut config, &cursor, until, deadline);
            let undelivered = match page.await? {
                Ok(undelivered) => undelivered,
                Err(error) => {
                    let (broadcaster, store) = (&cursor.broadcaster_id, cursor.store);
                    tracing::warn!(%broadcaster, %store, %error, "undelivered notifications could not be read");
                    if matches!(error, LookUpError::Rejected(_)) && cursor.page.is_some() {
                        // The store no longer accepts its page token. The window is read again from
                        // its start.
                        cursor.page = None;
                        self.purchases.advance_history(&cursor, lease(now)).await?;
                    }
                    return Ok(queued);
                }
            };
            let of_notification = |notification| {
                let broadcaster = cursor.broadcaster_id.clone();
                Verification::of_notification(broadcaster, cursor.store, notification, now).into()
            };
            let batch: Vec<Delayed> = undelivered
                .notifications
                .into_iter()
                .map(of_notification)
                .collect();
            // Queued before the position is stored: a run that dies in between reads the page
            // again, and a notification that is queued twice changes nothing.
            let sent = self.send(&batch).await?;
            queued += sent;
            if sent < batch.len() {
                // The page is read again after the lease, also what was sent: duplicates change
                // nothing.
                return Ok(queued);
            }
            let over = undelivered.next.is_none();
            cursor = match undelivered.next {
                Some(page) => HistoryCursor {
                    until: Some(until),
                    page: Some(page),
                    ..cursor
                },
                None => HistoryCursor {
                    since: until,
                    until: None,
                    page: None,
                    ..cursor
                },
            };
            let next = if over {
                clock::now().checked_add(HISTORY_INTERVAL).unwrap_or(now)
            } else {
                now
            };
            self.purchases.advance_history(&cursor, next).await?;
            if over {
                break;
            }
        }
        Ok(queued)
    }

    /// Reads one page, a second time if the credentials were rotated in the meantime.
    async fn page(
        &self,
        config: &mut Arc<StoreConfig>,
        cursor: &HistoryCursor,
        until: Timestamp,
        deadline: Deadline,
    ) -> Result<Result<Undelivered, LookUpError>, CloudError> {
        let asked = Instant::now();
        let (since, page) = (cursor.since, cursor.page.as_deref());
        let undelivered = config.undelivered(&self.context, since, until, page);
        let undelivered = deadline
            .in_time(undelivered, LookUpError::out_of_time)
            .await;
        if !matches!(
            undelivered,
            Err(LookUpError::Unauthorized | LookUpError::InvalidRequest(_))
        ) {
            return Ok(undelivered);
        }
        let broadcaster = &cursor.broadcaster_id;
        let Some(rotated) = self
            .configs
            .rotated(broadcaster, cursor.store, config, asked)
            .await?
        else {
            return Ok(undelivered);
        };
        *config = rotated;
        let undelivered = config.undelivered(&self.context, since, until, page);
        Ok(deadline
            .in_time(undelivered, LookUpError::out_of_time)
            .await)
    }
}

fn before(now: Timestamp) -> Timestamp {
    now.checked_sub(STILL_UNDER_WAY).unwrap_or(now)
}
