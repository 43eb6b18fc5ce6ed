//! Conditional writes of one item.

use aws_sdk_dynamodb::error::{ProvideErrorMetadata, SdkError};

/// Whether a write failed on its condition.
pub(crate) fn condition_failed<E: ProvideErrorMetadata, R>(error: &SdkError<E, R>) -> bool {
    let code = error
        .as_service_error()
        .and_then(ProvideErrorMetadata::code);
    code == Some("ConditionalCheckFailedException")
}
