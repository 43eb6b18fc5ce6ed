//! What can go wrong, told apart by what the caller has to do about it.

use std::time::Duration;

/// A field of a JSON body breaks a rule. Never holds the value.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{field} {rule}")]
pub struct FieldError {
    /// The field's name, with a dot before the name of a nested one: `fieldPointers.plan`.
    pub field: String,
    /// What is asked of it: `must be a string of 1 to 255 characters`.
    pub rule: String,
}

impl FieldError {
    pub(crate) fn new(field: impl Into<String>, rule: impl Into<String>) -> Self {
        Self {
            field: field.into(),
            rule: rule.into(),
        }
    }

    /// The same of a field of `outer`.
    pub(crate) fn within(self, outer: &str) -> Self {
        Self {
            field: format!("{outer}.{}", self.field),
            rule: self.rule,
        }
    }
}

/// The HTTP client could not be built: the system's root certificates can't be read.
#[derive(Debug, thiserror::Error)]
#[error("the http client for the stores cannot be built")]
pub struct ConnectorsError(#[source] pub(crate) reqwest::Error);

/// Why a look at a store gave no snapshot. No message holds a credential, an address or a purchase key.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum LookUpError {
    /// The store does not know the purchase.
    #[error("the store does not know the purchase")]
    NotFound,
    /// The store won't answer for this purchase, however often it is asked.
    #[error("the store rejected the question: {0}")]
    Rejected(String),
    /// The store does not accept the broadcaster's credentials. Says nothing of the purchase.
    #[error("the store does not accept the credentials")]
    Unauthorized,
    /// The store wants to be asked less often.
    #[error("the store asks to wait")]
    Throttled {
        /// How long, where it says so; at most a day.
        retry_after: Option<Duration>,
    },
    /// The store can't be reached, or has a fault of its own.
    #[error("the store is unavailable: {0}")]
    Unavailable(String),
    /// The store's answer can't be read.
    #[error("the store's answer cannot be read: {0}")]
    Malformed(String),
}

impl LookUpError {
    /// Whether this says nothing of the purchase: ask again later and conclude nothing until then.
    #[must_use]
    pub const fn is_transient(&self) -> bool {
        !matches!(self, Self::NotFound | Self::Rejected(_))
    }

    /// One stable word for metrics.
    #[must_use]
    pub const fn kind(&self) -> &'static str {
        match self {
            Self::NotFound => "not_found",
            Self::Rejected(_) => "rejected",
            Self::Unauthorized => "unauthorized",
            Self::Throttled { .. } => "throttled",
            Self::Unavailable(_) => "unavailable",
            Self::Malformed(_) => "malformed",
        }
    }
}

/// Why a notification is not acted upon.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum NotificationError {
    /// Nothing proves that the store sent it (now). To be answered with 401 and forgotten.
    #[error("nothing proves that the store sent it")]
    Forged,
    /// The store sent it, but about another application than the configured one. To be answered like
    /// [`Forged`](Self::Forged): stores sign for many applications, and none of their owners is to learn
    /// who else uses the store.
    #[error("it is about another application")]
    OtherApplication,
    /// It can't be told now whether the store sent it: the store's keys are out of reach. To be
    /// answered with 503, so that it is sent again.
    #[error("its origin cannot be proven now: {0}")]
    Unproven(String),
    /// The store sent it, and it can't be read. To be kept as a dead letter and accepted: sending it
    /// again would not help. The text names what is wrong, never a value.
    #[error("it cannot be read: {0}")]
    Unreadable(String),
}
