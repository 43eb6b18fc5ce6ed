//! Fourth step: writes the decision together with the outcome of the submission (ADR 9).

use cloud::CloudError;
use cloud::clock;
use cloud::limits::ClaimLimits;
use cloud::purchases::{Purchases, Submission};
use cloud::subscriptions::{Change, PurchaseRecord, Subscriptions};
use domain::validation::ValidationFailure;
use domain::{Decision, Timestamp};

use crate::outcome::{self, Outcome};
use crate::task::{Target, Task};

/// Writes decisions.
#[derive(Debug)]
pub(crate) struct Committer {
    pub(crate) subscriptions: Subscriptions,
    pub(crate) purchases: Purchases,
    pub(crate) limits: ClaimLimits,
}

impl Committer {
    /// Writes a change and the resulting outcome of the submission in one transaction. Returns the
    /// purchase as stored afterwards; `None` if the change left it unchanged.
    ///
    /// # Errors
    /// [`CloudError::Conflict`] if another function wrote the purchase or ended the submission
    /// first.
    pub(crate) async fn commit(
        &self,
        task: &Task<'_>,
        change: &Change<'_>,
    ) -> Result<Option<PurchaseRecord>, CloudError> {
        let before = change.before.map(|stored| &stored.subscription);
        let (mut others, mut given) = (Vec::new(), None);
        if let Some(submission) = &task.submission
            && let Some(outcome) =
                outcome::of_submission(submission, before, change.decision, clock::now())
        {
            let ended = Submission {
                outcome: Some(outcome),
                // Not kept any longer: a signed transaction holds personal data, and nothing needs
                // the proof once the submission has ended.
                proof: None,
                ..submission.clone()
            };
            others.push(self.purchases.finish(&ended)?);
            given = ended.outcome;
        }
        let written = self.subscriptions.write(change, others).await?;
        // After the transaction: a failure that was not written would otherwise be counted again
        // with each attempt, and stop a customer for no reason.
        if let Some(outcome) = given {
            self.count_failed_claim(task.broadcaster(), &outcome).await;
        }
        self.count_transfer(task, change.decision).await;
        Ok(written)
    }

    /// Ends a submission with a failure. The purchase stays unchanged.
    ///
    /// # Errors
    /// [`CloudError::Conflict`] if the submission has ended meanwhile.
    pub(crate) async fn fail(
        &self,
        task: &Task<'_>,
        target: &Target,
        why: ValidationFailure,
        now: Timestamp,
    ) -> Result<Outcome, CloudError> {
        let decision = Decision::failed(Some(why));
        let change = Change::answered(None, &decision, &target.locator, now);
        self.commit(task, &change).await?;
        Ok(Outcome::from(&decision))
    }
}
