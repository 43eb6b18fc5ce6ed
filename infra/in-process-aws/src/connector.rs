//! HTTP client of the AWS SDK that reaches the services without a socket: no call waits for the
//! network, so that a test in simulated time waits for nothing but its own timers.

use std::sync::Arc;

use aws_smithy_runtime_api::client::http::{
    HttpConnector, HttpConnectorFuture, SharedHttpClient, SharedHttpConnector, http_client_fn,
};
use aws_smithy_runtime_api::client::orchestrator::{HttpRequest, HttpResponse};
use aws_smithy_runtime_api::client::result::ConnectorError;
use aws_smithy_types::body::SdkBody;

use crate::services::{self, Services};

#[derive(Debug, Clone)]
struct Direct(Arc<Services>);

/// Builds a client of these services.
pub(crate) fn client(services: &Arc<Services>) -> SharedHttpClient {
    let connector = SharedHttpConnector::new(Direct(Arc::clone(services)));
    http_client_fn(move |_settings, _components| connector.clone())
}

impl HttpConnector for Direct {
    fn call(&self, request: HttpRequest) -> HttpConnectorFuture {
        let services = Arc::clone(&self.0);
        HttpConnectorFuture::new(async move {
            let request = request.try_into_http1x();
            let request = request.map_err(|error| ConnectorError::user(error.into()))?;
            let body = request.body().bytes().unwrap_or_default();
            let answer = services::answer(&services, request.uri(), request.headers(), body);
            if services.calls.dies_now() {
                std::future::pending::<()>().await;
            }
            HttpResponse::try_from(answer.map(SdkBody::from))
                .map_err(|error| ConnectorError::other(error.into(), None))
        })
    }
}
