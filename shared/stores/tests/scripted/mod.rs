//! What the connectors' tests share: a server in a store's place that answers by a script.
#![allow(dead_code, reason = "no store's tests use all of it")]

use std::collections::{BTreeMap, VecDeque};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use axum::Router;
use axum::body::{Body, to_bytes};
use axum::extract::Request;
use axum::http::Response;
use serde_json::Value;
use tokio::net::TcpListener;

/// A request that has come.
#[derive(Debug, Clone)]
pub struct Asked {
    /// Method, path and query.
    pub line: String,
    pub path: String,
    pub query: Vec<(String, String)>,
    /// By their names in lower case.
    pub headers: BTreeMap<String, String>,
    pub body: String,
}

impl Asked {
    /// The values of a parameter of the query.
    pub fn says(&self, name: &str) -> Vec<&str> {
        let said = self.query.iter().filter(|(given, _)| given == name);
        said.map(|(_, value)| value.as_str()).collect()
    }

    pub fn header(&self, name: &str) -> Option<&str> {
        self.headers.get(name).map(String::as_str)
    }

    /// The body as JSON; null if it is not.
    pub fn json(&self) -> Value {
        serde_json::from_str(&self.body).unwrap_or_default()
    }

    async fn read(request: Request) -> Self {
        let (parts, body) = request.into_parts();
        let query = parts.uri.query().unwrap_or_default();
        let headers = parts.headers.iter();
        let headers =
            headers.map(|(name, value)| (name.to_string(), value.to_str().unwrap().to_owned()));
        let body = to_bytes(body, 65_536).await.unwrap();
        Self {
            line: format!("{} {}", parts.method, parts.uri),
            path: parts.uri.path().to_owned(),
            query: url::form_urlencoded::parse(query.as_bytes())
                .into_owned()
                .collect(),
            headers: headers.collect(),
            body: String::from_utf8(body.to_vec()).unwrap(),
        }
    }
}

/// An answer, perhaps a late one.
#[derive(Debug, Clone)]
pub struct Reply {
    status: u16,
    headers: Vec<(String, String)>,
    body: Vec<u8>,
    delay: Duration,
}

impl Reply {
    pub fn json(body: &Value) -> Self {
        Self::new(200, body.to_string())
    }

    pub fn new(status: u16, body: impl AsRef<[u8]>) -> Self {
        Self {
            status,
            headers: Vec::new(),
            body: body.as_ref().to_vec(),
            delay: Duration::ZERO,
        }
    }

    pub fn with(mut self, header: &str, value: &str) -> Self {
        self.headers.push((header.to_owned(), value.to_owned()));
        self
    }

    pub fn after(mut self, delay: Duration) -> Self {
        self.delay = delay;
        self
    }

    async fn send(self) -> Response<Body> {
        tokio::time::sleep(self.delay).await;
        let mut response = Response::builder().status(self.status);
        for (name, value) in self.headers {
            response = response.header(name, value);
        }
        response.body(Body::from(self.body)).unwrap()
    }
}

/// Replies by what is asked for.
#[derive(Debug, Clone)]
pub struct Replies<K>(Arc<Mutex<BTreeMap<K, VecDeque<Reply>>>>);

impl<K: Ord> Default for Replies<K> {
    fn default() -> Self {
        Self(Arc::default())
    }
}

impl<K: Ord + Clone> Replies<K> {
    /// What is replied from now on: one after the other, the last one again and again.
    pub fn set(&self, key: K, replies: impl Into<VecDeque<Reply>>) {
        self.0.lock().unwrap().insert(key, replies.into());
    }

    /// The next reply to this, if one is set.
    pub fn next(&self, key: &K) -> Option<Reply> {
        let mut all = self.0.lock().unwrap();
        let replies = all.get_mut(key)?;
        if replies.len() > 1 {
            replies.pop_front()
        } else {
            replies.front().cloned()
        }
    }

    /// The next reply to what fits; of several, to the first in order.
    pub fn next_that(&self, fits: impl Fn(&K) -> bool) -> Option<Reply> {
        let key = {
            let all = self.0.lock().unwrap();
            all.keys().find(|key| fits(key)).cloned()
        };
        self.next(&key?)
    }
}

/// A server in a store's place: it notes what it is asked and answers by a script. It ends with the
/// test's runtime.
#[derive(Clone)]
pub struct Server {
    pub address: String,
    asked: Arc<Mutex<Vec<Asked>>>,
}

impl Server {
    pub async fn start(script: impl Fn(&Asked) -> Reply + Clone + Send + Sync + 'static) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = format!("http://{}", listener.local_addr().unwrap());
        let asked = Arc::<Mutex<Vec<Asked>>>::default();
        let noted = Arc::clone(&asked);
        let answer = move |request: Request| {
            let (script, noted) = (script.clone(), Arc::clone(&noted));
            async move {
                let asked = Asked::read(request).await;
                let reply = script(&asked);
                noted.lock().unwrap().push(asked);
                reply.send().await
            }
        };
        let router = Router::new().fallback(answer);
        tokio::spawn(async move { axum::serve(listener, router).await.unwrap() });
        Self { address, asked }
    }

    /// A server that answers the same to whatever is asked.
    pub async fn always(reply: Reply) -> Self {
        Self::start(move |_| reply.clone()).await
    }

    pub fn asked(&self) -> Vec<Asked> {
        self.asked.lock().unwrap().clone()
    }

    pub fn forget(&self) {
        self.asked.lock().unwrap().clear();
    }
}
