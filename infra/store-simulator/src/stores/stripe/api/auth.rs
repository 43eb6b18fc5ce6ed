//! Authorization of calls by their key.

use std::sync::Arc;

use axum::http::{HeaderMap, header};
use base64::{Engine as _, engine::general_purpose::STANDARD};

use super::error::ApiError;
use crate::{
    registry::Registry,
    stripe::{ApiKey, Permission, account::Account},
};

/// Caller of the API.
pub(super) struct Caller {
    pub(super) account: Arc<Account>,
    pub(super) livemode: bool,
    key: ApiKey,
}

impl Caller {
    pub(super) fn may(&self, permission: Permission) -> Result<(), ApiError> {
        if self.key.may(permission) {
            return Ok(());
        }
        let (key, account) = (self.key.shown(), self.account.id());
        let name = permission.as_str();
        Err(ApiError::forbidden(format!(
            "The provided key '{key}' does not have the required permissions for this endpoint on \
             account '{account}'. Having the '{name}' permission would allow this request to \
             continue."
        )))
    }
}

/// Returns the account and the mode of the key that the call carries.
pub(super) fn caller(
    accounts: &Registry<Account>,
    headers: &HeaderMap,
) -> Result<Caller, ApiError> {
    let given = given_key(headers).ok_or_else(|| {
        ApiError::unauthorized(
            "You did not provide an API key. You need to provide your API key in the \
             Authorization header, using Bearer auth.",
        )
    })?;
    let mut all = accounts.all().into_iter();
    let found = all.find_map(|account| {
        let key = account.api_key(&given)?;
        Some((account, key))
    });
    let (account, key) = found.ok_or_else(|| {
        let end: String = given.chars().take("sk_live_".len()).collect();
        ApiError::unauthorized(format!("Invalid API Key provided: {end}****"))
    })?;
    if let Some(wanted) = headers.get("stripe-account")
        && wanted.as_bytes() != account.id().as_bytes()
    {
        return Err(ApiError::forbidden(
            "The provided key does not have access to that account (or that account does not \
             exist).",
        ));
    }
    let livemode = key.livemode().unwrap_or_default();
    Ok(Caller {
        account,
        livemode,
        key,
    })
}

fn given_key(headers: &HeaderMap) -> Option<String> {
    let value = headers.get(header::AUTHORIZATION)?.to_str().ok()?;
    if let Some(key) = value.strip_prefix("Bearer ") {
        return Some(key.to_owned());
    }
    let basic = STANDARD.decode(value.strip_prefix("Basic ")?).ok()?;
    let basic = String::from_utf8(basic).ok()?;
    let (key, _password) = basic.split_once(':')?;
    Some(key.to_owned())
}
