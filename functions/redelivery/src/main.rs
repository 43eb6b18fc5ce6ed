//! Lambda entry point: builds the clients once, then handles the schedule and alarms.

// The SDK's calls nest their futures about a hundred deep; 128, the default, leaves no room for callers.
#![recursion_limit = "256"]

use cloud::{Aws, telemetry};
use lambda_runtime::{Error, LambdaEvent, service_fn};
use redelivery::Redeliverer;

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Error> {
    telemetry::start();
    let aws = Aws::load()?;
    let handler = Redeliverer::from_environment(&aws)?;
    lambda_runtime::run(service_fn(async |event: LambdaEvent<_>| {
        handler.handle(event).await.map_err(Error::from)
    }))
    .await
}
