//! A server in Apple's place: it notes what it is asked and answers by a script.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use axum::Router;
use axum::body::{Body, to_bytes};
use axum::extract::{Request, State};
use axum::http::Response;
use serde_json::{Value, json};
use tokio::net::TcpListener;

#[derive(Debug, Clone)]
pub struct Asked {
    /// Method and path.
    pub line: String,
    pub authorization: String,
    pub body: Value,
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

    /// An error as Apple words it: the first three digits are the status.
    pub fn error(code: u32) -> Self {
        let body = json!({"errorCode": code, "errorMessage": "No."});
        Self::new(u16::try_from(code / 10_000).unwrap(), &body.to_string())
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
    asked: Vec<Asked>,
    refused: Vec<String>,
    replies: BTreeMap<String, Reply>,
}

#[derive(Clone)]
pub struct Server {
    pub address: String,
    script: Arc<Mutex<Script>>,
}

impl Server {
    /// Ends with the test's runtime. What it isn't told, it does not know: 4040010.
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

    /// What is answered from now on to the path that ends like this.
    pub fn replies(&self, path: &str, reply: Reply) {
        let mut script = self.script.lock().unwrap();
        script.replies.insert(path.to_owned(), reply);
    }

    /// From now on who asks with this token is answered 401.
    pub fn refuses(&self, token: &str) {
        let mut script = self.script.lock().unwrap();
        script.refused.push(format!("Bearer {token}"));
    }

    pub fn asked(&self) -> Vec<Asked> {
        self.script.lock().unwrap().asked.clone()
    }

    /// What was asked, by environment and call.
    pub fn lines(&self) -> Vec<String> {
        self.asked().into_iter().map(|asked| asked.line).collect()
    }

    pub fn forget(&self) {
        self.script.lock().unwrap().asked.clear();
    }
}

async fn answer(State(script): State<Arc<Mutex<Script>>>, request: Request) -> Response<Body> {
    let (parts, body) = request.into_parts();
    let line = format!("{} {}", parts.method, parts.uri);
    let authorization = parts.headers.get("authorization").unwrap();
    let authorization = authorization.to_str().unwrap().to_owned();
    let body = to_bytes(body, 65_536).await.unwrap();
    let reply = {
        let mut script = script.lock().unwrap();
        let refused = script.refused.contains(&authorization);
        script.asked.push(Asked {
            line: line.clone(),
            authorization,
            body: serde_json::from_slice(&body).unwrap_or_default(),
        });
        let mut scripted = script.replies.iter();
        let scripted = scripted.find(|(path, _)| line.ends_with(path.as_str()));
        match scripted {
            _ if refused => Reply::new(401, ""),
            Some((_, reply)) => reply.clone(),
            None => Reply::error(4_040_010),
        }
    };
    tokio::time::sleep(reply.delay).await;
    let mut response = Response::builder().status(reply.status);
    for (name, value) in reply.headers {
        response = response.header(name, value);
    }
    response.body(Body::from(reply.body)).unwrap()
}
