//! Early end of a step.

use std::time::Duration;

use cloud::CloudError;
use domain::Timestamp;
use domain::validation::ValidationFailure;
use stores::LookUpError;

use crate::outcome::Outcome;

/// Reason for which a verification ends before its last step. Steps return it with `?`; only
/// `Pipeline::conclude` handles it.
#[derive(Debug)]
pub(crate) enum Halt {
    /// The message has ended, and nothing is written.
    Done(Outcome),
    /// A claim fails for this reason. Any other cause is checked again hourly, because a person
    /// must act first.
    Refused(ValidationFailure),
    /// The store gave no usable answer.
    Store(LookUpError),
    /// The message is delivered again, at the earliest after the wait that the store asked for.
    Again(Option<Duration>),
    /// The store has a rate limit, and the turn that was reserved under it is in the future. The
    /// message waits for it in the queue.
    Turn(Timestamp),
    /// The purchase is checked again hourly, because a person must act first.
    Hourly,
    /// AWS refused or could not be reached, or a stored value can't be read.
    Internal(CloudError),
}

impl From<CloudError> for Halt {
    fn from(error: CloudError) -> Self {
        Self::Internal(error)
    }
}

/// Result of a step.
pub(crate) type Step<T> = Result<T, Halt>;
