//! Errors, distinguished by what the caller has to do.

use std::time::Duration;

use crate::NetworkError;

/// Error: the HTTP client can't be built, because the TLS library refuses its configuration.
#[derive(Debug, thiserror::Error)]
#[error("the http client for the stores cannot be built")]
pub struct ConnectorsError(#[source] pub(crate) https::HttpsError);

/// Reason for which a look-up gave no snapshot, by phase: the request could not be built, the
/// connection failed, or the store answered something else than a state. No message contains a
/// credential, a URL or a purchase key.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum LookUpError {
    /// We could not build the request, so nothing was sent. Says nothing about the purchase, nor
    /// about the store.
    #[error("the request cannot be built: {0}")]
    InvalidRequest(&'static str),
    /// The store does not know the purchase.
    #[error("the store does not know the purchase")]
    NotFound,
    /// The store won't answer about this purchase, however often it is asked.
    #[error("the store rejected the question: {0}")]
    Rejected(String),
    /// The store refuses the broadcaster's credentials. Says nothing about the purchase.
    #[error("the store does not accept the credentials")]
    Unauthorized,
    /// The store limits the rate.
    #[error("the store asks to wait")]
    Throttled {
        /// The requested wait, if the store names one; at most a day.
        retry_after: Option<Duration>,
    },
    /// The connection gave no answer.
    #[error("the store cannot be reached: {0}")]
    Unreachable(#[source] NetworkError),
    /// The store answers that it has an error of its own.
    #[error("the store is unavailable: {0}")]
    Unavailable(String),
    /// The store's answer can't be read.
    #[error("the store's answer cannot be read: {0}")]
    Malformed(String),
}

impl LookUpError {
    /// Builds the error for a look-up without an answer: the caller's time was over before the
    /// store answered.
    #[must_use]
    pub const fn out_of_time(why: &'static str) -> Self {
        Self::Unreachable(NetworkError::new(why))
    }

    /// Whether this says nothing about the purchase, so that nothing may be concluded until a later
    /// answer.
    #[must_use]
    pub const fn is_transient(&self) -> bool {
        !matches!(self, Self::NotFound | Self::Rejected(_))
    }

    /// Whether the store could not be asked, or could not answer: nobody has to correct anything.
    #[must_use]
    pub const fn is_outage(&self) -> bool {
        matches!(
            self,
            Self::Throttled { .. } | Self::Unreachable(_) | Self::Unavailable(_)
        )
    }

    /// Returns the wait that the store asks for, if it asks for one.
    #[must_use]
    pub const fn retry_after(&self) -> Option<Duration> {
        match self {
            Self::Throttled { retry_after } => *retry_after,
            _ => None,
        }
    }

    /// Returns the stable name for metrics.
    #[must_use]
    pub const fn kind(&self) -> &'static str {
        match self {
            Self::InvalidRequest(_) => "invalid_request",
            Self::NotFound => "not_found",
            Self::Rejected(_) => "rejected",
            Self::Unauthorized => "unauthorized",
            Self::Throttled { .. } => "throttled",
            Self::Unreachable(_) => "unreachable",
            Self::Unavailable(_) => "unavailable",
            Self::Malformed(_) => "malformed",
        }
    }
}

/// Reason for which a notification is not processed.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum NotificationError {
    /// Nothing proves that the store sent it (now). Answered with 401 and dropped.
    #[error("nothing proves that the store sent it")]
    Forged,
    /// The store sent it about another application than the configured one. Answered like
    /// [`Forged`](Self::Forged), because stores sign for many applications, and their owners must
    /// not learn who else uses the store.
    #[error("it is about another application")]
    OtherApplication,
    /// Its origin can't be verified now, because the store's keys can't be reached. Answered with
    /// 503, so that it is sent again.
    #[error("its origin cannot be proven now: {0}")]
    Unproven(String),
    /// The store sent it, and it can't be read. Stored as a dead letter and accepted, because
    /// sending it again would not help. The text names the fault, never a value.
    #[error("it cannot be read: {0}")]
    Unreadable(String),
}
