//! Number of purchases that a customer has taken over from others.

use aws_sdk_dynamodb::types::ReturnValue;
use domain::{BroadcasterId, CustomerId, Timestamp};
use jiff::tz::TimeZone;

use super::Purchases;
use crate::CloudError;
use crate::item::{number, text};

/// Retention of a day's counter, in seconds.
const KEPT_SECONDS: i64 = 2 * 24 * 3600;

impl Purchases {
    /// Counts a purchase that moved to a customer from another one, and returns how many did on
    /// this day (UTC).
    ///
    /// # Errors
    /// [`CloudError`] if the table can't be written.
    pub async fn count_transfer(
        &self,
        broadcaster: &BroadcasterId,
        customer: &CustomerId,
        now: Timestamp,
    ) -> Result<u32, CloudError> {
        let day = now.to_zoned(TimeZone::UTC).date();
        let expires_at = now.as_second().saturating_add(KEPT_SECONDS);
        let counted = self
            .client
            .update_item()
            .table_name(&self.table)
            .key(
                "pk",
                text(format!("{broadcaster}#transfers#{day}#{customer}")),
            )
            .update_expression("SET expires_at = :expires_at ADD transfers :one")
            .expression_attribute_values(":expires_at", number(expires_at.into()))
            .expression_attribute_values(":one", number(1))
            .return_values(ReturnValue::UpdatedNew)
            .send()
            .await
            .map_err(|error| CloudError::service("counting a transfer", error))?;
        let count = counted.attributes.as_ref();
        let count = count.and_then(|item| item.get("transfers")?.as_n().ok()?.parse().ok());
        Ok(count.unwrap_or(1))
    }
}
