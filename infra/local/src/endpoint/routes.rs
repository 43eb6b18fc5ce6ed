//! HTTP routes of the endpoint, for SNS and for the tests.

use std::{sync::Arc, time::Duration};

use anyhow::Context as _;
use axum::{
    Json, Router,
    body::Bytes,
    extract::{Path, State},
    http::StatusCode,
    routing::{get, post, put},
};
use jiff::Timestamp;
use reqwest::Url;

use super::{
    Options,
    envelope::Envelope,
    mailbox::{Behaviour, Confirmation, Mailboxes, Received},
    origin::{is_amazon_sns, is_loopback},
    signature::Verifier,
    view::{self, View},
};

const CALL_TIMEOUT: Duration = Duration::from_secs(10);

struct Inner {
    http: reqwest::Client,
    verifier: Option<Verifier>,
    topic_prefix: Option<String>,
    mailboxes: Mailboxes,
}

type Shared = State<Arc<Inner>>;

pub(super) fn router(options: Options) -> anyhow::Result<Router> {
    let http = https::client(|builder| builder.timeout(CALL_TIMEOUT))
        .context("cannot build the http client")?;
    let inner = Inner {
        verifier: options.verify.then(|| Verifier::new(http.clone())),
        http,
        topic_prefix: options.topic_prefix,
        mailboxes: Mailboxes::default(),
    };
    Ok(Router::new()
        .route("/sns/{name}", post(take))
        .route("/received/{name}", get(received).delete(forget))
        .route("/confirmed/{name}", get(confirmed))
        .route("/view/{name}", get(show_view))
        .route("/behaviour/{name}", put(behave))
        .with_state(Arc::new(inner)))
}

/// Handles what SNS posts. Its content type is `text/plain`, so the body is parsed regardless of
/// the type.
async fn take(State(endpoint): Shared, Path(name): Path<String>, body: Bytes) -> StatusCode {
    let behaviour = endpoint.mailboxes.read(&name, |mailbox| mailbox.behaviour);
    tokio::time::sleep(Duration::from_millis(behaviour.delay_millis)).await;
    let answer = StatusCode::from_u16(behaviour.status).unwrap_or(StatusCode::OK);
    if !answer.is_success() {
        return answer;
    }
    let Ok(envelope) = serde_json::from_slice::<Envelope>(&body) else {
        return StatusCode::BAD_REQUEST;
    };
    if !endpoint.trusts(&envelope).await {
        return StatusCode::FORBIDDEN;
    }
    match envelope.kind.as_str() {
        "Notification" => endpoint.mailboxes.change(&name, |mailbox| {
            mailbox.received.push(Received {
                received_at: Timestamp::now(),
                message: envelope.unescaped(),
                message_id: envelope.message_id,
                topic_arn: envelope.topic_arn,
                attributes: envelope.message_attributes,
            });
        }),
        "SubscriptionConfirmation" => {
            let address = envelope.subscribe_url.as_deref().unwrap_or_default();
            let Some(address) = confirmable(address) else {
                return StatusCode::FORBIDDEN;
            };
            // The response comes first: SNS waits for it while it is being confirmed.
            tokio::spawn(async move { endpoint.confirm(&name, envelope.topic_arn, address).await });
        }
        _ => {}
    }
    answer
}

fn confirmable(address: &str) -> Option<Url> {
    let url: Url = address.parse().ok()?;
    (is_amazon_sns(&url) || is_loopback(&url)).then_some(url)
}

impl Inner {
    async fn trusts(&self, envelope: &Envelope) -> bool {
        let prefix = self.topic_prefix.as_deref().unwrap_or_default();
        let verified = match &self.verifier {
            Some(verifier) => verifier.verify(envelope).await.is_ok(),
            None => true,
        };
        verified && envelope.topic_arn.starts_with(prefix)
    }

    async fn confirm(&self, name: &str, topic_arn: String, address: Url) {
        let answer = self.http.get(address).send().await;
        if answer.is_ok_and(|answer| answer.status().is_success()) {
            self.mailboxes.change(name, |mailbox| {
                mailbox.confirmed.push(Confirmation {
                    topic_arn,
                    confirmed_at: Timestamp::now(),
                });
            });
        }
    }
}

async fn received(State(endpoint): Shared, Path(name): Path<String>) -> Json<Vec<Received>> {
    let received = |mailbox: &super::mailbox::Mailbox| mailbox.received.clone();
    Json(endpoint.mailboxes.read(&name, received))
}

async fn forget(State(endpoint): Shared, Path(name): Path<String>) -> StatusCode {
    endpoint
        .mailboxes
        .change(&name, |mailbox| mailbox.received.clear());
    StatusCode::NO_CONTENT
}

async fn confirmed(State(endpoint): Shared, Path(name): Path<String>) -> Json<Vec<Confirmation>> {
    let confirmed = |mailbox: &super::mailbox::Mailbox| mailbox.confirmed.clone();
    Json(endpoint.mailboxes.read(&name, confirmed))
}

async fn show_view(State(endpoint): Shared, Path(name): Path<String>) -> Json<View> {
    Json(endpoint.mailboxes.read(&name, |mailbox| {
        view::rebuild(&mailbox.received, Timestamp::now())
    }))
}

async fn behave(
    State(endpoint): Shared,
    Path(name): Path<String>,
    Json(behaviour): Json<Behaviour>,
) -> StatusCode {
    endpoint
        .mailboxes
        .change(&name, |mailbox| mailbox.behaviour = behaviour);
    StatusCode::NO_CONTENT
}

#[cfg(test)]
mod tests;
