//! Deleting all items of a broadcaster from a table whose keys begin with its id, page by page.

use aws_sdk_dynamodb::Client;
use aws_sdk_dynamodb::types::{DeleteRequest, WriteRequest};

use crate::CloudError;
use crate::due::pick;
use crate::item::{Item, text};

/// The largest number of items in one batch write.
const BATCH: usize = 25;

/// Items that are looked at in one page.
const PAGE: i32 = 500;

/// One page of an erasure.
#[derive(Debug)]
pub struct ErasedPage {
    /// Items that were deleted.
    pub deleted: usize,
    /// The key to go on after; `None` once the table has been read to its end.
    pub next: Option<Item>,
}

/// Deletes the broadcaster's items of one page of a table. `key` names the attributes of its key.
///
/// There is no index by broadcaster: this reads the whole table, which an off-boarding may cost.
///
/// # Errors
/// [`CloudError`] if the table can't be read or written; the same page may be asked for again.
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
