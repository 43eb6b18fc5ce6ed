//! Waits between the attempts of a call for which DynamoDB had no capacity.

use std::time::Duration;

use crate::CloudError;
use crate::retry::BUSY_WAITS;
use crate::retry::backoff::jittered;

/// Remaining waits of one call.
pub(crate) struct Waits {
    what: &'static str,
    waits: std::array::IntoIter<u64, { BUSY_WAITS.len() }>,
}

impl Waits {
    /// Starts with all waits. `what` names the items in an error.
    pub(crate) fn of(what: &'static str) -> Self {
        Self {
            what,
            waits: BUSY_WAITS.into_iter(),
        }
    }

    /// Waits before the next attempt.
    ///
    /// # Errors
    /// [`CloudError::Busy`] if there were enough of them.
    pub(crate) async fn wait(&mut self) -> Result<(), CloudError> {
        let Some(wait) = self.waits.next() else {
            return Err(CloudError::Busy(self.what));
        };
        tokio::time::sleep(jittered(Duration::from_millis(wait))).await;
        Ok(())
    }
}
