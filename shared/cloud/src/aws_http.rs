//! HTTP client of the AWS SDK: the one that the stores' client is built from, so that a function
//! has one TLS configuration and one kind of connection.

use std::time::Duration;

use aws_smithy_runtime_api::client::http::{
    HttpConnector, HttpConnectorFuture, SharedHttpClient, SharedHttpConnector, http_client_fn,
};
use aws_smithy_runtime_api::client::orchestrator::{HttpRequest, HttpResponse};
use aws_smithy_runtime_api::client::result::ConnectorError;
use aws_smithy_types::body::SdkBody;

use crate::CloudError;

/// Time limit for establishing a connection.
const CONNECT: Duration = Duration::from_secs(2);

/// Builds the client. It keeps connections, so it is built once.
///
/// # Errors
/// [`CloudError::Service`] if the client refuses its configuration.
pub fn client() -> Result<SharedHttpClient, CloudError> {
    let http = https::client(|builder| builder.connect_timeout(CONNECT));
    let http = http.map_err(|error| CloudError::service("building the http client", error))?;
    let connector = SharedHttpConnector::new(Connector { http });
    Ok(http_client_fn(move |_settings, _components| {
        connector.clone()
    }))
}

#[derive(Debug)]
struct Connector {
    http: reqwest::Client,
}

impl HttpConnector for Connector {
    fn call(&self, request: HttpRequest) -> HttpConnectorFuture {
        HttpConnectorFuture::new(exchange(self.http.clone(), request))
    }
}

async fn exchange(
    http: reqwest::Client,
    request: HttpRequest,
) -> Result<HttpResponse, ConnectorError> {
    let request = request.try_into_http1x();
    let request = request.map_err(|error| ConnectorError::user(error.into()))?;
    let request = reqwest::Request::try_from(request.map(reqwest::Body::wrap)).map_err(failed)?;
    let response = http.execute(request).await.map_err(failed)?;
    let response = lambda_http::http::Response::<reqwest::Body>::from(response);
    HttpResponse::try_from(response.map(SdkBody::from_body_1_x))
        .map_err(|error| ConnectorError::other(error.into(), None))
}

/// Maps an error to the kinds by which the SDK decides whether to try again.
fn failed(error: reqwest::Error) -> ConnectorError {
    let error = error.without_url();
    if error.is_timeout() {
        ConnectorError::timeout(error.into())
    } else if error.is_connect() {
        ConnectorError::io(error.into()).never_connected()
    } else if error.is_builder() {
        ConnectorError::user(error.into())
    } else {
        ConnectorError::io(error.into())
    }
}
