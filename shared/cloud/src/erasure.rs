//! Deletion of a broadcaster's items from a table whose keys begin with its id, page by page.

use aws_sdk_dynamodb::Client;
use aws_sdk_dynamodb::types::{DeleteRequest, WriteRequest};

use crate::CloudError;
use crate::due::pick;
use crate::item::{Item, text};

/// Largest number of items of a batch write.
const BATCH: usize = 25;

/// Number of items that one page examines.
const PAGE: i32 = 500;

/// Result of erasing one page.
#[derive(Debug)]
pub struct ErasedPage {
    /// Number of deleted items.
    pub deleted: usize,
    /// Key after which to continue; `None` at the end of the table.
    pub next: Option<Item>,
}

/// Deletes the broadcaster's items of one page of a table. `key` names the attributes of its key.
///
/// There is no index by broadcaster, so this reads the whole table; off-boarding is rare enough for
/// that.
///
/// # Errors
/// [`CloudError`] if the table can't be read or written; the same page may be repeated.
pub(crate) async fn erase_page(
    (client, table): (&Client, &str),
    key: &[&str],
    prefix: &str,
    after: Option<Item>,
) -> Result<ErasedPage, CloudError> {
    let failed = |error| CloudError::service("erasing a broadcaster's items", error);
    let page = client
        .scan()
        .table_name(table)
        .filter_expression("begins_with(pk, :prefix)")
        // Only keys are returned, so that a page of large items stays small.
        .projection_expression(key.join(", "))
        .expression_attribute_values(":prefix", text(prefix))
        .limit(PAGE)
        .set_exclusive_start_key(after)
        .send()
        .await
        .map_err(|error| CloudError::service("erasing a broadcaster's items", error))?;
    let items = page.items.unwrap_or_default();
    for chunk in items.chunks(BATCH) {
        let mut writes = Vec::with_capacity(chunk.len());
        for item in chunk {
            let delete = DeleteRequest::builder()
                .set_key(Some(pick(item, key)))
                .build()
                .map_err(failed)?;
            writes.push(WriteRequest::builder().delete_request(delete).build());
        }
        let answer = client
            .batch_write_item()
            .request_items(table, writes)
            .send()
            .await
            .map_err(|error| CloudError::service("erasing a broadcaster's items", error))?;
        // The page is not retried here: the caller repeats it with its next call, and deleting
        // again does no harm.
        if !answer.unprocessed_items.unwrap_or_default().is_empty() {
            return Err(CloudError::Service {
                operation: "erasing a broadcaster's items",
                reason: "some items were not taken".to_owned(),
            });
        }
    }
    Ok(ErasedPage {
        deleted: items.len(),
        next: page.last_evaluated_key,
    })
}
