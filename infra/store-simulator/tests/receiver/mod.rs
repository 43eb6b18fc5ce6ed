//! A server that records the requests it receives.

use std::{
    collections::VecDeque,
    sync::{Arc, Mutex},
};

use axum::{
    Router,
    body::Bytes,
    extract::State,
    http::{HeaderMap, StatusCode},
    routing::post,
};
use serde_json::Value;

#[derive(Clone, Debug)]
pub struct Received {
    pub headers: HeaderMap,
    pub body: Bytes,
}

impl Received {
    pub fn json(&self) -> Value {
        serde_json::from_slice(&self.body).unwrap()
    }

    pub fn header(&self, name: &str) -> &str {
        self.headers[name].to_str().unwrap()
    }
}

#[derive(Default)]
struct Book {
    received: Vec<Received>,
    answers: VecDeque<u16>,
}

pub struct Receiver {
    address: std::net::SocketAddr,
    book: Arc<Mutex<Book>>,
}

impl Receiver {
    pub async fn start() -> Self {
        let book = Arc::<Mutex<Book>>::default();
        let router = Router::new()
            .route("/notifications", post(receive))
            .with_state(Arc::clone(&book));
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        tokio::spawn(async move { axum::serve(listener, router).await });
        Self { address, book }
    }

    pub fn url(&self) -> String {
        format!("http://{}/notifications", self.address)
    }

    /// Answers the next requests with these statuses, later ones with 200.
    pub fn answer_with(&self, statuses: &[u16]) {
        self.book.lock().unwrap().answers.extend(statuses);
    }

    pub fn received(&self) -> Vec<Received> {
        self.book.lock().unwrap().received.clone()
    }
}

async fn receive(
    State(book): State<Arc<Mutex<Book>>>,
    headers: HeaderMap,
    body: Bytes,
) -> StatusCode {
    let mut book = book.lock().unwrap();
    book.received.push(Received { headers, body });
    let status = book.answers.pop_front().unwrap_or(200);
    StatusCode::from_u16(status).unwrap()
}
