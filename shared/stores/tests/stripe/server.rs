//! A server in Stripe's place: it notes what it is asked and answers with the objects that it was
//! given. Lists are empty and objects unknown unless it was told otherwise.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use axum::Router;
use axum::body::Body;
use axum::extract::{Request, State};
use axum::http::Response;
use serde_json::{Value, json};
use tokio::net::TcpListener;

const LISTS: [&str; 7] = [
    "invoices",
    "invoice_payments",
    "refunds",
    "disputes",
    "subscription_items",
    "checkout/sessions",
    "events",
];

/// One question, without `/v1/`.
#[derive(Debug, Clone)]
pub struct Asked {
    pub path: String,
    pub query: Vec<(String, String)>,
    pub headers: BTreeMap<String, String>,
}

impl Asked {
    pub fn says(&self, name: &str) -> Vec<&str> {
        let said = self.query.iter().filter(|(given, _)| given == name);
        said.map(|(_, value)| value.as_str()).collect()
    }
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
    pub fn refusal(status: u16, kind: &str, code: &str, message: &str) -> Self {
        let error = json!({"type": kind, "code": code, "message": message});
        Self::new(status, &json!({ "error": error }).to_string())
    }

    pub fn missing() -> Self {
        let message = "No such object: 'x_1'";
        Self::refusal(404, "invalid_request_error", "resource_missing", message)
    }

    /// What a live key is told of an object of the test mode.
    pub fn of_test_mode() -> Self {
        let message = "No such object: 'x_1'; a similar object exists in test mode, but a live mode \
            key was used to make this request.";
        Self::refusal(404, "invalid_request_error", "resource_missing", message)
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
    replies: BTreeMap<String, Reply>,
}

#[derive(Clone)]
pub struct Server {
    pub address: String,
    script: Arc<Mutex<Script>>,
}

impl Server {
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

    /// Answers so at a path, or at a path with a part of its query: `invoices` or `invoices?limit=1`.
    pub fn answers(&self, path: &str, reply: Reply) {
        let mut script = self.script.lock().unwrap();
        script.replies.insert(path.to_owned(), reply);
    }

    pub fn has(&self, path: &str, object: &Value) {
        self.answers(path, Reply::json(object));
    }

    pub fn lists(&self, path: &str, objects: &[Value]) {
        self.has(path, &list(objects));
    }

    pub fn asked(&self) -> Vec<Asked> {
        self.script.lock().unwrap().asked.clone()
    }

    pub fn asked_for(&self, path: &str) -> Vec<Asked> {
        let mut asked = self.asked();
        asked.retain(|asked| asked.path == path);
        asked
    }

    /// The paths in the order in which they were asked for.
    pub fn paths(&self) -> Vec<String> {
        self.asked().into_iter().map(|asked| asked.path).collect()
    }
}

pub fn list(objects: &[Value]) -> Value {
    json!({"object": "list", "data": objects, "has_more": false})
}

async fn answer(State(script): State<Arc<Mutex<Script>>>, request: Request) -> Response<Body> {
    let uri = request.uri();
    let path = uri.path().strip_prefix("/v1/").unwrap().to_owned();
    let query = url::form_urlencoded::parse(uri.query().unwrap_or_default().as_bytes());
    let query: Vec<_> = query.into_owned().collect();
    let headers = request.headers().iter();
    let headers =
        headers.map(|(name, value)| (name.to_string(), value.to_str().unwrap().to_owned()));
    let asked = Asked {
        path,
        query,
        headers: headers.collect(),
    };
    let reply = {
        let mut script = script.lock().unwrap();
        script.asked.push(asked.clone());
        script.reply(&asked)
    };
    tokio::time::sleep(reply.delay).await;
    let mut response = Response::builder().status(reply.status);
    for (name, value) in reply.headers {
        response = response.header(name, value);
    }
    response.body(Body::from(reply.body)).unwrap()
}

impl Script {
    fn reply(&self, asked: &Asked) -> Reply {
        // What pages a list comes behind what the list is of.
        let exact = asked
            .query
            .iter()
            .rev()
            .map(|(name, value)| format!("{}?{name}={value}", asked.path));
        let scripted = exact.chain([asked.path.clone()]);
        let scripted = scripted
            .into_iter()
            .find_map(|place| self.replies.get(&place));
        scripted.cloned().unwrap_or_else(|| {
            if LISTS.contains(&asked.path.as_str()) {
                Reply::json(&list(&[]))
            } else {
                Reply::missing()
            }
        })
    }
}
