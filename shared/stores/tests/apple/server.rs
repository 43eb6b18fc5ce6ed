//! A server in Apple's place: it notes what it is asked and answers by a script.

use std::sync::{Arc, Mutex};

use serde_json::json;

use crate::scripted::{self, Asked, Replies};

pub use crate::scripted::Reply;

impl Reply {
    /// An error as Apple words it: the first three digits are the status.
    pub fn error(code: u32) -> Self {
        let body = json!({"errorCode": code, "errorMessage": "No."});
        Self::new(u16::try_from(code / 10_000).unwrap(), body.to_string())
    }
}

#[derive(Clone)]
pub struct Server {
    pub address: String,
    server: scripted::Server,
    replies: Replies<String>,
    refused: Arc<Mutex<Vec<String>>>,
}

impl Server {
    /// What it isn't told, it does not know: 4040010.
    pub async fn start() -> Self {
        let replies = Replies::<String>::default();
        let refused = Arc::<Mutex<Vec<String>>>::default();
        let (script, tokens) = (replies.clone(), Arc::clone(&refused));
        let server = scripted::Server::start(move |asked| {
            let token = asked.header("authorization").unwrap();
            if tokens
                .lock()
                .unwrap()
                .iter()
                .any(|refused| refused == token)
            {
                return Reply::new(401, "");
            }
            let scripted = script.next_that(|path| asked.line.ends_with(path.as_str()));
            scripted.unwrap_or_else(|| Reply::error(4_040_010))
        })
        .await;
        Self {
            address: server.address.clone(),
            server,
            replies,
            refused,
        }
    }

    /// What is answered from now on to the path that ends like this.
    pub fn replies(&self, path: &str, reply: Reply) {
        self.replies.set(path.to_owned(), [reply]);
    }

    /// From now on who asks with this token is answered 401.
    pub fn refuses(&self, token: &str) {
        self.refused.lock().unwrap().push(format!("Bearer {token}"));
    }

    pub fn asked(&self) -> Vec<Asked> {
        self.server.asked()
    }

    /// What was asked, by environment and call.
    pub fn lines(&self) -> Vec<String> {
        self.asked().into_iter().map(|asked| asked.line).collect()
    }

    pub fn forget(&self) {
        self.server.forget();
    }
}
