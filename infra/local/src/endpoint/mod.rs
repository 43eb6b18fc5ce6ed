//! Sample endpoint of a broadcaster: it does what a receiver of Beacon notifications has to do, and
//! lets tests examine the result.
//!
//! - `POST /sns/{name}` receives what SNS sends. A subscription is confirmed; a notification is
//!   unescaped and kept under the name.
//! - `GET /received/{name}` lists the kept notifications, `DELETE /received/{name}` removes them,
//!   `GET /confirmed/{name}` lists the topics whose subscription was confirmed.
//! - `GET /view/{name}` returns the state of every purchase, rebuilt only from the notifications
//!   (see [`view`]).
//! - `PUT /behaviour/{name}` `{"status", "delayMillis"}` changes the response. A notification that
//!   is not answered with a 2xx is not kept.
//!
//! Signatures are checked only when [`Options::verify`] is set, so that a test can post messages of
//! its own. A real endpoint must always check them.

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

/// Strictness of the endpoint.
#[derive(Debug, Clone, Default)]
pub struct Options {
    /// Checks the SNS signature of each message, and answers 403 to those that fail.
    pub verify: bool,
    /// Answers 403 to messages of topics whose ARN does not begin with this prefix.
    pub topic_prefix: Option<String>,
}

/// Endpoint that serves until it is dropped.
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

    /// Returns the address on which the endpoint listens.
    #[must_use]
    pub fn address(&self) -> SocketAddr {
        self.address
    }

    /// Returns the base URL, such as `http://127.0.0.1:40123`, without a trailing slash.
    #[must_use]
    pub fn base_url(&self) -> String {
        format!("http://{}", self.address)
    }

    /// Waits until the server ends, which happens only when its task is stopped.
    pub async fn wait(mut self) {
        let _ = (&mut self.task).await;
    }
}

impl Drop for Endpoint {
    fn drop(&mut self) {
        self.task.abort();
    }
}
