//! The App Store Server API: authorization, deliberate faults, and routes.

use std::sync::Arc;

use axum::{
    Json, Router,
    body::Bytes,
    extract::{Path, RawQuery, State},
    http::{HeaderMap, StatusCode, header},
    response::{IntoResponse, Response},
    routing::{get, post},
};
use serde_json::Value;

use super::{
    ApiCall, api_key,
    app::App,
    apple_error::{AppleError, UNAUTHENTICATED},
    certificates,
    model::Environment,
};
use crate::{keys::jwt, lookup_faults::disturb, registry::Registry, tenant::Tenant as _};

type Shared = State<Arc<Registry<App>>>;

/// Builds the routes of one environment.
pub(super) fn routes(environment: Environment) -> Router<Arc<Registry<App>>> {
    Router::new()
        .route(
            "/inApps/v1/transactions/{id}",
            get(
                async move |State(apps): Shared, Path(id): Path<String>, headers: HeaderMap| {
                    let arrived = Arrived::new(ApiCall::Transaction, environment, &id, &headers);
                    arrived
                        .answer(&apps, |app| app.transaction(environment, &id))
                        .await
                },
            ),
        )
        .route(
            "/inApps/v1/subscriptions/{id}",
            get(
                async move |State(apps): Shared,
                            Path(id): Path<String>,
                            RawQuery(query): RawQuery,
                            headers: HeaderMap| {
                    let arrived = Arrived::new(ApiCall::Statuses, environment, &id, &headers);
                    let query = query.unwrap_or_default();
                    let answer = |app: &App| app.statuses(environment, &id, &query);
                    arrived.answer(&apps, answer).await
                },
            ),
        )
        .route(
            "/inApps/v2/history/{id}",
            get(
                async move |State(apps): Shared,
                            Path(id): Path<String>,
                            RawQuery(query): RawQuery,
                            headers: HeaderMap| {
                    let arrived = Arrived::new(ApiCall::History, environment, &id, &headers);
                    let query = query.unwrap_or_default();
                    let answer = |app: &App| app.history(environment, &id, &query);
                    arrived.answer(&apps, answer).await
                },
            ),
        )
        .merge(notification_routes(environment))
}

fn notification_routes(environment: Environment) -> Router<Arc<Registry<App>>> {
    Router::new()
        .route(
            "/inApps/v1/notifications/history",
            post(
                async move |State(apps): Shared,
                            RawQuery(query): RawQuery,
                            headers: HeaderMap,
                            body: Bytes| {
                    let call = ApiCall::NotificationHistory;
                    let arrived = Arrived::new(call, environment, "", &headers);
                    let token = pagination_token(query.as_deref().unwrap_or_default());
                    let token = token.as_deref();
                    let answer = |app: &App| app.notification_history(environment, token, &body);
                    arrived.answer(&apps, answer).await
                },
            ),
        )
        .route(
            "/inApps/v1/notifications/test",
            post(async move |State(apps): Shared, headers: HeaderMap| {
                let call = ApiCall::TestNotification;
                let arrived = Arrived::new(call, environment, "", &headers);
                let answer = |app: &App| app.request_test(environment);
                arrived.answer(&apps, answer).await
            }),
        )
        .route(
            "/inApps/v1/notifications/test/{token}",
            get(
                async move |State(apps): Shared, Path(token): Path<String>, headers: HeaderMap| {
                    let arrived = Arrived::new(ApiCall::TestStatus, environment, "", &headers);
                    let answer = |app: &App| app.test_status(environment, &token);
                    arrived.answer(&apps, answer).await
                },
            ),
        )
}

fn pagination_token(query: &str) -> Option<String> {
    let mut fields = url::form_urlencoded::parse(query.as_bytes());
    let found = fields.find(|(name, _)| name == "paginationToken");
    found.map(|(_, value)| value.into_owned())
}

/// Serves `GET /apple/root.cer`: the root certificate in DER, without authorization.
pub(super) async fn root() -> Response {
    match certificates::STORE.get() {
        Ok(authority) => {
            let kind = [(header::CONTENT_TYPE, "application/pkix-cert")];
            (kind, authority.root.der.clone()).into_response()
        }
        Err(_) => StatusCode::INTERNAL_SERVER_ERROR.into_response(),
    }
}

/// Received call.
struct Arrived<'a> {
    call: ApiCall,
    environment: Environment,
    asked: &'a str,
    token: Option<jwt::Received>,
}

impl<'a> Arrived<'a> {
    fn new(call: ApiCall, environment: Environment, asked: &'a str, headers: &HeaderMap) -> Self {
        let given = headers.get(header::AUTHORIZATION);
        let given = given.and_then(|value| value.to_str().ok());
        let token = given.and_then(|value| value.strip_prefix("Bearer "));
        Self {
            call,
            environment,
            asked,
            token: token.and_then(jwt::Received::parse),
        }
    }

    /// Returns the response, unless a fault is due or the call is refused.
    async fn answer(
        self,
        apps: &Registry<App>,
        answer: impl FnOnce(&App) -> Result<Value, AppleError> + Send,
    ) -> Response {
        // The token is not verified yet: it identifies the app, but does not authorize the call.
        let bundle_id = self.token.as_ref().map_or("", api_key::bundle_id);
        let Some(app) = apps.find(bundle_id) else {
            return UNAUTHENTICATED.into_response();
        };
        let (call, environment) = (self.call, self.environment);
        let fault = app.call_arrives(call, environment, self.asked);
        let cut_off = r#"{"signedTransactionInfo":"eyJ"#;
        let refused = |status, retry_after| {
            let error = AppleError::of_status(status, retry_after);
            (error.code.to_string(), error.into_response())
        };
        let ends = |outcome| app.call_ends(outcome);
        if let Some(response) = disturb(fault, cut_off, refused, ends).await {
            return response;
        }
        let result = self.permitted(&app).and_then(|()| answer(&app));
        app.call_ends(match &result {
            Ok(_) => "200".to_owned(),
            Err(error) => error.code.to_string(),
        });
        result.map(Json).into_response()
    }

    fn permitted(&self, app: &App) -> Result<(), AppleError> {
        let good = self.token.as_ref().is_some_and(|token| app.accepts(token));
        let released = app.configuration().released;
        let there = released || self.environment == Environment::Sandbox;
        if !good || !there {
            return Err(UNAUTHENTICATED);
        }
        let refusal = app.refusal(self.call, self.environment);
        refusal.map_or(Ok(()), Err)
    }
}
