//! The two forms in which a purchase is submitted. What follows is the same for both.

use cloud::api::ApiError;
use domain::Store;
use serde_json::Value;
use stores::Submission;

/// How the body is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Form {
    /// The purchase alone: the offer follows from what the store sold.
    Validation,
    /// The older form: the caller names the offer and hands on the store's receipt.
    Payment,
}

impl Form {
    /// The form that a route takes.
    pub(crate) fn of(route: &str) -> Result<Self, ApiError> {
        match route {
            "POST /{store}/purchase-validation" => Ok(Self::Validation),
            "POST /{store}/payment" => Ok(Self::Payment),
            _ => Err(ApiError::not_found("no such resource")),
        }
    }

    /// Reads a body.
    pub(crate) fn read(self, store: Store, body: &Value) -> Result<Submission, ApiError> {
        let read = match self {
            Self::Validation => stores::parse_submission(store, body),
            Self::Payment => stores::parse_payment(store, body).ok_or_else(|| {
                ApiError::not_found(format!(
                    "this store takes no payments; use /{store}/purchase-validation"
                ))
            })?,
        };
        read.map_err(ApiError::from)
    }

    /// What a server is told that names no customer.
    pub(crate) fn customer_missing(self) -> ApiError {
        ApiError::body(match self {
            Self::Validation => "customerId must be given with a publisher token",
            Self::Payment => "customerEmail or customerId must be given with a publisher token",
        })
    }
}
