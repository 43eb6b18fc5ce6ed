//! Conditional writes of one item.

use aws_sdk_dynamodb::error::{ProvideErrorMetadata, SdkError};

use crate::CloudError;

/// Whether a write failed on its condition.
pub(crate) fn condition_failed<E: ProvideErrorMetadata, R>(error: &SdkError<E, R>) -> bool {
    code(error) == Some("ConditionalCheckFailedException")
}

/// Whether a write met a transaction on the same item at the same moment.
pub(crate) fn met_a_transaction<E: ProvideErrorMetadata, R>(error: &SdkError<E, R>) -> bool {
    code(error) == Some("TransactionConflictException")
}

/// Wraps the error of a write; as [`CloudError::Busy`] if there was no capacity for it.
pub(crate) fn unwritten<E, R>(
    operation: &'static str,
    what: &'static str,
    error: SdkError<E, R>,
) -> CloudError
where
    E: ProvideErrorMetadata + std::error::Error + 'static,
    R: std::fmt::Debug,
{
    // https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/Programming.Errors.html
    match code(&error) {
        Some(
            "ThrottlingException"
            | "ProvisionedThroughputExceededException"
            | "RequestLimitExceeded",
        ) => CloudError::Busy(what),
        _ => CloudError::service(operation, error),
    }
}

fn code<E: ProvideErrorMetadata, R>(error: &SdkError<E, R>) -> Option<&str> {
    error
        .as_service_error()
        .and_then(ProvideErrorMetadata::code)
}
