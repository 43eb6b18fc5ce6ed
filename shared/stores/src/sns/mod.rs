//! Messages that Amazon SNS posts over HTTP(S): the verification that SNS sent them, and the
//! confirmation of a subscription. Independent of the publisher; `docs/broadcasters.md` recommends
//! the same to receivers of our own topics.
//!
//! | File | Content |
//! |---|---|
//! | `topic.rs` | the name of a topic, and SNS's host and certificate names that follow from it |
//! | `envelope.rs` | the fields of a message, and the signed text |
//! | `certificate.rs` | the URL of a certificate, and its requirements |
//! | `cache.rs` | the cache of certificates |
//! | `verify.rs` | the verification, in its order |
//! | `confirm.rs` | the answer to a `SubscriptionConfirmation` |

mod cache;
mod certificate;
mod confirm;
mod envelope;
mod topic;
mod verify;

use std::time::Duration;

use jiff::SignedDuration;

pub(crate) use cache::Certificates;
pub(crate) use certificate::Issuer;
pub(crate) use confirm::{address_of_confirmation, confirm};
pub(crate) use envelope::{Kind, Version};
pub(crate) use topic::Topic;
#[cfg(feature = "fuzzing")]
pub(crate) use verify::fuzz;
pub(crate) use verify::{Proven, verify};

/// Longest time limit of a request to SNS; the sender waits 15 seconds for our answer.
const LONGEST_CALL: Duration = Duration::from_secs(5);

/// Requirements for a message.
#[derive(Debug, Clone)]
pub(crate) struct Trust {
    /// Lowest accepted version of the signature.
    pub(crate) least_version: Version,
    /// Accepted issuers of certificates; any, if there are none.
    pub(crate) issuers: Vec<Issuer>,
    /// Largest age of a message.
    pub(crate) longest_age: SignedDuration,
    /// Base URL that is called in place of SNS, after a URL has been checked to be SNS's.
    pub(crate) stand_in: Option<String>,
    /// Time limit of each request.
    pub(crate) timeout: Duration,
}

/// Reason for which a message is not accepted.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Refusal {
    /// Certainly not sent by SNS, or not now, or from a topic that is not pinned and without proof.
    Forged(&'static str),
    /// Names a pinned topic, and can't be verified now.
    Doubt(String),
}

impl Trust {
    /// Returns the URL for a path at SNS.
    fn address(&self, topic: &Topic, path: &str) -> String {
        match &self.stand_in {
            Some(stand_in) => format!("{stand_in}{path}"),
            None => format!("https://{}{path}", topic.host()),
        }
    }

    fn timeout(&self) -> Duration {
        self.timeout.min(LONGEST_CALL)
    }
}
