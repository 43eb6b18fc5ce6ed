//! Google's list of voided purchases.

use serde::Deserialize;
use serde_json::Value;

/// Page of the list. Its entries are read one by one, because one that can't be read must not hide
/// the others.
#[derive(Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub(in crate::connectors::android) struct Page {
    pub(in crate::connectors::android) voided_purchases: Vec<Value>,
    token_pagination: Option<Pagination>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Pagination {
    next_page_token: Option<String>,
}

impl Page {
    /// Returns the token of the next page, if there is one.
    pub(in crate::connectors::android) fn next(&self) -> Option<&str> {
        let token = self.token_pagination.as_ref()?.next_page_token.as_deref();
        token.filter(|token| !token.is_empty())
    }
}

/// Voided payment. Has no `Debug`, because it contains the purchase key.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
pub(in crate::connectors::android) struct Voided {
    pub(in crate::connectors::android) purchase_token: String,
    pub(in crate::connectors::android) order_id: Option<String>,
    /// Milliseconds, as text or as a number.
    pub(in crate::connectors::android) voided_time_millis: Value,
}
