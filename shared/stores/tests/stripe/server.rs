//! A server in Stripe's place: it notes what it is asked and answers with the objects that it was
//! given. Lists are empty and objects unknown unless it was told otherwise.

use serde_json::{Value, json};

use crate::scripted::{self, Asked, Replies};

pub use crate::scripted::Reply;

const LISTS: [&str; 7] = [
    "invoices",
    "invoice_payments",
    "refunds",
    "disputes",
    "subscription_items",
    "checkout/sessions",
    "events",
];

impl Reply {
    /// An error as the API words it.
    pub fn refusal(status: u16, kind: &str, code: &str, message: &str) -> Self {
        let error = json!({"type": kind, "code": code, "message": message});
        Self::new(status, json!({ "error": error }).to_string())
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
}

#[derive(Clone)]
pub struct Server {
    pub address: String,
    server: scripted::Server,
    replies: Replies<String>,
}

impl Server {
    pub async fn start() -> Self {
        let replies = Replies::<String>::default();
        let script = replies.clone();
        let server = scripted::Server::start(move |asked| answer(&script, asked)).await;
        Self {
            address: server.address.clone(),
            server,
            replies,
        }
    }

    /// Answers so at a path, or at a path with a part of its query: `invoices` or `invoices?limit=1`.
    pub fn answers(&self, path: &str, reply: Reply) {
        self.replies.set(path.to_owned(), [reply]);
    }

    pub fn has(&self, path: &str, object: &Value) {
        self.answers(path, Reply::json(object));
    }

    pub fn lists(&self, path: &str, objects: &[Value]) {
        self.has(path, &list(objects));
    }

    pub fn asked(&self) -> Vec<Asked> {
        self.server.asked()
    }

    pub fn asked_for(&self, path: &str) -> Vec<Asked> {
        let mut asked = self.asked();
        asked.retain(|asked| place(asked) == path);
        asked
    }

    /// The paths in the order in which they were asked for, without `/v1/`.
    pub fn paths(&self) -> Vec<String> {
        let asked = self.asked();
        asked.iter().map(|asked| place(asked).to_owned()).collect()
    }
}

pub fn list(objects: &[Value]) -> Value {
    json!({"object": "list", "data": objects, "has_more": false})
}

fn place(asked: &Asked) -> &str {
    asked.path.strip_prefix("/v1/").unwrap()
}

fn answer(script: &Replies<String>, asked: &Asked) -> Reply {
    let path = place(asked);
    // What pages a list comes behind what the list is of.
    let exact = asked.query.iter().rev();
    let exact = exact.map(|(name, value)| format!("{path}?{name}={value}"));
    let mut places = exact.chain([path.to_owned()]);
    let scripted = places.find_map(|place| script.next(&place));
    scripted.unwrap_or_else(|| {
        if LISTS.contains(&path) {
            Reply::json(&list(&[]))
        } else {
            Reply::missing()
        }
    })
}
