//! The store's own API: look-up of a subscription by its id.

use std::sync::Arc;

use axum::{
    Json,
    extract::{Path, State},
    http::{HeaderMap, StatusCode, header},
    response::{IntoResponse, Response},
};
use serde_json::json;

use super::{partner::Partner, wire::LookUp};
use crate::{
    lookup_faults::{disturb, status_of, with_retry_after},
    registry::Registry,
    tenant::Tenant as _,
};

/// Answers 200 with the subscription, 401 for a wrong key or an unknown partner, 404 for an unknown
/// subscription; unless a fault is due.
pub(crate) async fn look_up(
    State(partners): State<Arc<Registry<Partner>>>,
    Path((id, subscription_id)): Path<(String, String)>,
    headers: HeaderMap,
) -> Response {
    let Some(partner) = partners.find(&id) else {
        return refused(StatusCode::UNAUTHORIZED);
    };
    let fault = partner.lookup_arrives(&subscription_id);
    let cut_off = r#"{"data":{"subscriptionId":"#;
    let faulty = |status: u16, retry_after| {
        let response = with_retry_after(refused(status_of(status)), retry_after);
        (status.to_string(), response)
    };
    let ends = |outcome| partner.lookup_ends(outcome);
    if let Some(response) = disturb(fault, cut_off, faulty, ends).await {
        return response;
    }
    let response = answer(&partner, &subscription_id, &headers);
    partner.lookup_ends(response.status().as_u16().to_string());
    response
}

fn answer(partner: &Partner, subscription_id: &str, headers: &HeaderMap) -> Response {
    let configuration = partner.configuration();
    let key = headers.get(&configuration.api_key_header);
    if key.is_none_or(|key| key.as_bytes() != configuration.api_key.as_bytes()) {
        return refused(StatusCode::UNAUTHORIZED);
    }
    let Some(subscription) = partner.purchase(subscription_id) else {
        return refused(StatusCode::NOT_FOUND);
    };
    let look_up = LookUp::of(&subscription, partner.now());
    match look_up.text() {
        Ok(text) => json_text(text),
        Err(_) => refused(StatusCode::INTERNAL_SERVER_ERROR),
    }
}

fn refused(status: StatusCode) -> Response {
    let reason = status.canonical_reason().unwrap_or("Error");
    (status, Json(json!({ "error": reason }))).into_response()
}

fn json_text(text: String) -> Response {
    ([(header::CONTENT_TYPE, "application/json")], text).into_response()
}
