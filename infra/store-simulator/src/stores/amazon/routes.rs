//! Routes of this store: the control API under `/control/amazon/{packageName}`, and its own API.

use axum::{
    Json, Router,
    http::StatusCode,
    routing::{get, post},
};

use super::{
    Endpoint, PublishedCertificate, SentMessage,
    app::App,
    bodies::{EnteredToken, Rotation},
    model::ActionError,
    service_pages,
    subscription::WrongToken,
    verification,
};
use crate::{
    control_routes::{Named, control, notifying},
    refusal::{Refusal, Reply},
    registry::Registry,
};

/// Builds the routes of this store.
pub(crate) fn router(http: reqwest::Client) -> Router {
    let further = Router::new()
        .route("/endpoint", get(endpoint))
        .route("/endpoint/confirmation", post(ask_confirmation))
        .route("/endpoint/token", post(enter_token))
        .route("/endpoint/unsubscription", post(unsubscribe))
        .route("/certificate", get(certificate))
        .route("/certificate/rotate", post(rotate_certificate));
    control(notifying::<App>().merge(further))
        .route(
            "/version/1.0/verifyReceiptId/developer/{*rest}",
            get(verification::production),
        )
        .route(
            "/sandbox/version/1.0/verifyReceiptId/developer/{*rest}",
            get(verification::sandbox),
        )
        .route("/", get(service_pages::act))
        .route("/{file}", get(service_pages::certificate))
        .with_state(Registry::new(http))
}

impl From<ActionError> for Refusal {
    fn from(error: ActionError) -> Self {
        let status = match error {
            ActionError::UnknownReceipt => StatusCode::NOT_FOUND,
            ActionError::Missing(_) | ActionError::UnknownProduct(_) | ActionError::Period(_) => {
                StatusCode::BAD_REQUEST
            }
            ActionError::Exists | ActionError::NotSubscription | ActionError::WrongState(_) => {
                StatusCode::CONFLICT
            }
        };
        Self(status, error.to_string())
    }
}

impl From<WrongToken> for Refusal {
    fn from(WrongToken: WrongToken) -> Self {
        Self::bad_request("the token is not known, of another topic, or too old")
    }
}

async fn endpoint(Named(app): Named<App>) -> Json<Endpoint> {
    Json(app.endpoint())
}

async fn ask_confirmation(Named(app): Named<App>) -> Reply<SentMessage> {
    Ok(Json(app.ask_confirmation()?))
}

async fn enter_token(Named(app): Named<App>, Json(entered): Json<EnteredToken>) -> Reply<Endpoint> {
    Ok(Json(app.enter_token(&entered.token)?))
}

async fn unsubscribe(Named(app): Named<App>) -> Reply<SentMessage> {
    Ok(Json(app.unsubscribe()?))
}

async fn certificate(Named(app): Named<App>) -> Reply<PublishedCertificate> {
    Ok(Json(app.certificate()?))
}

async fn rotate_certificate(
    Named(app): Named<App>,
    Json(rotation): Json<Rotation>,
) -> Reply<PublishedCertificate> {
    Ok(Json(app.rotate_certificate(rotation.same_address)?))
}
