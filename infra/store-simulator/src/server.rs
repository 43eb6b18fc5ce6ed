//! HTTP server of the simulator.

use std::{io::Write as _, net::SocketAddr, time::Instant};

use axum::{
    Router,
    extract::{MatchedPath, Request},
    middleware::{self, Next},
    response::Response,
};
use tokio::{net::TcpListener, task::JoinHandle};

use crate::stores;

/// Reason why the simulator did not start.
#[derive(Debug, thiserror::Error)]
pub enum SimulatorError {
    /// The address is in use or does not belong to this machine.
    #[error("cannot listen on {address}")]
    Listen {
        /// Requested address.
        address: SocketAddr,
        /// Error of the operating system.
        source: std::io::Error,
    },
    /// The HTTP client for notifications cannot be built.
    #[error("cannot build the http client for notifications")]
    HttpClient(#[from] https::HttpsError),
}

/// Simulator of all stores.
#[derive(Debug)]
pub struct Simulator;

impl Simulator {
    /// Listens on `address` (port 0: a free one) and serves in the background until the returned
    /// handle is dropped.
    ///
    /// # Errors
    /// When the address cannot be bound or the HTTP client cannot be built.
    pub async fn start(address: SocketAddr) -> Result<RunningSimulator, SimulatorError> {
        Self::serve(address, router()?).await
    }

    /// Starts like [`Simulator::start`], and writes one line for each request to standard error:
    /// method, route without its parameters, status, milliseconds.
    ///
    /// # Errors
    /// As [`Simulator::start`].
    pub async fn start_logging(address: SocketAddr) -> Result<RunningSimulator, SimulatorError> {
        Self::serve(address, router()?.layer(middleware::from_fn(log_request))).await
    }

    async fn serve(
        address: SocketAddr,
        router: Router,
    ) -> Result<RunningSimulator, SimulatorError> {
        let failed = |source| SimulatorError::Listen { address, source };
        let listener = TcpListener::bind(address).await.map_err(failed)?;
        let address = listener.local_addr().map_err(failed)?;
        let task = tokio::spawn(async move {
            // Accept errors are retried inside; this future does not end by itself.
            let _ = axum::serve(listener, router).await;
        });
        Ok(RunningSimulator { address, task })
    }
}

fn router() -> Result<Router, SimulatorError> {
    let http = https::client(|builder| builder)?;
    let routers = stores::routers(&http).into_iter();
    Ok(routers.fold(Router::new(), Router::merge))
}

/// Running simulator, which serves until it is dropped.
#[derive(Debug)]
pub struct RunningSimulator {
    address: SocketAddr,
    task: JoinHandle<()>,
}

impl RunningSimulator {
    /// Returns the base URL, such as `http://127.0.0.1:40123`, without a trailing slash.
    #[must_use]
    pub fn base_url(&self) -> String {
        format!("http://{}", self.address)
    }

    /// Returns the address on which the simulator listens.
    #[must_use]
    pub fn address(&self) -> SocketAddr {
        self.address
    }

    /// Waits until the server ends, which happens only when its task is stopped.
    pub async fn wait(mut self) {
        let _ = (&mut self.task).await;
    }
}

impl Drop for RunningSimulator {
    fn drop(&mut self) {
        self.task.abort();
    }
}

async fn log_request(request: Request, next: Next) -> Response {
    let began = Instant::now();
    let method = request.method().clone();
    // The route, not the path: subscription ids are keys of purchases.
    let route = request.extensions().get::<MatchedPath>().cloned();
    let response = next.run(request).await;
    let _ = writeln!(
        std::io::stderr(),
        "{method} {} {} {}ms",
        route.as_ref().map_or("(no route)", MatchedPath::as_str),
        response.status().as_u16(),
        began.elapsed().as_millis(),
    );
    response
}
