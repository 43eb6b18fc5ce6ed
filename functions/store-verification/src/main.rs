//! Lambda entry point: builds the clients once, then handles batches of the verification queue.

// The SDK's calls nest their futures about a hundred deep; 128, the default, leaves no room for callers.
#![recursion_limit = "256"]

use cloud::{Aws, telemetry};
use lambda_runtime::{Error, LambdaEvent, service_fn};
use store_verification::Verifier;

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Error> {
    telemetry::start();
    let aws = Aws::load()?;
    let handler = Verifier::from_environment(&aws)?;
    lambda_runtime::run(service_fn(async |event: LambdaEvent<_>| {
        handler.handle(event).await.map_err(Error::from)
    }))
    .await
}
