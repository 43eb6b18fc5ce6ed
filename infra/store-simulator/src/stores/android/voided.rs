//! The Android Publisher API: the list of voided purchases.

use std::sync::Arc;

use axum::{
    Json,
    extract::{Path, Query, State},
    http::HeaderMap,
    response::{IntoResponse, Response},
};
use jiff::Timestamp;
use serde::Deserialize;
use serde_json::{Value, json};

use super::{
    google_error::GoogleError, model::VoidedPurchase, package::Package, publisher::authorized,
};
use crate::{registry::Registry, tenant::Tenant as _};

const LARGEST_PAGE: usize = 1_000;
const THIRTY_DAYS_MILLIS: i64 = 30 * 86_400_000;
const SUBSCRIPTIONS_TOO: u32 = 1;

/// Query of the list. Times are in milliseconds since 1970.
#[derive(Debug, Default, Deserialize)]
#[serde(default, rename_all = "camelCase")]
pub(super) struct Wanted {
    start_time: Option<i64>,
    end_time: Option<i64>,
    max_results: Option<usize>,
    token: Option<String>,
    start_index: Option<usize>,
    r#type: u32,
}

/// Serves `purchases.voidedpurchases.list`.
pub(super) async fn list(
    State(packages): State<Arc<Registry<Package>>>,
    Path(package_name): Path<String>,
    Query(wanted): Query<Wanted>,
    headers: HeaderMap,
) -> Response {
    let package = match authorized(&packages, &package_name, &headers) {
        Ok(package) => package,
        Err(error) => return error.into_response(),
    };
    package.count(|calls| calls.voided_lists += 1);
    if let Some(status) = package.configuration().refusals.voided {
        return GoogleError::of_status(status).into_response();
    }
    let page = page(&wanted, package.voided(), package.now());
    page.map(Json).into_response()
}

fn page(
    wanted: &Wanted,
    voided: Vec<VoidedPurchase>,
    now: Timestamp,
) -> Result<Value, GoogleError> {
    let invalid = || GoogleError::new(400, "invalidValue", "Invalid Value");
    let oldest = now.as_millisecond().saturating_sub(THIRTY_DAYS_MILLIS);
    let start = wanted.start_time.unwrap_or(oldest);
    let end = wanted.end_time.unwrap_or(now.as_millisecond());
    let offset = match &wanted.token {
        Some(token) => token.parse().map_err(|_| invalid())?,
        None => wanted.start_index.unwrap_or_default(),
    };
    if start < oldest || start > end {
        return Err(invalid());
    }
    let size = wanted.max_results.unwrap_or(LARGEST_PAGE);
    let size = size.clamp(1, LARGEST_PAGE);
    let all: Vec<_> = voided
        .into_iter()
        .filter(|one| one.one_time || wanted.r#type == SUBSCRIPTIONS_TOO)
        .filter(|one| (start..=end).contains(&one.voided_at.as_millisecond()))
        .collect();
    let shown: Vec<Value> = all.iter().skip(offset).take(size).map(entry).collect();
    let next = offset.saturating_add(shown.len());
    let mut page = json!({
        "pageInfo": {"totalResults": all.len(), "resultPerPage": size, "startIndex": offset},
    });
    if let Some(page) = page.as_object_mut() {
        if next < all.len() {
            let tokens = json!({"nextPageToken": next.to_string(), "previousPageToken": ""});
            page.insert("tokenPagination".to_owned(), tokens);
        }
        if !shown.is_empty() {
            page.insert("voidedPurchases".to_owned(), Value::Array(shown));
        }
    }
    Ok(page)
}

fn entry(voided: &VoidedPurchase) -> Value {
    json!({
        "kind": "androidpublisher#voidedPurchase",
        "purchaseToken": voided.purchase_token,
        "orderId": voided.order_id,
        "purchaseTimeMillis": voided.paid_at.as_millisecond().to_string(),
        "voidedTimeMillis": voided.voided_at.as_millisecond().to_string(),
        "voidedSource": voided.source,
        "voidedReason": voided.reason,
        "voidedQuantity": 1,
    })
}
