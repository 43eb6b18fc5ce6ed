//! Conditional writes.

use aws_sdk_dynamodb::error::{ProvideErrorMetadata, SdkError};

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
