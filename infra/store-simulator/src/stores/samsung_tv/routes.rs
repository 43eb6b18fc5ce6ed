//! Routes of this store: the control API under `/control/samsung-tv/{appId}`, and its own API.

use axum::{Router, http::StatusCode, routing::post};

use super::{action::ActionError, application::Application, openapi};
use crate::{control_routes::control, refusal::Refusal, registry::Registry};

/// Builds the routes of this store.
pub(crate) fn router(http: reqwest::Client) -> Router {
    control::<Application>(Router::new())
        .route("/openapi/{group}/{name}", post(openapi::call))
        .with_state(Registry::new(http))
}

impl From<ActionError> for Refusal {
    fn from(error: ActionError) -> Self {
        let status = match error {
            ActionError::UnknownPurchase => StatusCode::NOT_FOUND,
            ActionError::Missing(_) | ActionError::UnknownProduct(_) | ActionError::Plan(_) => {
                StatusCode::BAD_REQUEST
            }
            ActionError::Exists | ActionError::WrongStatus(_) => StatusCode::CONFLICT,
        };
        Self(status, error.to_string())
    }
}
