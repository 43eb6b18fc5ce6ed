//! Conditional writes.

use aws_sdk_dynamodb::error::{ProvideErrorMetadata, SdkError};
use aws_sdk_dynamodb::operation::transact_write_items::TransactWriteItemsError;

use crate::CloudError;

/// Reason for which a transaction was cancelled.
#[derive(Debug)]
pub(crate) enum Cancelled {
    /// The writes at these positions failed on their conditions.
    Conditions(Vec<usize>),
    /// Anything else, which says nothing about the conditions.
    Other(CloudError),
}

/// Distinguishes a failed condition from a lost race or throttling: DynamoDB cancels the
/// transaction in each case.
pub(crate) fn cancelled<R: std::fmt::Debug + Send + Sync + 'static>(
    operation: &'static str,
    what: &'static str,
    error: SdkError<TransactWriteItemsError, R>,
) -> Cancelled {
    let Some(TransactWriteItemsError::TransactionCanceledException(reasons)) =
        error.as_service_error()
    else {
        return Cancelled::Other(CloudError::service(operation, error));
    };
    let failed = |code: Option<&str>| code == Some("ConditionalCheckFailed");
    let positions: Vec<usize> = reasons
        .cancellation_reasons()
        .iter()
        .enumerate()
        .filter(|(_, reason)| failed(reason.code()))
        .map(|(position, _)| position)
        .collect();
    // `TransactionConflict` or throttling of a single item. Reading and deciding again resolves
    // both.
    if positions.is_empty() {
        Cancelled::Other(CloudError::Conflict(what))
    } else {
        Cancelled::Conditions(positions)
    }
}

/// Whether a write, or the transaction that it belongs to, failed on its condition.
pub(crate) fn condition_failed<E: ProvideErrorMetadata, R>(error: &SdkError<E, R>) -> bool {
    let code = error
        .as_service_error()
        .and_then(ProvideErrorMetadata::code);
    // Callers of this function repeat their read anyway, so a cancelled transaction counts whatever
    // its reason.
    matches!(
        code,
        Some("ConditionalCheckFailedException" | "TransactionCanceledException")
    )
}
