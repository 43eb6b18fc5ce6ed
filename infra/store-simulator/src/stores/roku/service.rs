//! The web service: `validate-transaction` and `validate-refund`. The API key is in the path.

use std::sync::Arc;

use axum::{
    extract::{Path, State, rejection::PathRejection},
    http::{StatusCode, header},
    response::{IntoResponse, Response},
};
use serde_json::{Value, json};

use super::account::Account;
use crate::{
    lookup_faults::{disturb, status_of, with_retry_after},
    registry::Registry,
    tenant::Tenant as _,
};

type Accounts = Registry<Account>;

const LONGEST_ID: usize = 1_024;
const UNAUTHORIZED: &str = "UNAUTHORIZED";
const UNKNOWN: &str = "Invalid transaction id.";

type Asked = Result<Path<(String, String)>, PathRejection>;

#[derive(Clone, Copy)]
enum Call {
    Transaction,
    Refund,
}

/// Serves `GET …/validate-transaction/{partnerAPIKey}/{transactionId}`.
pub(super) async fn validate_transaction(
    State(accounts): State<Arc<Accounts>>,
    asked: Asked,
) -> Response {
    validate(&accounts, Call::Transaction, asked).await
}

/// Serves `GET …/validate-refund/{partnerAPIKey}/{refundId}`.
pub(super) async fn validate_refund(
    State(accounts): State<Arc<Accounts>>,
    asked: Asked,
) -> Response {
    validate(&accounts, Call::Refund, asked).await
}

async fn validate(accounts: &Accounts, call: Call, asked: Asked) -> Response {
    let Ok(Path((api_key, id))) = asked else {
        return invalid_uri();
    };
    // A call with a wrong key is counted at the account that has the transaction, if any.
    let by_key = accounts.find_by(|account| account.configuration().knows_key(&api_key));
    let owner = || accounts.find_by(|account| account.purchase(&id).is_some());
    let Some(account) = by_key.or_else(owner) else {
        return failure(UNAUTHORIZED);
    };
    let name = match call {
        Call::Transaction => "validateTransaction",
        Call::Refund => "validateRefund",
    };
    let fault = account.look_up_arrives(name, &id);
    let cut_off = r#"{"errorCode":null,"errorDetails":null,"errorMe"#;
    let ends = |outcome| account.look_up_ends(outcome);
    if let Some(response) = disturb(fault, cut_off, faulty, ends).await {
        return response;
    }
    let (outcome, response) = answer(&account, call, &api_key, &id);
    account.look_up_ends(outcome);
    response
}

fn answer(account: &Account, call: Call, api_key: &str, id: &str) -> (String, Response) {
    let configuration = account.configuration();
    let refused = |message: &str| (message.to_owned(), failure(message));
    if !configuration.knows_key(api_key) {
        return refused(UNAUTHORIZED);
    }
    if !is_well_formed(id) {
        return ("400".to_owned(), invalid_uri());
    }
    let found = match call {
        Call::Transaction => account.look_up(id),
        Call::Refund => account.refund(id),
    };
    let Some(found) = found else {
        return refused(UNKNOWN);
    };
    let mut text = found.to_string();
    if configuration.answers.escaped_slashes {
        text = text.replace('/', "\\/");
    }
    ("200".to_owned(), json_text(text))
}

fn is_well_formed(id: &str) -> bool {
    let sign = |byte: u8| byte.is_ascii_alphanumeric() || byte == b'-';
    id.len() <= LONGEST_ID && id.bytes().all(sign)
}

fn failure(message: &str) -> Response {
    let envelope: Value = json!({
        "errorCode": null, "errorDetails": null, "errorMessage": message, "status": 1,
    });
    json_text(envelope.to_string())
}

fn invalid_uri() -> Response {
    (StatusCode::BAD_REQUEST, "Invalid URI format.").into_response()
}

fn faulty(status: u16, retry_after: Option<u64>) -> (String, Response) {
    let response = match status_of(status) {
        StatusCode::BAD_REQUEST => invalid_uri(),
        other => other.into_response(),
    };
    (status.to_string(), with_retry_after(response, retry_after))
}

fn json_text(text: String) -> Response {
    let json = "application/json; charset=utf-8";
    ([(header::CONTENT_TYPE, json)], text).into_response()
}
