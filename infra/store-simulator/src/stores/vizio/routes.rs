//! Routes of this store: the control API under `/control/vizio/{partnerId}`, and the look-up.

use axum::{Router, http::StatusCode, routing::get};

use super::{actions::ActionError, lookup::look_up, partner::Partner};
use crate::{
    control_routes::{control, notifying},
    refusal::Refusal,
    registry::Registry,
};

/// Builds the routes of this store.
pub(crate) fn router(http: reqwest::Client) -> Router {
    control::<Partner>(notifying::<Partner>())
        .route(
            "/entitlements/v1/partners/{partner_id}/subscriptions/{subscription_id}",
            get(look_up),
        )
        .with_state(Registry::new(http))
}

impl From<ActionError> for Refusal {
    fn from(error: ActionError) -> Self {
        let status = match error {
            ActionError::UnknownSubscription => StatusCode::NOT_FOUND,
            ActionError::PlanCodeMissing | ActionError::UnknownPlan(_) | ActionError::Plan(_) => {
                StatusCode::BAD_REQUEST
            }
            ActionError::Exists | ActionError::NothingToRefund | ActionError::WrongStatus(_) => {
                StatusCode::CONFLICT
            }
        };
        Self(status, error.to_string())
    }
}
