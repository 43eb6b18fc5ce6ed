//! The Runtime API of Lambda, for one program:
//! <https://docs.aws.amazon.com/lambda/latest/dg/runtimes-api.html>.

use std::sync::Arc;
use std::time::{Duration, Instant, SystemTime};

use anyhow::{Context as _, bail};
use axum::Router;
use axum::body::Bytes;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse as _, Response};
use axum::routing::{get, post};
use tokio::net::TcpListener;
use tokio::sync::Mutex;
use tokio::sync::mpsc::{Receiver, Sender, channel};

/// Longest time for a start or an invocation.
const LIMIT: Duration = Duration::from_secs(30);

/// Result of an invocation, and when it was posted.
struct Posted {
    at: Instant,
    succeeded: bool,
    body: Bytes,
}

struct Endpoint {
    requested: Sender<Instant>,
    events: Mutex<Receiver<String>>,
    posted: Sender<Posted>,
}

/// Runtime API that one program polls.
pub struct RuntimeApi {
    /// Host and port, as in `AWS_LAMBDA_RUNTIME_API`.
    pub address: String,
    requested: Receiver<Instant>,
    events: Sender<String>,
    posted: Receiver<Posted>,
}

impl RuntimeApi {
    /// Starts it on a free port.
    ///
    /// # Errors
    /// If there is no free port.
    pub async fn start() -> anyhow::Result<Self> {
        let listener = TcpListener::bind("127.0.0.1:0").await?;
        let address = listener.local_addr()?.to_string();
        let (request, requested) = channel(1);
        let (events, event) = channel(1);
        let (post_result, posted) = channel(1);
        let endpoint = Endpoint {
            requested: request,
            events: Mutex::new(event),
            posted: post_result,
        };
        let router = Router::new()
            .route("/2018-06-01/runtime/invocation/next", get(next))
            .route("/2018-06-01/runtime/invocation/{id}/{kind}", post(result))
            .with_state(Arc::new(endpoint));
        tokio::spawn(async move { axum::serve(listener, router).await });
        Ok(Self {
            address,
            requested,
            events,
            posted,
        })
    }

    /// Waits until the program requests an event, and returns when it did.
    ///
    /// # Errors
    /// If it does not within [`LIMIT`].
    pub async fn requested(&mut self) -> anyhow::Result<Instant> {
        let requested = tokio::time::timeout(LIMIT, self.requested.recv()).await;
        requested
            .context("it requested no event in time")?
            .context("it is gone")
    }

    /// Hands the program an event, and returns the time that it took and its result.
    ///
    /// # Errors
    /// If it fails, or posts no result within [`LIMIT`].
    pub async fn invoke(&mut self, event: &str) -> anyhow::Result<(Duration, Bytes)> {
        let began = Instant::now();
        self.events.send(event.to_owned()).await?;
        let posted = tokio::time::timeout(LIMIT, self.posted.recv()).await;
        let posted = posted
            .context("it posted no result in time")?
            .context("it is gone")?;
        if !posted.succeeded {
            bail!("it failed: {}", String::from_utf8_lossy(&posted.body));
        }
        Ok((posted.at.duration_since(began), posted.body))
    }
}

async fn next(State(endpoint): State<Arc<Endpoint>>) -> Response {
    let requested = endpoint.requested.send(Instant::now()).await;
    let event = endpoint.events.lock().await.recv().await;
    let (Ok(()), Some(event)) = (requested, event) else {
        return StatusCode::GONE.into_response();
    };
    let deadline = SystemTime::now() + LIMIT;
    let deadline = deadline.duration_since(SystemTime::UNIX_EPOCH);
    let headers = [
        ("content-type", "application/json".to_owned()),
        (
            "lambda-runtime-aws-request-id",
            uuid::Uuid::new_v4().to_string(),
        ),
        (
            "lambda-runtime-deadline-ms",
            deadline.unwrap_or_default().as_millis().to_string(),
        ),
        (
            "lambda-runtime-invoked-function-arn",
            "arn:aws:lambda:us-east-1:123456789012:function:bench".to_owned(),
        ),
    ];
    (headers, event).into_response()
}

async fn result(
    State(endpoint): State<Arc<Endpoint>>,
    Path((_id, kind)): Path<(String, String)>,
    body: Bytes,
) -> StatusCode {
    let posted = Posted {
        at: Instant::now(),
        succeeded: kind == "response",
        body,
    };
    match endpoint.posted.send(posted).await {
        Ok(()) => StatusCode::ACCEPTED,
        Err(_) => StatusCode::GONE,
    }
}
