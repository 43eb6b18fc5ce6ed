//! Routes of this store: the control API under `/control/stripe/{accountId}`, and its own API.

use axum::{
    Json, Router,
    extract::Path,
    http::StatusCode,
    routing::{any, get, post},
};
use serde_json::Value;

use super::{SentEvent, account::Account, api, model::ActionError};
use crate::{
    control_routes::{Named, control, notifying},
    refusal::{Refusal, Reply},
    registry::Registry,
};

/// Builds the routes of this store.
pub(crate) fn router(http: reqwest::Client) -> Router {
    let further = Router::new()
        .route("/events", get(events))
        .route("/events/{id}/resend", post(resend));
    control(notifying::<Account>().merge(further))
        .route("/v1/{*path}", any(api::call))
        .with_state(Registry::new(http))
}

impl From<ActionError> for Refusal {
    fn from(error: ActionError) -> Self {
        let status = match error {
            ActionError::UnknownPurchase => StatusCode::NOT_FOUND,
            ActionError::Missing(_)
            | ActionError::UnknownPrice(_)
            | ActionError::Period(_)
            | ActionError::NotRecurring => StatusCode::BAD_REQUEST,
            _ => StatusCode::CONFLICT,
        };
        Self(status, error.to_string())
    }
}

async fn events(Named(account): Named<Account>) -> Json<Vec<Value>> {
    let events = account.events().into_iter();
    Json(events.map(|(event, _)| event).collect())
}

async fn resend(
    Named(account): Named<Account>,
    Path((_, event)): Path<(String, String)>,
) -> Reply<SentEvent> {
    let sent = account.resend(&event);
    let unknown = || Refusal::not_found("no event has this id");
    Ok(Json(sent.ok_or_else(unknown)?))
}
