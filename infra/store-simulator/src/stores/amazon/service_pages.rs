//! Pages of the notification service for receivers of messages: certificates, and the URLs that
//! confirm and unsubscribe.

use std::sync::Arc;

use axum::{
    extract::{Path, Query, State},
    http::{StatusCode, header},
    response::{IntoResponse, Response},
};
use serde::Deserialize;

use super::app::App;
use crate::{keys::KeyError, registry::Registry};

type Apps = Registry<App>;

const NAMESPACE: &str = "http://sns.amazonaws.com/doc/2010-03-31/";

/// Serves `GET /SimpleNotificationService-{id}.pem`.
pub(super) async fn certificate(
    State(apps): State<Arc<Apps>>,
    Path(file): Path<String>,
) -> Response {
    let id = file.strip_prefix("SimpleNotificationService-");
    let id = id.and_then(|id| id.strip_suffix(".pem"));
    let found = id.and_then(|id| {
        let apps = apps.all().into_iter();
        let mut having = apps.filter_map(|app| app.published_pem(id).map(|pem| (app, pem)));
        having.next()
    });
    let Some((app, pem)) = found else {
        return StatusCode::NOT_FOUND.into_response();
    };
    app.lock().calls.certificates += 1;
    served(pem)
}

fn served(pem: String) -> Response {
    ([(header::CONTENT_TYPE, "application/x-pem-file")], pem).into_response()
}

/// Query of a URL that confirms or unsubscribes.
#[derive(Deserialize)]
pub(super) struct Asked {
    #[serde(rename = "Action")]
    action: Option<String>,
    #[serde(rename = "TopicArn", default)]
    topic_arn: String,
    #[serde(rename = "Token", default)]
    token: String,
    #[serde(rename = "SubscriptionArn", default)]
    subscription_arn: String,
}

/// Serves `GET /?Action=…`.
pub(super) async fn act(State(apps): State<Arc<Apps>>, Query(asked): Query<Asked>) -> Response {
    match asked.action.as_deref() {
        Some("ConfirmSubscription") => confirm(&apps, &asked),
        Some("Unsubscribe") => unsubscribe(&apps, &asked.subscription_arn),
        _ => StatusCode::NOT_FOUND.into_response(),
    }
}

fn confirm(apps: &Apps, asked: &Asked) -> Response {
    let all = apps.all().into_iter();
    let mut issuers = all.filter(|app| app.has_issued(&asked.token));
    let Some(app) = issuers.next() else {
        return refused("Invalid token");
    };
    if app
        .confirmation_visited(&asked.topic_arn, &asked.token)
        .is_err()
    {
        return refused("Invalid token");
    }
    let arn = app.subscription_arn();
    xml(
        StatusCode::OK,
        &format!(
            "<ConfirmSubscriptionResponse xmlns=\"{NAMESPACE}\"><ConfirmSubscriptionResult>\
             <SubscriptionArn>{arn}</SubscriptionArn></ConfirmSubscriptionResult>\
             </ConfirmSubscriptionResponse>"
        ),
    )
}

fn unsubscribe(apps: &Apps, subscription_arn: &str) -> Response {
    let all = apps.all().into_iter();
    let mut having = all.filter(|app| app.subscription_arn() == subscription_arn);
    let Some(app) = having.next() else {
        return refused("Invalid parameter: SubscriptionId");
    };
    match app.unsubscribe_visited() {
        Ok(_) => xml(
            StatusCode::OK,
            &format!("<UnsubscribeResponse xmlns=\"{NAMESPACE}\"/>"),
        ),
        Err(KeyError) => StatusCode::INTERNAL_SERVER_ERROR.into_response(),
    }
}

fn refused(message: &str) -> Response {
    xml(
        StatusCode::BAD_REQUEST,
        &format!(
            "<ErrorResponse xmlns=\"{NAMESPACE}\"><Error><Type>Sender</Type>\
             <Code>InvalidParameter</Code><Message>{message}</Message></Error></ErrorResponse>"
        ),
    )
}

fn xml(status: StatusCode, text: &str) -> Response {
    (
        status,
        [(header::CONTENT_TYPE, "text/xml")],
        text.to_owned(),
    )
        .into_response()
}
