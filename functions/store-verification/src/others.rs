//! What one answer of a store says of other purchases of the same customer.

use cloud::CloudError;
use domain::{Cause, Reading, StoreSnapshot};
use stores::{LookedUp, StoreConfig};

use crate::handler::Verifier;
use crate::settle::Seen;
use crate::verify::Work;

impl Verifier {
    /// Applies it to those that are known, as if each had been looked at by the schedule.
    pub(crate) async fn settle_others(
        &self,
        work: &Work<'_>,
        config: &StoreConfig,
        looked_up: &LookedUp,
    ) -> Result<(), CloudError> {
        for snapshot in &looked_up.others {
            let Some(known) = self.known_by_alias(work, snapshot).await? else {
                continue;
            };
            if known.subscription.watermark >= snapshot.observed_at {
                continue;
            }
            let other = Work {
                verification: work.verification,
                locator: known.locator,
                cause: Cause::Reconciliation,
                submission: None,
                settings: work.settings.clone(),
            };
            let seen = of_known(snapshot, &other);
            match self.settle(&other, config, &Seen::Notice(&seen)).await {
                // It is looked at by its own schedule as well.
                Ok(_) | Err(CloudError::Conflict(_)) => {}
                Err(error) => return Err(error),
            }
        }
        Ok(())
    }
}

/// The snapshot under the name by which the purchase is known.
fn of_known(snapshot: &StoreSnapshot, other: &Work<'_>) -> StoreSnapshot {
    let mut seen = snapshot.clone();
    seen.purchase_key = other.locator.key.clone();
    if let Reading::Known(state) = &mut seen.reading {
        state.details.extend(other.locator.details.clone());
    }
    seen
}
