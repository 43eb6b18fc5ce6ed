//! Routes of this store: the control API under `/control/apple/{bundleId}`, and its own API.

use aws_lc_rs::digest;
use axum::{
    Json, Router,
    extract::Path,
    http::StatusCode,
    routing::{get, post, put},
};
use base64::{Engine as _, engine::general_purpose::STANDARD};
use serde_json::Value;

use super::{
    ApiKey, ApiRefusal, RootCertificate, Signing, api,
    app::App,
    bodies::{Rotation, SignedTransaction},
    certificates,
    model::{ActionError, Environment},
};
use crate::{
    control_routes::{Named, control, notifying},
    refusal::{Refusal, Reply},
    registry::Registry,
};

/// Builds the routes of this store.
pub(crate) fn router(http: reqwest::Client) -> Router {
    let further = Router::new()
        .route("/root", get(root))
        .route("/api-key", get(api_key))
        .route("/api-key/rotate", post(rotate))
        .route("/refusals", put(refuse))
        .route("/purchases/{id}/signed-transaction", post(signed));
    control(notifying::<App>().merge(further))
        .nest("/apple/production", api::routes(Environment::Production))
        .nest("/apple/sandbox", api::routes(Environment::Sandbox))
        .route("/apple/root.cer", get(api::root))
        .with_state(Registry::new(http))
}

impl From<ActionError> for Refusal {
    fn from(error: ActionError) -> Self {
        let status = match error {
            ActionError::UnknownPurchase => StatusCode::NOT_FOUND,
            ActionError::Missing(_)
            | ActionError::UnknownProduct(_)
            | ActionError::UnknownOffer(_)
            | ActionError::Amount(_)
            | ActionError::Period(_) => StatusCode::BAD_REQUEST,
            ActionError::Subscribed
            | ActionError::NotRenewable
            | ActionError::OtherGroup
            | ActionError::NotSharable
            | ActionError::NotShared
            | ActionError::NothingPending
            | ActionError::NoTransaction
            | ActionError::WrongState(_)
            | ActionError::Renewals => StatusCode::CONFLICT,
        };
        Self(status, error.to_string())
    }
}

async fn root() -> Reply<RootCertificate> {
    let authority = certificates::STORE.get()?;
    let der = &authority.root.der;
    Ok(Json(RootCertificate {
        der: STANDARD.encode(der),
        sha256: hex::encode(digest::digest(&digest::SHA256, der)),
    }))
}

async fn api_key(Named(app): Named<App>) -> Reply<ApiKey> {
    Ok(Json(app.api_key()?))
}

async fn rotate(Named(app): Named<App>, Json(rotation): Json<Rotation>) -> Reply<ApiKey> {
    Ok(Json(app.rotate(rotation.keep_old)?))
}

async fn refuse(Named(app): Named<App>, Json(refusals): Json<Vec<ApiRefusal>>) -> Json<Value> {
    app.refuse(refusals);
    Json(Value::Null)
}

async fn signed(
    Named(app): Named<App>,
    Path((_, id)): Path<(String, String)>,
    signing: Option<Json<Signing>>,
) -> Reply<SignedTransaction> {
    let Json(signing) = signing.unwrap_or_default();
    Ok(Json(SignedTransaction {
        signed_transaction_info: app.signed_transaction(&id, &signing)?,
    }))
}
