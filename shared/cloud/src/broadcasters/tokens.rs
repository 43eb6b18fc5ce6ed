//! Publisher tokens. Several may be valid at the same time, so that they can be rotated.

use aws_sdk_dynamodb::types::{Delete, Put, TransactWriteItem};
use domain::{BroadcasterId, Timestamp};
use serde::{Deserialize, Serialize};

use super::{Broadcasters, Page, keyed, token_key};
use crate::item::{Item, text, to_item};
use crate::token::PublisherToken;
use crate::transaction::{Unwritten, transact};
use crate::{CloudError, clock};

/// Stored token.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct TokenRecord {
    /// The operator's name for it.
    pub name: String,
    /// SHA-256 of the token, hexadecimal.
    pub hash: String,
    /// Time at which it was issued.
    pub issued_at: Timestamp,
    /// Time at which it expires, if it does.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub expires_at: Option<Timestamp>,
}

/// Item that a token's hash leads to.
#[derive(Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
struct TokenOwner {
    hash: String,
    broadcaster_id: BroadcasterId,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    expires_at: Option<Timestamp>,
}

impl Broadcasters {
    /// Returns the broadcaster whose token this is. An expired token has no owner.
    ///
    /// # Errors
    /// [`CloudError`] if the table can't be read.
    pub async fn owner_of(
        &self,
        token: &PublisherToken,
    ) -> Result<Option<BroadcasterId>, CloudError> {
        // The item is found by a hash, so the time of the read says nothing about a token.
        let found: Option<TokenOwner> =
            self.get_cached("token", &token_key(token), "token").await?;
        Ok(found
            .filter(|found| token.matches(&found.hash))
            .filter(|found| found.expires_at.is_none_or(|end| clock::now() < end))
            .map(|found| found.broadcaster_id))
    }

    /// Stores a new token under a name. Returns `false` and changes nothing if the name is taken.
    ///
    /// # Errors
    /// [`CloudError`] if the table can't be written.
    pub async fn put_token(
        &self,
        broadcaster: &BroadcasterId,
        record: &TokenRecord,
    ) -> Result<bool, CloudError> {
        let named = keyed(
            to_item("token", record)?,
            broadcaster.as_str(),
            &format!("token#{}", record.name),
        );
        let owner = TokenOwner {
            hash: record.hash.clone(),
            broadcaster_id: broadcaster.clone(),
            expires_at: record.expires_at,
        };
        let found = keyed(
            to_item("token", &owner)?,
            &format!("token#{}", record.hash),
            "token",
        );
        // Both items or none: a hash without its name could never be revoked.
        let writes = vec![self.put_new(named)?, self.put_new(found)?];
        match transact(&self.client, "issuing a token", "the token", writes).await {
            Ok(()) => Ok(true),
            Err(Unwritten::Conditions(_)) => Ok(false),
            Err(Unwritten::Other(error)) => Err(error),
        }
    }

    /// Removes the token of a name. Returns whether there was one.
    ///
    /// # Errors
    /// [`CloudError`] if the table can't be read or written; [`CloudError::Conflict`] if the name
    /// was given to another token meanwhile.
    pub async fn delete_token(
        &self,
        broadcaster: &BroadcasterId,
        name: &str,
    ) -> Result<bool, CloudError> {
        let sk = format!("token#{name}");
        let record: Option<TokenRecord> = self.get("token", broadcaster.as_str(), &sk).await?;
        let Some(record) = record else {
            return Ok(false);
        };
        let remove = |pk: &str, sk: &str| {
            Delete::builder()
                .table_name(&self.table)
                .key("pk", text(pk))
                .key("sk", text(sk))
                // The name may have been given to another token since; that one must stay valid.
                .condition_expression("attribute_not_exists(pk) OR #hash = :hash")
                .expression_attribute_names("#hash", "hash")
                .expression_attribute_values(":hash", text(&record.hash))
                .build()
                .map(|delete| TransactWriteItem::builder().delete(delete).build())
                .map_err(|error| CloudError::service("revoking a token", error))
        };
        let writes = vec![
            remove(broadcaster.as_str(), &sk)?,
            remove(&format!("token#{}", record.hash), "token")?,
        ];
        match transact(&self.client, "revoking a token", "the token", writes).await {
            Ok(()) => Ok(true),
            Err(Unwritten::Conditions(_)) => Err(CloudError::Conflict("the token")),
            Err(Unwritten::Other(error)) => Err(error),
        }
    }

    /// Returns the broadcaster's tokens: names, hashes and dates. At most 100.
    ///
    /// # Errors
    /// [`CloudError`] if the table can't be read.
    pub async fn tokens(
        &self,
        broadcaster: &BroadcasterId,
    ) -> Result<Page<TokenRecord>, CloudError> {
        self.list("token", broadcaster.as_str(), "token#", 100, None)
            .await
    }

    pub(super) fn put_new(&self, item: Item) -> Result<TransactWriteItem, CloudError> {
        Put::builder()
            .table_name(&self.table)
            .set_item(Some(item))
            .condition_expression("attribute_not_exists(pk)")
            .build()
            .map(|put| TransactWriteItem::builder().put(put).build())
            .map_err(|error| CloudError::service("writing the broadcasters table", error))
    }
}
