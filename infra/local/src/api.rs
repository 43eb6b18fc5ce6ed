//! Calls to the deployed HTTP API.

use anyhow::Context as _;
use reqwest::{Client, Method, RequestBuilder};

use crate::stack::Stack;

/// Client of a local stack's HTTP API.
#[derive(Debug, Clone)]
pub struct Api {
    client: Client,
    url: String,
    host: String,
}

impl Api {
    /// Creates a client of the stack's API.
    ///
    /// # Errors
    /// If no HTTP client can be created.
    pub fn new(stack: &Stack) -> anyhow::Result<Self> {
        let client = https::client(|builder| builder).context("no HTTP client")?;
        Ok(Self {
            client,
            url: stack.api_url.clone(),
            host: stack.api_host.clone(),
        })
    }

    /// Builds a request to a path like `/entitlements`. Headers and a body can be added.
    pub fn request(&self, method: Method, path: &str) -> RequestBuilder {
        self.client
            .request(method, format!("{}{path}", self.url))
            .header("host", &self.host)
    }
}
