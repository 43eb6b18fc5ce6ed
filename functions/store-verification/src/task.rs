//! Subject of a verification.

use cloud::deadline::Deadline;
use cloud::purchases::Submission;
use cloud::queue::{Verification, VerificationCause};
use cloud::subscriptions::PurchaseRecord;
use domain::{
    BroadcasterId, BroadcasterSettings, Cause, ClaimRule, Locator, PurchaseKey, PurchaseRef, Store,
};

/// Message with everything that is known before its purchase is read.
#[derive(Clone)]
pub(crate) struct Task<'a> {
    pub(crate) verification: &'a Verification,
    pub(crate) cause: Cause,
    /// Pending submission, if one is the cause.
    pub(crate) submission: Option<Submission>,
    pub(crate) settings: BroadcasterSettings,
    /// The store's rule for claims.
    pub(crate) rule: ClaimRule,
    pub(crate) deadline: Deadline,
}

impl<'a> Task<'a> {
    pub(crate) fn broadcaster(&self) -> &'a BroadcasterId {
        &self.verification.broadcaster_id
    }

    pub(crate) const fn store(&self) -> Store {
        self.verification.store
    }

    /// Builds the reference to a purchase of the task's broadcaster and store.
    pub(crate) fn purchase(&self, key: &PurchaseKey) -> PurchaseRef {
        PurchaseRef {
            broadcaster: self.broadcaster().clone(),
            store: self.store(),
            key: key.clone(),
        }
    }

    /// Whether a notification of the store is the cause.
    pub(crate) const fn is_notification(&self) -> bool {
        matches!(
            self.verification.cause,
            VerificationCause::Notification { .. }
        )
    }

    /// Derives a task for another purchase that the store's answer describes.
    pub(crate) fn for_another(&self, cause: Cause) -> Self {
        Self {
            cause,
            // The outcome of the submission is decided by its own purchase only.
            submission: None,
            ..self.clone()
        }
    }
}

/// Purchase that a task is about.
#[derive(Debug, Clone)]
pub(crate) struct Target {
    /// Key and hints with which the store is asked.
    pub(crate) locator: Locator,
    /// Stored purchase, if there is one.
    pub(crate) stored: Option<PurchaseRecord>,
}

impl From<PurchaseRecord> for Target {
    fn from(stored: PurchaseRecord) -> Self {
        Self {
            locator: stored.locator.clone(),
            stored: Some(stored),
        }
    }
}
