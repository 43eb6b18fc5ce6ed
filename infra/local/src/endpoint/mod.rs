//! A sample of a broadcaster's endpoint: what a receiver of our notifications has to do,
//! and what the tests look at.
//!
//! - `POST /sns/{name}` takes what SNS sends. A subscription is confirmed, a notification
//!   is unescaped and kept under the name.
//! - `GET /received/{name}` lists what was kept, `DELETE /received/{name}` forgets it,
//!   `GET /confirmed/{name}` lists the topics whose subscription was confirmed.
//! - `GET /view/{name}` is the state of every purchase, rebuilt from the notifications
//!   alone (see [`view`]).
//! - `PUT /behaviour/{name}` `{"status", "delayMillis"}` makes it answer otherwise. What
//!   is not answered with a 2xx is not kept.
//!
//! The local AWS signs with the text `FAKE`, so signatures are checked only when
//! [`Options::verify`] is set. A real endpoint must always check them.

pub mod beacon;
mod client;
mod envelope;
pub mod field_table;
mod mailbox;
mod origin;
mod routes;
mod signature;
pub mod view;

use std::net::SocketAddr;

use anyhow::Context as _;
use tokio::{net::TcpListener, task::JoinHandle};

pub use client::EndpointClient;
pub use mailbox::{Behaviour, Confirmation, Received};

/// How careful the endpoint is.
#[derive(Debug, Clone, Default)]
pub struct Options {
    /// Check the SNS signature of each message, and refuse with 403 what fails.
    pub verify: bool,
    /// Refuse with 403 what comes from topics whose ARN does not begin with this.
    pub topic_prefix: Option<String>,
}

/// An endpoint that serves until it is dropped.
#[derive(Debug)]
pub struct Endpoint {
    address: SocketAddr,
    task: JoinHandle<()>,
}

impl Endpoint {
    /// Listens on `address` (port 0: a free one) and serves in the background.
    ///
    /// # Errors
    /// When the address cannot be bound or the HTTP client cannot be built.
    pub async fn start(address: SocketAddr, options: Options) -> anyhow::Result<Self> {
        let router = routes::router(options)?;
        let listener = TcpListener::bind(address)
            .await
            .with_context(|| format!("cannot listen on {address}"))?;
        let address = listener.local_addr()?;
        let task = tokio::spawn(async move {
            // Accept errors are retried inside; this future does not end by itself.
            let _ = axum::serve(listener, router).await;
        });
        Ok(Self { address, task })
    }

    /// Where it listens.
    #[must_use]
    pub fn address(&self) -> SocketAddr {
        self.address
    }

    /// Such as `http://127.0.0.1:40123`, without a slash at the end.
    #[must_use]
    pub fn base_url(&self) -> String {
        format!("http://{}", self.address)
    }

    /// Waits until the server ends, which it does only when its task is stopped.
    pub async fn wait(mut self) {
        let _ = (&mut self.task).await;
    }
}

impl Drop for Endpoint {
    fn drop(&mut self) {
        self.task.abort();
    }
}
