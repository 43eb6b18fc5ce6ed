//! The connection to DynamoDB, opened before the first event (ADR 39).

use std::time::Duration;

use crate::environment::Aws;
use crate::item::text;

/// Longest wait. Without the connection the first event opens it.
const LIMIT: Duration = Duration::from_secs(1);

/// Opens the connection to DynamoDB by reading an item that does not exist. Call before the first
/// event is requested: until then Lambda gives a function a whole processor, and the handshake of
/// TLS needs most of what a first event needs.
pub async fn open(aws: &Aws) {
    let Some(table) = aws.optional("BROADCASTERS_TABLE") else {
        return;
    };
    // No broadcaster and no token has such a key.
    let read = aws
        .dynamodb()
        .get_item()
        .table_name(table)
        .key("pk", text("connection"))
        .key("sk", text("connection"))
        .send();
    match tokio::time::timeout(LIMIT, read).await {
        Ok(Ok(_)) => {}
        Ok(Err(error)) => tracing::debug!(%error, "no connection before the first event"),
        Err(_) => tracing::debug!("no connection in time before the first event"),
    }
}
