//! Errors between a function and AWS.

use std::error::Error;

/// Error of a call to AWS, or of an answer that can't be used.
#[derive(Debug, thiserror::Error)]
pub enum CloudError {
    /// A conditional write found another state than expected: read and decide again.
    #[error("{0} changed in the meantime")]
    Conflict(&'static str),
    /// The service had no capacity for it, or was doing something else with it, for several attempts.
    #[error("{0} is busy")]
    Busy(&'static str),
    /// The service refused or could not be reached.
    #[error("{operation} failed: {reason}")]
    Service {
        /// The operation.
        operation: &'static str,
        /// The service's message.
        reason: String,
    },
    /// A stored value can't be read.
    #[error("{what} can't be read: {reason}")]
    Stored {
        /// The kind of value.
        what: &'static str,
        /// Reason. Names a field, never a value.
        reason: String,
    },
    /// An environment variable is missing or malformed.
    #[error("environment variable {name} {rule}")]
    Environment {
        /// Its name.
        name: &'static str,
        /// The rule that it breaks.
        rule: String,
    },
    /// The operating system gave no random bytes.
    #[error("no random bytes: {0}")]
    Random(String),
}

impl CloudError {
    /// Wraps an SDK error with the name of the operation.
    pub fn service(operation: &'static str, error: impl Error) -> Self {
        Self::Service {
            operation,
            reason: causes(&error),
        }
    }
}

/// Joins an error's and its causes' messages. Their `Debug` would show the service's whole answer,
/// which may be a secret.
fn causes(error: &dyn Error) -> String {
    let mut told = error.to_string();
    let mut cause = error.source();
    while let Some(inner) = cause {
        told.push_str(": ");
        told.push_str(&inner.to_string());
        cause = inner.source();
    }
    told
}
