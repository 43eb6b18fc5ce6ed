//! The two formats in which a purchase is submitted. Everything after parsing is the same for both.

use cloud::api::ApiError;
use domain::Store;
use serde_json::Value;
use stores::Submission;

/// Format of a submission's body, which follows from its route.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Form {
    /// The purchase alone. The offer follows from the product that the store sold.
    Validation,
    /// The older format, in which the caller names the offer and forwards the store's receipt.
    Payment,
}

impl Form {
    /// Returns the format that a route accepts.
    ///
    /// # Errors
    /// 404 for any other route.
    pub(crate) fn of(route: &str) -> Result<Self, ApiError> {
        match route {
            "POST /{store}/purchase-validation" => Ok(Self::Validation),
            "POST /{store}/payment" => Ok(Self::Payment),
            _ => Err(ApiError::not_found("no such resource")),
        }
    }

    /// Parses a body by the rules of the store's connector.
    ///
    /// # Errors
    /// 400 `REQ0001` names the field and the rule; 404 if the store has no older format.
    pub(crate) fn read(self, store: Store, body: &Value) -> Result<Submission, ApiError> {
        let read = match self {
            Self::Validation => stores::parse_submission(store, body),
            Self::Payment => stores::profile(store).parse_payment(body).ok_or_else(|| {
                ApiError::not_found(format!(
                    "this store takes no payments; use /{store}/purchase-validation"
                ))
            })?,
        };
        read.map_err(ApiError::from)
    }

    /// Builds the error for a server's submission that names no customer.
    pub(crate) fn customer_missing(self) -> ApiError {
        ApiError::body(match self {
            Self::Validation => "customerId must be given with a publisher token",
            Self::Payment => "customerEmail or customerId must be given with a publisher token",
        })
    }
}
