//! Routes of this store: the control API under `/control/roku/{account}`, and its own API.

use axum::{
    Json, Router,
    http::StatusCode,
    routing::{get, post},
};

use super::{
    CurrentKey, Replay, Rotation, SentPush,
    account::Account,
    control::{FORGED_JWKS_PATH, JWKS_PATH, TEST_JWKS_PATH},
    jwks,
    model::ActionError,
    sending::ReplayError,
    service,
};
use crate::{
    control_routes::{Named, control, notifying},
    refusal::{Refusal, Reply},
    registry::Registry,
};

/// Builds the routes of this store.
pub(crate) fn router(http: reqwest::Client) -> Router {
    let further = Router::new()
        .route("/keys/rotate", post(rotate))
        .route("/notifications/replay", post(replay));
    let service = Router::new()
        .route(
            "/validate-transaction/{api_key}/{*id}",
            get(service::validate_transaction),
        )
        .route(
            "/validate-refund/{api_key}/{*id}",
            get(service::validate_refund),
        );
    control(notifying::<Account>().merge(further))
        .nest("/listen/transaction-service.svc", service)
        .route(JWKS_PATH, get(jwks::production))
        .route(TEST_JWKS_PATH, get(jwks::test))
        .route(FORGED_JWKS_PATH, get(jwks::forged))
        .with_state(Registry::new(http))
}

impl From<ActionError> for Refusal {
    fn from(error: ActionError) -> Self {
        let status = match error {
            ActionError::UnknownPurchase => StatusCode::NOT_FOUND,
            ActionError::Missing(_)
            | ActionError::NoChannel
            | ActionError::UnknownChannel(_)
            | ActionError::UnknownPlan(_)
            | ActionError::Amount(_)
            | ActionError::Period(_) => StatusCode::BAD_REQUEST,
            ActionError::Exists
            | ActionError::NothingToRefund
            | ActionError::InTrial
            | ActionError::NoOffer
            | ActionError::DisputeOrder
            | ActionError::WrongState(_) => StatusCode::CONFLICT,
        };
        Self(status, error.to_string())
    }
}

impl From<ReplayError> for Refusal {
    fn from(error: ReplayError) -> Self {
        match error {
            ReplayError::Window => Self::bad_request(error),
            ReplayError::Key(error) => error.into(),
        }
    }
}

async fn rotate(
    Named(account): Named<Account>,
    Json(rotation): Json<Rotation>,
) -> Reply<CurrentKey> {
    let keys = if rotation.test {
        &account.test_keys
    } else {
        &account.keys
    };
    let kid = keys.rotate(rotation.keep_old)?;
    Ok(Json(CurrentKey { kid }))
}

async fn replay(
    Named(account): Named<Account>,
    Json(wanted): Json<Replay>,
) -> Reply<Vec<SentPush>> {
    Ok(Json(account.replay(&wanted)?))
}
