//! Conditional writes.

use aws_sdk_dynamodb::error::{ProvideErrorMetadata, SdkError};
use aws_sdk_dynamodb::operation::transact_write_items::TransactWriteItemsError;

use crate::CloudError;

/// Why a transaction was not carried out.
#[derive(Debug)]
pub(crate) enum Cancelled {
    /// The writes at these positions failed on their conditions.
    Conditions(Vec<usize>),
    /// Anything else; says nothing of the conditions.
    Other(CloudError),
}

/// Tells a failed condition from a transaction that lost a race or was throttled: DynamoDB cancels it
/// for both.
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
    if positions.is_empty() {
        Cancelled::Other(CloudError::Conflict(what))
    } else {
        Cancelled::Conditions(positions)
    }
}

/// Whether a write, or the transaction that it was part of, failed on its condition.
pub(crate) fn condition_failed<E: ProvideErrorMetadata, R>(error: &SdkError<E, R>) -> bool {
    let code = error
        .as_service_error()
        .and_then(ProvideErrorMetadata::code);
    matches!(
        code,
        Some("ConditionalCheckFailedException" | "TransactionCanceledException")
    )
}
