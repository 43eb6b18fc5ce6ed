//! Questions to the store, each in its turn.

use cloud::purchases::Turn;
use cloud::{CloudError, clock};
use domain::Timestamp;
use stores::{Locator, LookUpError, LookedUp, StoreConfig};

use crate::handler::Verifier;
use crate::verify::Work;

impl Verifier {
    /// Asks the store for a purchase. Where the store is to be asked with care, this waits for its
    /// turn; if too many wait already, it is as if the store had asked to wait.
    pub(crate) async fn ask(
        &self,
        work: &Work<'_>,
        config: &StoreConfig,
        locator: &Locator,
        observed_at: Timestamp,
    ) -> Result<Result<LookedUp, LookUpError>, CloudError> {
        if let Some(interval) = config.pace() {
            let broadcaster = &work.verification.broadcaster_id;
            let turn = self
                .purchases
                .take_turn(broadcaster, config.store(), interval, clock::now())
                .await?;
            match turn {
                Turn::In(wait) => tokio::time::sleep(wait).await,
                Turn::LaterThan(wait) => {
                    return Ok(Err(LookUpError::Throttled {
                        retry_after: Some(wait),
                    }));
                }
            }
        }
        Ok(self.connectors.look_up(config, locator, observed_at).await)
    }
}
