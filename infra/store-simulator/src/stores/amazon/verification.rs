//! The receipt verification service, version 1.0: production and sandbox.

use std::sync::Arc;

use axum::{
    Json,
    extract::State,
    http::{StatusCode, Uri},
    response::{IntoResponse, Response},
};

use super::{
    Slashes,
    app::{App, Found, Service},
};
use crate::{
    lookup_faults::{disturb, status_of, with_retry_after},
    registry::Registry,
    tenant::Tenant as _,
};

type Apps = Registry<App>;

const UNKNOWN_RECEIPT: u16 = 400;
const NO_LONGER_VALID: u16 = 410;
const WRONG_SECRET: u16 = 496;
const OTHER_USER: u16 = 497;

/// Serves the paths below `/version/1.0/verifyReceiptId/developer/`.
pub(super) async fn production(State(apps): State<Arc<Apps>>, uri: Uri) -> Response {
    answer(&apps, Service::Production, &uri).await
}

/// Serves the same paths below `/sandbox`, with any secret that is not empty.
pub(super) async fn sandbox(State(apps): State<Arc<Apps>>, uri: Uri) -> Response {
    answer(&apps, Service::Sandbox, &uri).await
}

/// Decoded parts of a path.
struct Asked {
    secret: String,
    user_id: String,
    receipt_id: String,
    /// Whether a part contains a literal slash.
    raw_slash: bool,
    /// Whether a part contains a slash as `%2F`.
    encoded_slash: bool,
}

impl Asked {
    fn read(path: &str) -> Option<Self> {
        let (_, rest) = path.split_once("/verifyReceiptId/developer/")?;
        let (secret, rest) = rest.split_once("/user/")?;
        let (user_id, receipt_id) = rest.split_once("/receiptId/")?;
        let parts = [secret, user_id, receipt_id];
        Some(Self {
            raw_slash: parts.iter().any(|part| part.contains('/')),
            encoded_slash: parts
                .iter()
                .any(|part| part.to_ascii_lowercase().contains("%2f")),
            secret: decoded(secret)?,
            user_id: decoded(user_id)?,
            receipt_id: decoded(receipt_id)?,
        })
    }

    fn is_written_as(&self, slashes: Slashes) -> bool {
        match slashes {
            Slashes::Encoded => !self.raw_slash,
            Slashes::Raw => !self.encoded_slash,
            Slashes::Both => true,
        }
    }
}

/// Percent-decodes a part; `None` if two hexadecimal digits do not follow each percent sign, or the
/// result is not UTF-8.
fn decoded(part: &str) -> Option<String> {
    let mut pieces = part.split('%');
    let mut bytes = pieces.next()?.as_bytes().to_vec();
    for piece in pieces {
        let (digits, rest) = piece.split_at_checked(2)?;
        bytes.extend(hex::decode(digits).ok()?);
        bytes.extend(rest.bytes());
    }
    String::from_utf8(bytes).ok()
}

async fn answer(apps: &Apps, service: Service, uri: &Uri) -> Response {
    let Some(asked) = Asked::read(uri.path()) else {
        return StatusCode::BAD_REQUEST.into_response();
    };
    let of_account = apps.find_by(|app| app.configuration().shared_secret == asked.secret);
    let having = having(apps, &asked);
    let Some(app) = having.as_ref().or(of_account.as_ref()) else {
        let status = match service {
            Service::Production => WRONG_SECRET,
            Service::Sandbox => UNKNOWN_RECEIPT,
        };
        return failed(status);
    };
    let fault = app.look_up_arrives(service, &asked.receipt_id);
    let cut_off = r#"{"autoRenewing":true,"betaProduct":false,"#;
    let faulty = |status: u16, retry_after| {
        let response = failed(status);
        (status.to_string(), with_retry_after(response, retry_after))
    };
    let ends = |outcome| app.look_up_ends(outcome);
    if let Some(response) = disturb(fault, cut_off, faulty, ends).await {
        return response;
    }
    let found = find(app, service, &asked, of_account.is_some());
    let response = match found {
        Ok(body) => Json(body).into_response(),
        Err(status) => failed(status),
    };
    app.look_up_ends(response.status().as_u16().to_string());
    response
}

/// Returns the app that has a receipt; if several do, the one with this secret.
fn having(apps: &Apps, asked: &Asked) -> Option<Arc<App>> {
    let all = apps.all().into_iter();
    let having = all.filter(|app| app.purchase(&asked.receipt_id).is_some());
    having.max_by_key(|app| app.configuration().shared_secret == asked.secret)
}

fn find(
    app: &App,
    service: Service,
    asked: &Asked,
    secret_is_known: bool,
) -> Result<serde_json::Value, u16> {
    let configuration = app.configuration();
    if !asked.is_written_as(configuration.slashes) {
        return Err(UNKNOWN_RECEIPT);
    }
    let right_secret = match service {
        Service::Production => configuration.shared_secret == asked.secret,
        Service::Sandbox => !asked.secret.is_empty(),
    };
    if !right_secret {
        let other_account = secret_is_known && service == Service::Production;
        return Err(if other_account {
            UNKNOWN_RECEIPT
        } else {
            WRONG_SECRET
        });
    }
    match app.look_up(service, &asked.receipt_id, &asked.user_id) {
        Found::Valid(body) => Ok(body),
        Found::Invalid => Err(NO_LONGER_VALID),
        Found::OtherUser => Err(OTHER_USER),
        Found::Unknown => Err(UNKNOWN_RECEIPT),
    }
}

/// Builds a response with a status, which need not be a registered one, and without a body.
fn failed(status: u16) -> Response {
    status_of(status).into_response()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_part_is_decoded_byte_by_byte() {
        assert_eq!(decoded("a%2Fb+c%3D%c3%a9").as_deref(), Some("a/b+c=é"));
        for wrong in ["%", "%2", "%zz", "%ff"] {
            assert_eq!(decoded(wrong), None, "{wrong}");
        }
    }
}
