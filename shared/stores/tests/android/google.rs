//! A server in Google's place: it notes what it is asked and answers by a script.

use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};

use serde_json::json;

use crate::scripted::{Asked, Replies, Server};

pub use crate::scripted::Reply;

#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Call {
    Token,
    Keys,
    Get,
    GetOnce,
    Acknowledge,
    Voided,
}

impl Call {
    fn of(asked: &Asked) -> Self {
        match asked.path.as_str() {
            "/token" => Self::Token,
            "/oauth2/v3/certs" => Self::Keys,
            path if path.ends_with(":acknowledge") => Self::Acknowledge,
            path if path.ends_with("/voidedpurchases") => Self::Voided,
            path if path.contains("/productsv2/") => Self::GetOnce,
            _ => Self::Get,
        }
    }
}

impl Reply {
    /// An error as the API words it.
    pub fn refusal(status: u16, reason: &str) -> Self {
        let error = json!({"code": status, "message": "no", "errors": [{"reason": reason}]});
        Self::new(status, json!({ "error": error }).to_string())
    }
}

#[derive(Clone)]
pub struct Google {
    pub address: String,
    server: Server,
    replies: Replies<Call>,
}

impl Google {
    pub async fn start() -> Self {
        let replies = Replies::<Call>::default();
        let (script, granted) = (replies.clone(), Arc::<AtomicU32>::default());
        let server = Server::start(move |asked| {
            let call = Call::of(asked);
            script.next(&call).unwrap_or_else(|| match call {
                Call::Token => {
                    let before = granted.fetch_add(1, Ordering::Relaxed);
                    grant(&format!("ya29.token-{}", before + 1), 3599)
                }
                Call::Acknowledge => Reply::new(204, ""),
                Call::Keys | Call::Get | Call::GetOnce | Call::Voided => Reply::new(404, ""),
            })
        })
        .await;
        Self {
            address: server.address.clone(),
            server,
            replies,
        }
    }

    /// What a call is answered from now on; the last reply again and again.
    pub fn replies<const N: usize>(&self, call: Call, replies: [Reply; N]) {
        self.replies.set(call, replies);
    }

    pub fn asked(&self, call: Call) -> Vec<Asked> {
        let mut asked = self.server.asked();
        asked.retain(|asked| Call::of(asked) == call);
        asked
    }

    pub fn count(&self, call: Call) -> usize {
        self.asked(call).len()
    }
}

/// What the token endpoint answers.
pub fn grant(token: &str, seconds: u64) -> Reply {
    Reply::json(&json!({"access_token": token, "token_type": "Bearer", "expires_in": seconds}))
}
