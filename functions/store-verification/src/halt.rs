//! The early end of a step.

use std::time::Duration;

use cloud::CloudError;
use domain::validation::ValidationFailure;
use stores::LookUpError;

use crate::outcome::Outcome;

/// Why a verification ends before its last step. Each step returns it with `?`; one place acts on it.
#[derive(Debug)]
pub(crate) enum Halt {
    /// The message has ended, and nothing is to be written.
    Done(Outcome),
    /// A claim fails for this reason. Any other cause is checked again hourly: a person must act first.
    Refused(ValidationFailure),
    /// The store did not answer the question.
    Store(LookUpError),
    /// The message is to be delivered again, not before the store's time, if it named one, has passed.
    Again(Option<Duration>),
    /// The purchase is checked again hourly: a person must act first.
    Hourly,
    /// A part of our own failed.
    Internal(CloudError),
}

impl From<CloudError> for Halt {
    fn from(error: CloudError) -> Self {
        Self::Internal(error)
    }
}

/// The result of a step.
pub(crate) type Step<T> = Result<T, Halt>;
