//! First step: resolves the purchase that a message is about.

use std::ops::ControlFlow;

use cloud::CloudError;
use cloud::broadcasters::Broadcasters;
use cloud::deadline::Deadline;
use cloud::purchases::{Purchases, Submission};
use cloud::queue::{Verification, VerificationCause};
use cloud::subscriptions::{Alias, Entry, PurchaseRecord, Subscriptions};
use domain::{Cause, Claim, ClaimRule, PurchaseKey, StoreSnapshot};
use domain::{Locator, validation::ValidationFailure};

use crate::halt::{Halt, Step};
use crate::lag::seen_since;
use crate::outcome::Outcome;
use crate::task::{Target, Task};

/// Reads what is stored about a message and its purchase.
#[derive(Debug, Clone)]
pub(crate) struct Resolver {
    pub(crate) broadcasters: Broadcasters,
    pub(crate) purchases: Purchases,
    pub(crate) subscriptions: Subscriptions,
}

impl Resolver {
    /// Reads the submission of a message, its broadcaster and the rules that apply. Breaks with the
    /// outcome if there is nothing to do.
    pub(crate) async fn task<'a>(
        &self,
        verification: &'a Verification,
        deadline: Deadline,
    ) -> Result<ControlFlow<Outcome, Task<'a>>, CloudError> {
        let submission = match self.submission(verification).await? {
            Pending::NotAClaim => None,
            Pending::Yes(submission) => Some(*submission),
            Pending::Ended => return Ok(ControlFlow::Break(Outcome::AnsweredBefore)),
        };
        let broadcaster = &verification.broadcaster_id;
        let Some(profile) = self.broadcasters.profile(broadcaster).await? else {
            return Ok(ControlFlow::Break(Outcome::UnknownBroadcaster));
        };
        let rule = match submission {
            Some(_) => {
                let store = verification.store;
                self.broadcasters.claim_rule(broadcaster, store).await?
            }
            None => ClaimRule::default(),
        };
        let mut settings = profile.settings;
        settings.transfer = rule.transfer.unwrap_or(settings.transfer);
        Ok(ControlFlow::Continue(Task {
            verification,
            cause: cause(verification, submission.as_ref()),
            submission,
            settings,
            rule,
            deadline,
        }))
    }

    /// Returns the purchase that a task is about: the one under the key in the message, or the one
    /// that this key is an alias of.
    pub(crate) async fn target(&self, task: &Task<'_>) -> Step<Target> {
        let named = &task.verification.locator;
        let mut target = match self.place(task, &named.key).await? {
            Some(Entry::Alias(lead)) => self.led(task, &lead).await?,
            Some(Entry::Purchase(stored)) => Target {
                locator: named.clone(),
                stored: Some(stored),
            },
            None => Target {
                locator: named.clone(),
                stored: None,
            },
        };
        let stored = target.stored.as_ref();
        // A claim is looked up in any case: whether it succeeds, and whether it shows the second
        // factor, is decided by an answer of the store.
        if task.submission.is_none() && seen_since(stored, task.verification) {
            return Err(Halt::Done(Outcome::SeenSince));
        }
        if let Some(stored) = stored {
            target.locator = informed(stored, &target.locator, &task.cause);
        }
        Ok(target)
    }

    /// Follows an alias. A replaced purchase grants nothing any more, so only a claim that was
    /// submitted before the replacement is applied to the purchase that took over.
    pub(crate) async fn led(&self, task: &Task<'_>, lead: &Alias) -> Step<Target> {
        // The successor has notifications and scheduled checks of its own.
        let Some(submission) = &task.submission else {
            return Err(Halt::Done(Outcome::Replaced));
        };
        if !lead.replaced || submission.submitted_at < lead.since {
            let purchase = task.purchase(&lead.to);
            let stored = self.subscriptions.follow(&purchase).await?;
            if let Some(stored) = stored {
                return Ok(Target::from(stored));
            }
        }
        Err(Halt::Refused(ValidationFailure::PurchaseReplaced))
    }

    /// Reads the item under a key.
    pub(crate) async fn place(
        &self,
        task: &Task<'_>,
        key: &PurchaseKey,
    ) -> Result<Option<Entry>, CloudError> {
        self.subscriptions.place(&task.purchase(key)).await
    }

    /// Returns the purchase that the answer's alias leads to, if it is stored under a key other
    /// than `key`.
    pub(crate) async fn known_by_alias(
        &self,
        task: &Task<'_>,
        key: &PurchaseKey,
        snapshot: &StoreSnapshot,
    ) -> Result<Option<PurchaseRecord>, CloudError> {
        let Some(alias) = &snapshot.alias else {
            return Ok(None);
        };
        let known = self.subscriptions.follow(&task.purchase(alias)).await?;
        Ok(known.filter(|known| known.subscription.purchase_key != *key))
    }

    /// Whether the submission of a task is still without an outcome. `true` for any other cause.
    pub(crate) async fn still_pending(&self, task: &Task<'_>) -> Result<bool, CloudError> {
        let pending = self.submission(task.verification).await?;
        Ok(!matches!(pending, Pending::Ended))
    }

    async fn submission(&self, verification: &Verification) -> Result<Pending, CloudError> {
        let Some(correlation) = verification.cause.correlation_id() else {
            return Ok(Pending::NotAClaim);
        };
        let broadcaster = &verification.broadcaster_id;
        let found = self.purchases.submission(broadcaster, correlation).await?;
        Ok(match found {
            Some(submission) if submission.outcome.is_none() => Pending::Yes(Box::new(submission)),
            _ => Pending::Ended,
        })
    }
}

enum Pending {
    NotAClaim,
    Yes(Box<Submission>),
    Ended,
}

fn cause(verification: &Verification, submission: Option<&Submission>) -> Cause {
    match &verification.cause {
        VerificationCause::Claim {
            correlation_id,
            customer_id,
        } => Cause::Claim(Claim {
            customer_id: customer_id.clone(),
            correlation_id: *correlation_id,
            offer_id: submission.and_then(|submission| submission.offer_id.clone()),
            coupon: None,
        }),
        VerificationCause::Notification { .. } => Cause::Notification,
        VerificationCause::Reconciliation => Cause::Reconciliation,
    }
}

/// Returns the locator for looking up a known purchase: the stored details, overridden by those of
/// the message. A scheduled check overrides nothing, because its message has only a copy of the
/// details that were stored when it was queued.
pub(crate) fn informed(stored: &PurchaseRecord, asked: &Locator, cause: &Cause) -> Locator {
    let mut details = stored.locator.details.clone();
    if !matches!(cause, Cause::Reconciliation) {
        details.extend(asked.details.clone());
    }
    Locator {
        key: asked.key.clone(),
        details,
    }
}
