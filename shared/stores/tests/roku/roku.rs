//! A server in Roku's place: it notes what it is asked and answers by a script.

use std::cmp::Reverse;

use serde_json::json;

use crate::keys::Key;
use crate::scripted::{Replies, Server};

pub use crate::scripted::Reply;

pub const KEYS: &str = "/keys/partner-jwks.json";
const SERVICE: &str = "/service";

impl Reply {
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
}

#[derive(Clone)]
pub struct Roku {
    pub address: String,
    server: Server,
    /// By ends of paths, the longest first.
    replies: Replies<(Reverse<usize>, String)>,
}

impl Roku {
    /// Knows no transaction.
    pub async fn start() -> Self {
        let replies = Replies::<(Reverse<usize>, String)>::default();
        let script = replies.clone();
        let server = Server::start(move |asked| {
            let scripted = script.next_that(|(_, end)| asked.path.ends_with(end.as_str()));
            scripted.unwrap_or_else(|| Reply::failure("Invalid transaction id."))
        })
        .await;
        Self {
            address: server.address.clone(),
            server,
            replies,
        }
    }

    /// What a path that ends like this is answered: `<id>`, `<key>/<id>`, [`KEYS`]. The longest end
    /// that fits counts.
    pub fn replies(&self, end: &str, reply: Reply) {
        let key = (Reverse(end.len()), end.to_owned());
        self.replies.set(key, [reply]);
    }

    /// What was asked for, without what all questions begin with.
    pub fn asked(&self) -> Vec<String> {
        let begin = format!("{SERVICE}/validate-transaction/");
        let asked = self.server.asked().into_iter().map(|asked| asked.path);
        asked
            .map(|path| path.strip_prefix(&begin).unwrap_or(&path).to_owned())
            .collect()
    }

    /// How often the keys of notifications were asked for.
    pub fn asked_for_keys(&self) -> usize {
        self.asked().iter().filter(|path| *path == KEYS).count()
    }
}
