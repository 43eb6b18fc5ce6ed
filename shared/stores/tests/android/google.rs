//! A server in Google's place: it notes what it is asked and answers by a script.

use std::collections::{BTreeMap, VecDeque};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use axum::Router;
use axum::body::{Body, to_bytes};
use axum::extract::{Request, State};
use axum::http::Response;
use serde_json::{Value, json};
use tokio::net::TcpListener;

#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Call {
    Token,
    Keys,
    Get,
    GetOnce,
    Acknowledge,
}

#[derive(Debug, Clone)]
pub struct Asked {
    pub call: Call,
    pub line: String,
    pub authorization: Option<String>,
    pub content_type: Option<String>,
    pub body: String,
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

    /// An error as the API words it.
    pub fn refusal(status: u16, reason: &str) -> Self {
        let error = json!({"code": status, "message": "no", "errors": [{"reason": reason}]});
        Self::new(status, &json!({ "error": error }).to_string())
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
    replies: BTreeMap<Call, VecDeque<Reply>>,
    granted: u32,
}

#[derive(Clone)]
pub struct Google {
    pub address: String,
    script: Arc<Mutex<Script>>,
}

impl Google {
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

    pub fn asked(&self, call: Call) -> Vec<Asked> {
        let script = self.script.lock().unwrap();
        let asked = script.asked.iter().filter(|asked| asked.call == call);
        asked.cloned().collect()
    }

    pub fn count(&self, call: Call) -> usize {
        self.asked(call).len()
    }
}

async fn answer(State(script): State<Arc<Mutex<Script>>>, request: Request) -> Response<Body> {
    let (parts, body) = request.into_parts();
    let line = format!("{} {}", parts.method, parts.uri);
    let call = match parts.uri.path() {
        "/token" => Call::Token,
        "/oauth2/v3/certs" => Call::Keys,
        path if path.ends_with(":acknowledge") => Call::Acknowledge,
        path if path.contains("/productsv2/") => Call::GetOnce,
        _ => Call::Get,
    };
    let header = |name: &str| {
        let value = parts.headers.get(name)?;
        Some(value.to_str().unwrap().to_owned())
    };
    let (authorization, content_type) = (header("authorization"), header("content-type"));
    let body = to_bytes(body, 65_536).await.unwrap();
    let reply = {
        let mut script = script.lock().unwrap();
        script.asked.push(Asked {
            call,
            line,
            authorization,
            content_type,
            body: String::from_utf8(body.to_vec()).unwrap(),
        });
        script.next(call)
    };
    tokio::time::sleep(reply.delay).await;
    let mut response = Response::builder().status(reply.status);
    for (name, value) in reply.headers {
        response = response.header(name, value);
    }
    response.body(Body::from(reply.body)).unwrap()
}

impl Script {
    fn next(&mut self, call: Call) -> Reply {
        let replies = self.replies.entry(call).or_default();
        let scripted = if replies.len() > 1 {
            replies.pop_front()
        } else {
            replies.front().cloned()
        };
        scripted.unwrap_or_else(|| match call {
            Call::Token => {
                self.granted += 1;
                grant(&format!("ya29.token-{}", self.granted), 3599)
            }
            Call::Acknowledge => Reply::new(204, ""),
            Call::Keys | Call::Get | Call::GetOnce => Reply::new(404, ""),
        })
    }
}

/// What the token endpoint answers.
pub fn grant(token: &str, seconds: u64) -> Reply {
    Reply::json(&json!({"access_token": token, "token_type": "Bearer", "expires_in": seconds}))
}
