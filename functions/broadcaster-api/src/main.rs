//! Lambda entry point: builds the clients once, then answers requests.

// The SDK's calls nest their futures about a hundred deep; 128, the default, leaves no room for callers.
#![recursion_limit = "256"]

use broadcaster_api::BroadcasterApi;
use cloud::{Aws, telemetry};
use lambda_http::{Error, Request, service_fn};

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Error> {
    telemetry::start();
    let aws = Aws::load()?;
    let handler = BroadcasterApi::from_environment(&aws)?;
    lambda_http::run(service_fn(async |request: Request| {
        Ok::<_, Error>(handler.handle(&request).await)
    }))
    .await
}
