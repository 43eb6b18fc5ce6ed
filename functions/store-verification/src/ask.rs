//! Questions to the store, each in its turn.

use std::time::Instant;

use cloud::purchases::Turn;
use cloud::{CloudError, clock};
use domain::Timestamp;
use stores::{Locator, LookUpError, LookedUp, StoreConfig};

use crate::handler::Verifier;
use crate::session::StoreSession;
use crate::verify::Work;

/// So often a question is asked, each time with other credentials.
pub(crate) const ROTATIONS: usize = 2;

impl Verifier {
    /// Asks the store for a purchase. Where the store is to be asked with care, this waits for its
    /// turn; if too many wait already, it is as if the store had asked to wait.
    pub(crate) async fn ask(
        &self,
        work: &Work<'_>,
        session: &StoreSession,
        locator: &Locator,
        observed_at: Timestamp,
    ) -> Result<Result<LookedUp, LookUpError>, CloudError> {
        for _rotation in 0..ROTATIONS {
            let (config, asked) = (session.config(), Instant::now());
            if let Some(later) = self.take_turn(work, &config).await? {
                return Ok(Err(later));
            }
            let answer = self.connectors.look_up(&config, locator, observed_at);
            let answer = session.in_time(answer).await;
            let rotated = self.rotated(work, session, &config, asked, &answer);
            if !rotated.await? {
                return Ok(answer);
            }
        }
        Ok(Err(LookUpError::Unauthorized))
    }

    /// Waits for the turn to ask a store that is to be asked with care. Answers what to do instead if too
    /// many wait already.
    async fn take_turn(
        &self,
        work: &Work<'_>,
        config: &StoreConfig,
    ) -> Result<Option<LookUpError>, CloudError> {
        if let Some(interval) = config.pace() {
            let broadcaster = &work.verification.broadcaster_id;
            let turn = self
                .purchases
                .take_turn(broadcaster, config.store(), interval, clock::now())
                .await?;
            match turn {
                Turn::In(wait) => tokio::time::sleep(wait).await,
                Turn::LaterThan(wait) => {
                    return Ok(Some(LookUpError::Throttled {
                        retry_after: Some(wait),
                    }));
                }
            }
        }
        Ok(None)
    }
}
