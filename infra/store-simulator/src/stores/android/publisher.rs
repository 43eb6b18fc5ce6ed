//! The Android Publisher API: look-ups and acknowledgements.

use std::sync::Arc;

use axum::{
    Json,
    body::Bytes,
    extract::{Path, State},
    http::{HeaderMap, StatusCode, header},
    response::{IntoResponse, Response},
};
use serde_json::Value;

use super::{
    google_error::GoogleError,
    model::{AcknowledgeError, LookUp, NamedOwner},
    package::Package,
};
use crate::{
    lookup_faults::{disturb, with_retry_after},
    registry::Registry,
    tenant::Tenant as _,
};

type Packages = Registry<Package>;

/// Returns the app that a call is about, if its access token belongs to that app's account.
pub(super) fn authorized(
    packages: &Packages,
    package_name: &str,
    headers: &HeaderMap,
) -> Result<Arc<Package>, GoogleError> {
    let given = headers.get(header::AUTHORIZATION);
    let given = given
        .and_then(|value| value.to_str().ok())
        .unwrap_or_default();
    let token = given.strip_prefix("Bearer ").unwrap_or_default();
    let holder = packages.find_by(|package| package.has_granted(token));
    let holder = holder.ok_or_else(|| GoogleError::of_status(401))?;
    if packages.find(package_name).is_none() {
        return Err(GoogleError::new(404, "notFound", "Package not found."));
    }
    if holder.name() != package_name {
        return Err(GoogleError::of_status(403));
    }
    Ok(holder)
}

/// Serves `purchases.subscriptionsv2.get`, unless a fault is due.
pub(super) async fn get_subscription(
    State(packages): State<Arc<Packages>>,
    Path((package_name, token)): Path<(String, String)>,
    headers: HeaderMap,
) -> Response {
    get(&packages, (&package_name, &token), &headers, find).await
}

/// Serves `purchases.productsv2.getproductpurchasev2`, unless a fault is due.
pub(super) async fn get_one_time(
    State(packages): State<Arc<Packages>>,
    Path((package_name, token)): Path<(String, String)>,
    headers: HeaderMap,
) -> Response {
    get(&packages, (&package_name, &token), &headers, find_one_time).await
}

async fn get(
    packages: &Packages,
    (package_name, token): (&str, &str),
    headers: &HeaderMap,
    find: fn(&Packages, &Package, &str) -> Result<Value, GoogleError>,
) -> Response {
    let Some(package) = packages.find(package_name) else {
        let refused = authorized(packages, package_name, headers);
        return refused
            .err()
            .unwrap_or(GoogleError::of_status(404))
            .into_response();
    };
    let cut_off = r#"{"kind":"androidpublisher#subscriptionPurchaseV2","#;
    let faulty = |status: u16, retry_after| {
        let response = GoogleError::of_status(status).into_response();
        (status.to_string(), with_retry_after(response, retry_after))
    };
    let ends = |outcome| package.get_ends(outcome);
    let fault = package.get_arrives(token);
    if let Some(response) = disturb(fault, cut_off, faulty, ends).await {
        return response;
    }
    let answer = authorized(packages, package_name, headers);
    let answer = answer.and_then(|package| find(packages, &package, token));
    let response = answer.map(Json).into_response();
    package.get_ends(response.status().as_u16().to_string());
    response
}

fn find(packages: &Packages, package: &Package, token: &str) -> Result<Value, GoogleError> {
    match package.look_up(token) {
        LookUp::Found(purchase) => Ok(purchase),
        LookUp::Gone => Err(GoogleError::of_status(410)),
        LookUp::Unknown => Err(unknown(packages, package, token)),
    }
}

fn find_one_time(
    packages: &Packages,
    package: &Package,
    token: &str,
) -> Result<Value, GoogleError> {
    let found = package.look_up_once(token);
    found.ok_or_else(|| unknown(packages, package, token))
}

fn unknown(packages: &Packages, package: &Package, token: &str) -> GoogleError {
    let sold_by_another = |other: &Package| other.name() != package.name() && other.has_sold(token);
    if packages.find_by(sold_by_another).is_some() {
        return GoogleError::new(
            400,
            "purchaseTokenDoesNotMatchPackageName",
            "The purchase token does not match the package name.",
        );
    }
    let sign = |byte: u8| byte.is_ascii_alphanumeric() || b".-_".contains(&byte);
    if token.bytes().all(sign) {
        GoogleError::of_status(404)
    } else {
        GoogleError::of_status(400)
    }
}

/// Serves `purchases.subscriptions.acknowledge`; the last part of its path is
/// `{token}:acknowledge`.
pub(super) async fn acknowledge(
    State(packages): State<Arc<Packages>>,
    Path((package_name, product_id, last)): Path<(String, String, String)>,
    headers: HeaderMap,
    body: Bytes,
) -> Response {
    let Some(token) = last.strip_suffix(":acknowledge") else {
        return StatusCode::NOT_FOUND.into_response();
    };
    let package = match authorized(&packages, &package_name, &headers) {
        Ok(package) => package,
        Err(error) => return error.into_response(),
    };
    if let Some(status) = package.configuration().refusals.acknowledge {
        return GoogleError::of_status(status).into_response();
    }
    let Some(owner) = named_owner(&body) else {
        return GoogleError::of_status(400).into_response();
    };
    match package.acknowledge(token, &product_id, &owner) {
        Ok(()) => StatusCode::NO_CONTENT.into_response(),
        Err(error) => refused(&packages, &package, token, error).into_response(),
    }
}

/// Serves `purchases.products.acknowledge`, whose path has the same form.
pub(super) async fn acknowledge_one_time(
    State(packages): State<Arc<Packages>>,
    Path((package_name, product_id, last)): Path<(String, String, String)>,
    headers: HeaderMap,
) -> Response {
    let Some(token) = last.strip_suffix(":acknowledge") else {
        return StatusCode::NOT_FOUND.into_response();
    };
    let package = match authorized(&packages, &package_name, &headers) {
        Ok(package) => package,
        Err(error) => return error.into_response(),
    };
    if let Some(status) = package.configuration().refusals.acknowledge {
        return GoogleError::of_status(status).into_response();
    }
    match package.acknowledge_once(token, &product_id) {
        Ok(()) => StatusCode::NO_CONTENT.into_response(),
        Err(error) => refused(&packages, &package, token, error).into_response(),
    }
}

/// Parses the body; `None` if it is neither empty nor a JSON object.
fn named_owner(body: &[u8]) -> Option<NamedOwner> {
    if body.is_empty() {
        return Some(NamedOwner::default());
    }
    let body: Value = serde_json::from_slice(body).ok()?;
    let ids = body.as_object()?.get("externalAccountIds");
    let id = |name| {
        let id = ids.and_then(|ids| ids.get(name)).and_then(Value::as_str);
        id.map(str::to_owned)
    };
    Some(NamedOwner {
        account_id: id("obfuscatedAccountId"),
        profile_id: id("obfuscatedProfileId"),
    })
}

fn refused(
    packages: &Packages,
    package: &Package,
    token: &str,
    error: AcknowledgeError,
) -> GoogleError {
    match error {
        AcknowledgeError::UnknownPurchase => unknown(packages, package, token),
        AcknowledgeError::Gone => GoogleError::of_status(410),
        AcknowledgeError::WrongProduct => GoogleError::new(
            400,
            "purchaseTokenDoesNotMatchProductId",
            "The purchase token does not match the product ID.",
        ),
        AcknowledgeError::NotOwned => GoogleError::new(
            400,
            "productNotOwnedByUser",
            "The product purchase is not owned by the user.",
        ),
        AcknowledgeError::Expired => {
            GoogleError::new(400, "subscriptionExpired", "The subscription has expired.")
        }
    }
}
