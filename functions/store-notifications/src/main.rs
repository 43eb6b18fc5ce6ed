//! Lambda entry point: builds the clients once, then answers requests.

// The SDK's calls nest their futures about a hundred deep; 128, the default, leaves no room for callers.
#![recursion_limit = "256"]

use cloud::{Aws, telemetry};
use lambda_http::{Error, Request, service_fn};
use store_notifications::Notifications;

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Error> {
    telemetry::start();
    let aws = Aws::load()?;
    let handler = Notifications::from_environment(&aws)?;
    lambda_http::run(service_fn(async |request: Request| {
        Ok::<_, Error>(handler.handle(&request).await)
    }))
    .await
}
