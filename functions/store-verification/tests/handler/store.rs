//! A store that answers as it is told, and remembers who asked.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use axum::Router;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse as _, Response};
use axum::routing::get;
use serde_json::{Value, json};

/// An answer to a look-up.
#[derive(Clone)]
pub struct Reply {
    pub status: u16,
    pub body: Value,
    pub retry_after: Option<u32>,
}

/// The store.
#[derive(Clone)]
pub struct Store {
    pub url: String,
    state: Arc<Mutex<Known>>,
}

#[derive(Default)]
struct Known {
    replies: BTreeMap<String, Reply>,
    takes: Duration,
    asked: Vec<String>,
    running: Vec<String>,
    most_at_once: usize,
    most_of_one_at_once: usize,
}

impl Store {
    /// One that knows no purchase.
    pub async fn start() -> Self {
        let state = Arc::new(Mutex::new(Known::default()));
        let path = "/entitlements/v1/partners/{partner}/subscriptions/{id}";
        let router = Router::new()
            .route(path, get(look_up))
            .with_state(Arc::clone(&state));
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
        let url = format!("http://{}", listener.local_addr().unwrap());
        tokio::spawn(async move { axum::serve(listener, router).await.unwrap() });
        Self { url, state }
    }

    /// From now on a purchase is answered for with this.
    pub fn reply(&self, key: &str, reply: Reply) {
        self.state
            .lock()
            .unwrap()
            .replies
            .insert(key.to_owned(), reply);
    }

    /// From now on a purchase is active.
    pub fn sells(&self, key: &str) {
        self.reply(key, active(key));
    }

    /// From now on a purchase is answered for with this status and no word.
    pub fn fails(&self, key: &str, status: u16) {
        self.reply(key, failing(status));
    }

    /// From now on every answer takes so long.
    pub fn takes(&self, time: Duration) {
        self.state.lock().unwrap().takes = time;
    }

    /// The purchases that were asked for, in order.
    pub fn asked(&self) -> Vec<String> {
        self.state.lock().unwrap().asked.clone()
    }

    /// How many questions ran at once: over all purchases, and for one purchase.
    pub fn most_at_once(&self) -> (usize, usize) {
        let known = self.state.lock().unwrap();
        (known.most_at_once, known.most_of_one_at_once)
    }
}

/// An active purchase.
pub fn active(key: &str) -> Reply {
    Reply {
        status: 200,
        retry_after: None,
        body: json!({"data": {
            "subscriptionId": key,
            "status": "ACTIVE",
            "planCode": in_process_aws::PRODUCT,
            "startDate": "2026-11-05T09:30:00Z",
            "currentPeriodEnd": "2099-01-05T09:30:00Z",
            "autoRenew": true,
        }}),
    }
}

/// No word on the purchase.
pub fn failing(status: u16) -> Reply {
    Reply {
        status,
        body: Value::Null,
        retry_after: None,
    }
}

async fn look_up(
    State(state): State<Arc<Mutex<Known>>>,
    Path((_partner, id)): Path<(String, String)>,
) -> Response {
    let takes = {
        let mut known = state.lock().unwrap();
        known.asked.push(id.clone());
        known.running.push(id.clone());
        known.most_at_once = known.most_at_once.max(known.running.len());
        let of_it = known
            .running
            .iter()
            .filter(|running| **running == id)
            .count();
        known.most_of_one_at_once = known.most_of_one_at_once.max(of_it);
        known.takes
    };
    tokio::time::sleep(takes).await;
    let mut known = state.lock().unwrap();
    let place = known
        .running
        .iter()
        .position(|running| *running == id)
        .unwrap();
    known.running.remove(place);
    let reply = known.replies.get(&id).cloned().unwrap_or(failing(404));
    let mut response = (
        StatusCode::from_u16(reply.status).unwrap(),
        reply.body.to_string(),
    )
        .into_response();
    if let Some(seconds) = reply.retry_after {
        response.headers_mut().insert("retry-after", seconds.into());
    }
    response
}
