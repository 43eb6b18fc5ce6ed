//! The store's own API: a subscription by its id.

use std::{sync::Arc, time::Duration};

use axum::{
    Json,
    extract::{Path, State},
    http::{HeaderMap, StatusCode, header},
    response::{IntoResponse, Response},
};
use serde_json::json;

use super::{Partners, partner::Partner, wire::LookUp};
use crate::faults::FaultKind;

/// Longer than any client waits.
const HANG: Duration = Duration::from_secs(600);

/// Answers 200 with the subscription, 401 for a wrong key or an unknown partner, 404 for
/// an unknown subscription; unless a fault is due.
pub(crate) async fn look_up(
    State(partners): State<Arc<Partners>>,
    Path((id, subscription_id)): Path<(String, String)>,
    headers: HeaderMap,
) -> Response {
    let Some(partner) = partners.find(&id) else {
        return refused(StatusCode::UNAUTHORIZED);
    };
    match partner.lookup_arrives(&subscription_id) {
        Some(FaultKind::Hang) => {
            partner.lookup_ends("hang");
            tokio::time::sleep(HANG).await;
            return refused(StatusCode::GATEWAY_TIMEOUT);
        }
        Some(FaultKind::Malformed) => {
            partner.lookup_ends("malformed");
            return json_text(r#"{"data":{"subscriptionId":"#.to_owned());
        }
        Some(FaultKind::Status {
            status,
            retry_after,
        }) => {
            partner.lookup_ends(status.to_string());
            return faulty(status, retry_after);
        }
        Some(FaultKind::Slow { millis }) => tokio::time::sleep(Duration::from_millis(millis)).await,
        None => {}
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
    let Some(subscription) = partner.subscription(subscription_id) else {
        return refused(StatusCode::NOT_FOUND);
    };
    let look_up = LookUp::of(&subscription, partner.now());
    match look_up.text(configuration.lookup_envelope) {
        Ok(text) => json_text(text),
        Err(_) => refused(StatusCode::INTERNAL_SERVER_ERROR),
    }
}

fn faulty(status: u16, retry_after: Option<u64>) -> Response {
    let status = StatusCode::from_u16(status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
    let mut response = refused(status);
    if let Some(seconds) = retry_after {
        let headers = response.headers_mut();
        headers.insert(header::RETRY_AFTER, seconds.into());
    }
    response
}

fn refused(status: StatusCode) -> Response {
    let reason = status.canonical_reason().unwrap_or("Error");
    (status, Json(json!({ "error": reason }))).into_response()
}

fn json_text(text: String) -> Response {
    ([(header::CONTENT_TYPE, "application/json")], text).into_response()
}
