//! Published keys of the notifications, of all accounts together.

use std::sync::Arc;

use axum::{
    Json,
    extract::State,
    http::header,
    response::{IntoResponse, Response},
};
use serde_json::{Value, json};

use super::{Calls, account::Account, jws::FORGERS};
use crate::{registry::Registry, tenant::Tenant as _};

type Accounts = Registry<Account>;
type Shared = State<Arc<Accounts>>;

pub(super) async fn production(State(accounts): Shared) -> Response {
    answer(
        &accounts,
        |calls| calls.jwks += 1,
        |account| account.keys.jwks(),
    )
}

pub(super) async fn test(State(accounts): Shared) -> Response {
    answer(
        &accounts,
        |calls| calls.test_jwks += 1,
        |account| account.test_keys.jwks(),
    )
}

pub(super) async fn forged(State(accounts): Shared) -> Response {
    for account in accounts.all() {
        account.count(|calls| calls.forged_jwks += 1);
    }
    Json(json!({ "keys": FORGERS.jwks() })).into_response()
}

fn answer(
    accounts: &Accounts,
    count: impl Fn(&mut Calls),
    keys: impl Fn(&Account) -> Vec<Value>,
) -> Response {
    let accounts = accounts.all();
    for account in &accounts {
        account.count(&count);
    }
    let keys: Vec<Value> = accounts.iter().flat_map(|account| keys(account)).collect();
    let ages = accounts.iter();
    let ages = ages.filter_map(|account| account.configuration().jwks_max_age_seconds);
    // The shortest age that an account has configured.
    let caching = ages
        .min()
        .map(|age| [(header::CACHE_CONTROL, format!("max-age={age}"))]);
    (caching, Json(json!({ "keys": keys }))).into_response()
}
