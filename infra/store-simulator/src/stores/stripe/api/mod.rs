//! The store's own API: reads only, under `/v1`.

mod auth;
mod error;
mod events;
mod lists;
mod query;
mod resource;

use std::sync::Arc;

use axum::{
    Json,
    extract::State,
    http::{HeaderMap, HeaderValue, Method, Uri},
    response::{IntoResponse, Response},
};
use serde_json::{Value, json};
use uuid::Uuid;

use super::{account::Account, model::ApiVersion};
use crate::{
    lookup_faults::{disturb, with_retry_after},
    registry::Registry,
    tenant::Tenant as _,
};
use auth::Caller;
use error::ApiError;
use query::Query;
use resource::{Call, Resource};

/// Serves every call of the API. The key determines the account.
pub(super) async fn call(
    State(accounts): State<Arc<Registry<Account>>>,
    method: Method,
    uri: Uri,
    headers: HeaderMap,
) -> Response {
    let given = given_version(&headers);
    let mut response = match Call::parse(&method, uri.path()) {
        Ok(call) => match auth::caller(&accounts, &headers) {
            Ok(caller) => answer(&caller, &call, uri.query().unwrap_or_default(), given).await,
            Err(error) => error.into_response(),
        },
        Err(error) => error.into_response(),
    };
    let request_id = format!("req_{}", Uuid::new_v4().simple());
    if let Ok(value) = HeaderValue::from_str(&request_id) {
        response.headers_mut().insert("request-id", value);
    }
    response
}

fn given_version(headers: &HeaderMap) -> Option<Result<ApiVersion, ApiError>> {
    let given = headers.get("stripe-version")?.to_str().unwrap_or_default();
    let version = ApiVersion::parse(given);
    Some(version.map_err(|error| ApiError::invalid_request(error.to_string())))
}

async fn answer(
    caller: &Caller,
    call: &Call,
    query: &str,
    version: Option<Result<ApiVersion, ApiError>>,
) -> Response {
    let account = &caller.account;
    let query = Query::parse(query);
    let about = call.about(&query);
    let fault = account.call_arrives(call.kind, &about);
    if !account.admits(call.kind) {
        account.call_ends("429");
        return ApiError::too_many().into_response();
    }
    let cut_off = r#"{"id":"sub_1","object":"subscription","items":{"#;
    let faulty = |status: u16, retry_after| {
        let response = ApiError::of_status(status).into_response();
        (status.to_string(), with_retry_after(response, retry_after))
    };
    let ends = |outcome| account.call_ends(outcome);
    if let Some(response) = disturb(fault, cut_off, faulty, ends).await {
        return response;
    }
    let version = version.unwrap_or_else(|| Ok(account.configuration().api_version.clone()));
    let answer = version.and_then(|version| {
        let body = find(caller, call, query, &version)?;
        Ok(([("stripe-version", String::from(version))], Json(body)))
    });
    let response = answer.into_response();
    account.call_ends(response.status().as_u16().to_string());
    response
}

fn find(
    caller: &Caller,
    call: &Call,
    mut query: Query,
    version: &ApiVersion,
) -> Result<Value, ApiError> {
    caller.may(call.permission)?;
    let expand = query.take_all("expand[]");
    let mut body = match &call.resource {
        Resource::Account => account_object(&caller.account),
        Resource::Object { noun, param, id } => object(caller, noun, param, id, version)?,
        Resource::Event { id } => events::one(caller, id)?,
        Resource::Events => events::list(caller, &mut query)?,
        Resource::List { listed, of } => {
            lists::list(caller, *listed, of.as_deref(), &mut query, version)?
        }
    };
    query.finish()?;
    let livemode = caller.livemode;
    for path in expand {
        let read =
            |billing: &super::model::Billing| billing.expand(&mut body, &path, livemode, version);
        caller.account.read(read)?;
    }
    Ok(body)
}

fn object(
    caller: &Caller,
    noun: &str,
    param: &str,
    id: &str,
    version: &ApiVersion,
) -> Result<Value, ApiError> {
    let found = caller.account.read(|billing| {
        let object = billing.object(id, version)?;
        Some((object, billing.livemode_of(id)))
    });
    let of_kind = |object: &Value| object.get("object").and_then(Value::as_str) == Some(noun);
    let found = found.filter(|(object, _)| of_kind(object));
    match found {
        None => Err(ApiError::missing(noun, param, id)),
        Some((_, Some(livemode))) if livemode != caller.livemode => {
            Err(ApiError::of_other_mode(noun, param, id, caller.livemode))
        }
        Some((mut object, livemode)) => {
            if let (None, Some(members)) = (livemode, object.as_object_mut()) {
                members.insert("livemode".to_owned(), caller.livemode.into());
            }
            Ok(object)
        }
    }
}

fn account_object(account: &Account) -> Value {
    json!({
        "id": account.id(),
        "object": "account",
        "business_profile": {"name": null},
        "charges_enabled": true,
        "country": "DE",
        "default_currency": "eur",
        "details_submitted": true,
        "email": null,
        "payouts_enabled": true,
        "type": "standard",
    })
}
