//! Calls of the function that creates broadcasters.

use anyhow::{Context as _, bail};
use aws_sdk_lambda::primitives::Blob;
use serde_json::Value;

use crate::stack::Stack;

/// Invokes the operator function with a command.
///
/// # Errors
/// The function's own error, if it refused.
pub async fn operate(stack: &Stack, command: &Value) -> anyhow::Result<Value> {
    let client = aws_sdk_lambda::Client::new(&stack.aws()?);
    let answer = client
        .invoke()
        .function_name(&stack.operator_function)
        .payload(Blob::new(command.to_string()))
        .send()
        .await
        .context("invoking the operator function")?;
    let payload = answer.payload.unwrap_or_else(|| Blob::new("null"));
    let value: Value = serde_json::from_slice(payload.as_ref())?;
    if answer.function_error.is_some() {
        bail!("the operator function refused: {value}");
    }
    Ok(value)
}
