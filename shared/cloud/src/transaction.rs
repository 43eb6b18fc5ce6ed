//! Transactional writes.

use aws_sdk_dynamodb::Client;
use aws_sdk_dynamodb::operation::transact_write_items::TransactWriteItemsError;
use aws_sdk_dynamodb::types::{CancellationReason, TransactWriteItem};
use uuid::Uuid;

use crate::CloudError;
use crate::busy::Waits;

/// Reason for which a transaction was not written.
#[derive(Debug)]
pub(crate) enum Unwritten {
    /// The writes at these positions failed on their conditions: somebody else has written.
    Conditions(Vec<usize>),
    /// Anything else, which says nothing about the conditions.
    Other(CloudError),
}

/// What the reasons of a cancelled transaction come to.
#[derive(Debug, PartialEq, Eq)]
enum Cancelled {
    Conditions(Vec<usize>),
    /// Throttling, or another transaction on the same item at the same moment.
    Busy,
    Refused,
}

/// Sends a transaction. While DynamoDB throttles it, or it meets another one, it is sent again after
/// short waits. The SDK does not do that: to it, a cancelled transaction is final. `what` names the
/// items.
///
/// # Errors
/// [`Unwritten`]; with [`CloudError::Busy`] if the waits were not long enough.
pub(crate) async fn transact(
    client: &Client,
    operation: &'static str,
    what: &'static str,
    writes: Vec<TransactWriteItem>,
) -> Result<(), Unwritten> {
    let mut waits = Waits::of(what);
    let mut token = Uuid::new_v4();
    loop {
        let request = client
            .transact_write_items()
            .client_request_token(token.to_string());
        let sent = request
            .set_transact_items(Some(writes.clone()))
            .send()
            .await;
        let Err(error) = sent else { return Ok(()) };
        match error.as_service_error() {
            Some(TransactWriteItemsError::TransactionCanceledException(cancelled)) => {
                let reasons = cancelled.cancellation_reasons();
                match read(reasons) {
                    Cancelled::Conditions(positions) => {
                        return Err(Unwritten::Conditions(positions));
                    }
                    Cancelled::Refused => {
                        return Err(Unwritten::Other(CloudError::service(operation, error)));
                    }
                    Cancelled::Busy => {
                        let codes: Vec<_> = reasons.iter().filter_map(|r| r.code()).collect();
                        tracing::info!(operation, ?codes, "a transaction is sent again");
                        // It has ended, so the next one is another.
                        token = Uuid::new_v4();
                    }
                }
            }
            // An earlier attempt of this transaction still runs. With another token, its own write
            // would look like somebody else's.
            Some(TransactWriteItemsError::TransactionInProgressException(_)) => {}
            _ => return Err(Unwritten::Other(CloudError::service(operation, error))),
        }
        waits.wait().await.map_err(Unwritten::Other)?;
    }
}

/// Reads the reasons, of which there is one for each write (API reference of `TransactWriteItems`).
fn read(reasons: &[CancellationReason]) -> Cancelled {
    let codes = reasons.iter().map(|reason| reason.code().unwrap_or("None"));
    let failed = |(position, code)| (code == "ConditionalCheckFailed").then_some(position);
    let positions: Vec<usize> = codes.clone().enumerate().filter_map(failed).collect();
    if !positions.is_empty() {
        return Cancelled::Conditions(positions);
    }
    let mut busy = false;
    for code in codes {
        match code {
            "TransactionConflict" | "ThrottlingError" | "ProvisionedThroughputExceeded" => {
                busy = true;
            }
            "None" => {}
            // An item that is too large or invalid stays so.
            _ => return Cancelled::Refused,
        }
    }
    if busy {
        Cancelled::Busy
    } else {
        Cancelled::Refused
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn reasons(codes: &[&str]) -> Cancelled {
        let reason = |code: &&str| CancellationReason::builder().code(*code).build();
        read(&codes.iter().map(reason).collect::<Vec<_>>())
    }

    #[test]
    fn only_a_failed_condition_is_somebody_else_s_write() {
        let rows: [(&[&str], Cancelled); 9] = [
            (
                &["None", "ConditionalCheckFailed"],
                Cancelled::Conditions(vec![1]),
            ),
            (
                &["ConditionalCheckFailed", "ThrottlingError"],
                Cancelled::Conditions(vec![0]),
            ),
            (&["None", "TransactionConflict"], Cancelled::Busy),
            (&["ThrottlingError"], Cancelled::Busy),
            (&["ProvisionedThroughputExceeded", "None"], Cancelled::Busy),
            (&["ThrottlingError", "ValidationError"], Cancelled::Refused),
            (&["ItemCollectionSizeLimitExceeded"], Cancelled::Refused),
            (&["SomethingNew"], Cancelled::Refused),
            (&[], Cancelled::Refused),
        ];
        for (codes, expected) in rows {
            assert_eq!(reasons(codes), expected, "{codes:?}");
        }
    }
}
