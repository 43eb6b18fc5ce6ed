//! Address to which the simulated stores deliver their notifications.

use std::time::Duration;

use anyhow::Context as _;
use axum::Router;
use axum::body::Bytes;
use axum::http::HeaderMap;
use tokio::net::TcpListener;
use tokio::sync::mpsc::{UnboundedReceiver, unbounded_channel};

const LIMIT: Duration = Duration::from_secs(20);

/// Received notification.
#[derive(Debug, Clone)]
pub struct Message {
    pub headers: Vec<(String, String)>,
    pub body: Vec<u8>,
}

impl Message {
    /// Returns a header; empty without it.
    pub fn header(&self, name: &str) -> &str {
        let found = self.headers.iter().find(|(given, _)| given == name);
        found.map_or("", |(_, value)| value)
    }

    /// Returns the body as text.
    pub fn text(&self) -> String {
        String::from_utf8_lossy(&self.body).into_owned()
    }
}

/// Address that accepts whatever comes.
pub struct Inbox {
    pub url: String,
    received: UnboundedReceiver<Message>,
}

impl Inbox {
    /// Opens one.
    ///
    /// # Errors
    /// If there is no free port.
    pub async fn open() -> anyhow::Result<Self> {
        let (sender, received) = unbounded_channel();
        let accept = async move |headers: HeaderMap, body: Bytes| {
            let text =
                |value: &axum::http::HeaderValue| value.to_str().unwrap_or_default().to_owned();
            let headers = headers
                .iter()
                .map(|(name, value)| (name.to_string(), text(value)));
            let message = Message {
                headers: headers.collect(),
                body: body.to_vec(),
            };
            // Nobody waits for a second one.
            let _unread = sender.send(message);
        };
        let listener = TcpListener::bind("127.0.0.1:0").await?;
        let url = format!("http://{}/notifications", listener.local_addr()?);
        let router = Router::new().fallback(accept);
        tokio::spawn(async move { axum::serve(listener, router).await });
        Ok(Self { url, received })
    }

    /// Waits for the next notification.
    ///
    /// # Errors
    /// If none arrives in time.
    pub async fn next(&mut self) -> anyhow::Result<Message> {
        let next = tokio::time::timeout(LIMIT, self.received.recv()).await;
        next.context("no notification arrived")?
            .context("the inbox is closed")
    }
}
