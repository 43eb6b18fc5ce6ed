//! A server in Roku's place: it notes what it is asked and answers by a script.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use axum::Router;
use axum::body::Body;
use axum::extract::{Request, State};
use axum::http::Response;
use serde_json::{Value, json};
use tokio::net::TcpListener;

use crate::keys::Key;

pub const KEYS: &str = "/keys/partner-jwks.json";
const SERVICE: &str = "/service";

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

    /// A failure of the status 200, in these words.
    pub fn failure(message: &str) -> Self {
        Self::json(&json!({
            "errorCode": null, "errorDetails": null, "errorMessage": message, "status": 1,
        }))
    }

    pub fn keys(keys: &[&Key]) -> Self {
        let keys: Vec<_> = keys.iter().map(|key| key.public()).collect();
        Self::json(&json!({ "keys": keys }))
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
    asked: Vec<String>,
    /// By the end of the path.
    replies: BTreeMap<String, Reply>,
}

#[derive(Clone)]
pub struct Roku {
    pub address: String,
    script: Arc<Mutex<Script>>,
}

impl Roku {
    /// Knows no transaction. Ends with the test's runtime.
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

    /// What a path that ends like this is answered: `<id>`, `<key>/<id>`, [`KEYS`].
    pub fn replies(&self, end: &str, reply: Reply) {
        let mut script = self.script.lock().unwrap();
        script.replies.insert(end.to_owned(), reply);
    }

    /// What was asked for, without what all questions begin with.
    pub fn asked(&self) -> Vec<String> {
        let begin = format!("{SERVICE}/validate-transaction/");
        let script = self.script.lock().unwrap();
        let asked = script.asked.iter();
        asked
            .map(|path| path.strip_prefix(&begin).unwrap_or(path).to_owned())
            .collect()
    }

    /// How often the keys of notifications were asked for.
    pub fn asked_for_keys(&self) -> usize {
        self.asked().iter().filter(|path| *path == KEYS).count()
    }
}

async fn answer(State(script): State<Arc<Mutex<Script>>>, request: Request) -> Response<Body> {
    let path = request.uri().path().to_owned();
    let reply = {
        let mut script = script.lock().unwrap();
        script.asked.push(path.clone());
        let mut known: Vec<_> = script.replies.iter().collect();
        known.sort_by_key(|(end, _)| std::cmp::Reverse(end.len()));
        let known = known.into_iter().find(|(end, _)| path.ends_with(*end));
        known.map(|(_, reply)| reply.clone())
    };
    let reply = reply.unwrap_or_else(|| Reply::failure("Invalid transaction id."));
    tokio::time::sleep(reply.delay).await;
    let mut response = Response::builder().status(reply.status);
    for (name, value) in reply.headers {
        response = response.header(name, value);
    }
    response.body(Body::from(reply.body)).unwrap()
}
