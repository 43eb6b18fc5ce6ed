//! A server in the place of Amazon's verification service and of Amazon SNS: it notes what it is asked and
//! answers by a script.

use std::collections::{BTreeMap, VecDeque};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use axum::Router;
use axum::body::Body;
use axum::extract::{Request, State};
use axum::http::Response;
use serde_json::Value;
use tokio::net::TcpListener;

#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Call {
    Receipt,
    Certificate,
    Confirm,
}

#[derive(Debug, Clone)]
pub struct Reply {
    status: u16,
    headers: Vec<(&'static str, String)>,
    body: String,
    delay: Duration,
}

impl Reply {
    pub fn json(body: &Value) -> Self {
        Self::new(200, &body.to_string())
    }

    pub fn new(status: u16, body: &str) -> Self {
        Self {
            status,
            headers: Vec::new(),
            body: body.to_owned(),
            delay: Duration::ZERO,
        }
    }

    pub fn with(mut self, header: &'static str, value: &str) -> Self {
        self.headers.push((header, value.to_owned()));
        self
    }

    pub fn after(mut self, delay: Duration) -> Self {
        self.delay = delay;
        self
    }
}

#[derive(Default)]
struct Script {
    asked: Vec<(Call, String)>,
    replies: BTreeMap<Call, VecDeque<Reply>>,
}

#[derive(Clone)]
pub struct Amazon {
    pub address: String,
    script: Arc<Mutex<Script>>,
}

impl Amazon {
    /// Ends with the test's runtime.
    pub async fn start() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = format!("http://{}", listener.local_addr().unwrap());
        let script = Arc::default();
        let router = Router::new()
            .fallback(answer)
            .with_state(Arc::clone(&script));
        tokio::spawn(async move { axum::serve(listener, router).await.unwrap() });
        Self { address, script }
    }

    /// What a call is answered from now on; the last reply again and again.
    pub fn replies<const N: usize>(&self, call: Call, replies: [Reply; N]) {
        let mut script = self.script.lock().unwrap();
        script.replies.insert(call, replies.into());
    }

    /// The path and query of each call.
    pub fn asked(&self, call: Call) -> Vec<String> {
        let script = self.script.lock().unwrap();
        let asked = script.asked.iter().filter(|(asked, _)| *asked == call);
        asked.map(|(_, line)| line.clone()).collect()
    }

    pub fn count(&self, call: Call) -> usize {
        self.asked(call).len()
    }
}

async fn answer(State(script): State<Arc<Mutex<Script>>>, request: Request) -> Response<Body> {
    let path = request.uri().path();
    let call = if path.contains("/verifyReceiptId/") {
        Call::Receipt
    } else if path == "/" {
        Call::Confirm
    } else {
        Call::Certificate
    };
    let line = format!("{} {}", request.method(), request.uri());
    let reply = {
        let mut script = script.lock().unwrap();
        script.asked.push((call, line));
        let replies = script.replies.entry(call).or_default();
        let scripted = if replies.len() > 1 {
            replies.pop_front()
        } else {
            replies.front().cloned()
        };
        scripted.unwrap_or_else(|| Reply::new(404, ""))
    };
    tokio::time::sleep(reply.delay).await;
    let mut response = Response::builder().status(reply.status);
    for (name, value) in reply.headers {
        response = response.header(name, value);
    }
    response.body(Body::from(reply.body)).unwrap()
}
