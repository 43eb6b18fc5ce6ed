//! What can go wrong between a function and AWS.

use std::error::Error;

/// A call to AWS that failed, or an answer that could not be used.
#[derive(Debug, thiserror::Error)]
pub enum CloudError {
    /// A conditional write found something else than expected: read again and decide again.
    #[error("{0} changed in the meantime")]
    Conflict(&'static str),
    /// The service refused or could not be reached.
    #[error("{operation} failed: {reason}")]
    Service {
        /// What was tried.
        operation: &'static str,
        /// The service's words.
        reason: String,
    },
    /// What is stored can't be read.
    #[error("{what} can't be read: {reason}")]
    Stored {
        /// What it is.
        what: &'static str,
        /// Why not. Names a field, never a value.
        reason: String,
    },
    /// An environment variable is missing or malformed.
    #[error("environment variable {name} {rule}")]
    Environment {
        /// Its name.
        name: &'static str,
        /// What it must be.
        rule: String,
    },
    /// The operating system gave no random bytes.
    #[error("no random bytes: {0}")]
    Random(String),
}

impl CloudError {
    /// Wraps an SDK error with the name of what was tried.
    pub fn service(operation: &'static str, error: impl Error) -> Self {
        Self::Service {
            operation,
            reason: causes(&error),
        }
    }
}

/// An error and its causes in their own words. Their `Debug` would show the whole answer of the
/// service, be it a secret.
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
