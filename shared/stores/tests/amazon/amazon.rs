//! A server in the place of Amazon's verification service and of Amazon SNS: it notes what it is asked and
//! answers by a script.

use crate::scripted::{Asked, Replies, Server};

pub use crate::scripted::Reply;

#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Call {
    Receipt,
    Certificate,
    Confirm,
}

impl Call {
    fn of(asked: &Asked) -> Self {
        match asked.path.as_str() {
            "/" => Self::Confirm,
            path if path.contains("/verifyReceiptId/") => Self::Receipt,
            _ => Self::Certificate,
        }
    }
}

#[derive(Clone)]
pub struct Amazon {
    pub address: String,
    server: Server,
    replies: Replies<Call>,
}

impl Amazon {
    pub async fn start() -> Self {
        let replies = Replies::<Call>::default();
        let script = replies.clone();
        let server = Server::start(move |asked| {
            let scripted = script.next(&Call::of(asked));
            scripted.unwrap_or_else(|| Reply::new(404, ""))
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

    /// The path and query of each call.
    pub fn asked(&self, call: Call) -> Vec<String> {
        let asked = self.server.asked().into_iter();
        let of_call = asked.filter(|asked| Call::of(asked) == call);
        of_call.map(|asked| asked.line).collect()
    }

    pub fn count(&self, call: Call) -> usize {
        self.asked(call).len()
    }
}
