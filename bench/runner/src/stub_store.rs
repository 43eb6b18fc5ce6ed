//! A store in which every purchase is active, and which answers after a set time.

use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

use axum::extract::{Path, State};
use axum::routing::get;
use axum::{Json, Router};
use serde_json::Value;
use tokio::net::TcpListener;

/// Stub of Vizio's API.
#[derive(Clone)]
pub struct StubStore {
    /// URL of the API.
    pub url: String,
    state: Arc<Shared>,
}

#[derive(Default)]
struct Shared {
    milliseconds: AtomicU64,
    answered: Mutex<Option<Instant>>,
}

impl StubStore {
    /// Starts one that answers at once.
    ///
    /// # Errors
    /// If there is no free port.
    pub async fn start() -> anyhow::Result<Self> {
        let state = Arc::new(Shared::default());
        let listener = TcpListener::bind("127.0.0.1:0").await?;
        let url = format!("http://{}", listener.local_addr()?);
        let path = "/entitlements/v1/partners/{partner}/subscriptions/{id}";
        let router = Router::new()
            .route(path, get(look_up))
            .with_state(Arc::clone(&state));
        tokio::spawn(async move { axum::serve(listener, router).await });
        Ok(Self { url, state })
    }

    /// Sets the milliseconds that an answer takes.
    pub fn takes(&self, milliseconds: u64) {
        self.state
            .milliseconds
            .store(milliseconds, Ordering::SeqCst);
    }

    /// Returns when the last answer left.
    pub fn answered(&self) -> Option<Instant> {
        *self
            .state
            .answered
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
    }
}

async fn look_up(
    State(state): State<Arc<Shared>>,
    Path((_partner, id)): Path<(String, String)>,
) -> Json<Value> {
    let taken = state.milliseconds.load(Ordering::SeqCst);
    if taken > 0 {
        tokio::time::sleep(Duration::from_millis(taken)).await;
    }
    let answer = in_process_aws::active_at_vizio(&id);
    let mut answered = state
        .answered
        .lock()
        .unwrap_or_else(PoisonError::into_inner);
    *answered = Some(Instant::now());
    Json(answer)
}
