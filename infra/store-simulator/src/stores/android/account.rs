//! Service accounts and their access tokens.

use std::sync::Arc;

use axum::{
    Json,
    body::Bytes,
    extract::State,
    http::HeaderMap,
    response::{IntoResponse, Response},
};
use jiff::Timestamp;
use serde_json::{Value, json};

use super::{
    package::{ACCESS_TOKEN_LIVES, Package},
    push::ACCOUNT_KEY,
};
use crate::{
    control_routes::origin,
    keys::{KeyError, jwt, pem},
    lookup_faults::status_of,
    registry::Registry,
    tenant::Tenant as _,
};

const SCOPE: &str = "https://www.googleapis.com/auth/androidpublisher";
const GRANT_TYPE: &str = "urn:ietf:params:oauth:grant-type:jwt-bearer";
/// Tolerance for the times of an assertion, in seconds.
const SKEW_SECONDS: i64 = 300;
const LONGEST_SECONDS: i64 = 3_600;

/// Returns the address of an app's service account, derived from the package name.
pub(super) fn email(package_name: &str) -> String {
    let project = package_name.replace(['.', '_'], "-");
    format!("play-api@{project}.iam.gserviceaccount.com")
}

/// Returns the URL at which the account requests access tokens.
fn token_uri(package: &Package, headers: &HeaderMap) -> String {
    let configured = package.configuration().token_uri.clone();
    configured.unwrap_or_else(|| format!("{}/token", origin(headers)))
}

/// Returns the key file of an app's service account.
pub(super) fn key_file(package: &Package, headers: &HeaderMap) -> Result<Value, KeyError> {
    let key = ACCOUNT_KEY.current()?;
    let email = email(package.name());
    Ok(json!({
        "type": "service_account",
        "project_id": package.name().replace(['.', '_'], "-"),
        "private_key_id": key.id(),
        "private_key": pem::private_key(&key.pkcs8()?),
        "client_email": email,
        "client_id": "104729104729104729104",
        "auth_uri": "https://accounts.google.com/o/oauth2/auth",
        "token_uri": token_uri(package, headers),
        "auth_provider_x509_cert_url": "https://www.googleapis.com/oauth2/v1/certs",
        "universe_domain": "googleapis.com",
    }))
}

/// OAuth error.
struct Refused(u16, &'static str, &'static str);

impl IntoResponse for Refused {
    fn into_response(self) -> Response {
        let Self(status, error, description) = self;
        let body = json!({"error": error, "error_description": description});
        (status_of(status), Json(body)).into_response()
    }
}

/// Serves `POST /token`: an access token for a signed assertion.
pub(super) async fn token(
    State(packages): State<Arc<Registry<Package>>>,
    headers: HeaderMap,
    body: Bytes,
) -> Response {
    let form: Vec<_> = url::form_urlencoded::parse(&body).into_owned().collect();
    let field = |name: &str| {
        let found = form.iter().find(|(key, _)| key == name);
        found.map_or("", |(_, value)| value.as_str())
    };
    if field("grant_type") != GRANT_TYPE {
        let why = "Invalid grant_type";
        return Refused(400, "unsupported_grant_type", why).into_response();
    }
    let Some(assertion) = jwt::Received::parse(field("assertion")) else {
        return Refused(400, "invalid_grant", "Invalid JWT").into_response();
    };
    let issuer = assertion.text("iss").to_owned();
    let Some(package) = packages.find_by(|package| email(package.name()) == issuer) else {
        let why = "Invalid grant: account not found";
        return Refused(400, "invalid_grant", why).into_response();
    };
    if let Err(refused) = check(&assertion, &package, &headers) {
        package.count(|calls| calls.refused_grants += 1);
        return refused.into_response();
    }
    let answer = json!({
        "access_token": package.grant(),
        "token_type": "Bearer",
        "expires_in": ACCESS_TOKEN_LIVES.as_secs(),
        "scope": SCOPE,
    });
    Json(answer).into_response()
}

fn check(assertion: &jwt::Received, package: &Package, headers: &HeaderMap) -> Result<(), Refused> {
    let invalid = |why| Err(Refused(400, "invalid_grant", why));
    if let Some(status) = package.configuration().refusals.token {
        return Err(Refused(status, "invalid_grant", "Refused on purpose"));
    }
    let Ok(key) = ACCOUNT_KEY.current() else {
        return invalid("Invalid JWT Signature.");
    };
    let right = |kid: Option<&str>| kid.is_none_or(|kid| key.id() == kid);
    let signed = assertion.header("alg") == Some("RS256")
        && right(assertion.header("kid"))
        && assertion.is_signed(|message, signature| key.verifies(message, signature));
    if !signed {
        return invalid("Invalid JWT Signature.");
    }
    if assertion.text("aud") != token_uri(package, headers) {
        return invalid("Invalid JWT: Failed audience check.");
    }
    let now = Timestamp::now().as_second();
    let (Some(issued), Some(ends)) = (assertion.number("iat"), assertion.number("exp")) else {
        return invalid("Invalid JWT: iat and exp are required.");
    };
    let short_lived = ends > issued && ends <= issued.saturating_add(LONGEST_SECONDS);
    let begun = issued <= now.saturating_add(SKEW_SECONDS);
    if !short_lived || !begun || ends <= now {
        return invalid(
            "Invalid JWT: Token must be a short-lived token (60 minutes) and in a reasonable timeframe.",
        );
    }
    if !assertion
        .text("scope")
        .split(' ')
        .any(|scope| scope == SCOPE)
    {
        return Err(Refused(400, "invalid_scope", "Invalid OAuth scope."));
    }
    Ok(())
}
