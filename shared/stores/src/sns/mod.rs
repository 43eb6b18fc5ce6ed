//! Messages that Amazon SNS posts over HTTP(S): the proof that SNS sent them, and the confirmation of a
//! subscription. Knows nothing of who publishes by SNS; receivers of our own topics are told to do the
//! same (`docs/broadcasters.md`).
//!
//! | File | Holds |
//! |---|---|
//! | `topic.rs` | the name of a topic, and what follows from it: SNS's host, the names on its certificate |
//! | `envelope.rs` | the fields of a message, and the text that is signed |
//! | `certificate.rs` | where a certificate may be, and what it has to be |
//! | `cache.rs` | certificates that were fetched |
//! | `verify.rs` | the proof, in its order |
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

/// The longest time that a call to SNS may take: whoever waits for our answer does so for 15 seconds.
const LONGEST_CALL: Duration = Duration::from_secs(5);

/// What is asked of a message.
#[derive(Debug, Clone)]
pub(crate) struct Trust {
    /// The lowest version of a signature.
    pub(crate) least_version: Version,
    /// By whom certificates have to be signed; by anybody, if there are none.
    pub(crate) issuers: Vec<Issuer>,
    /// How old a message may be.
    pub(crate) longest_age: SignedDuration,
    /// What is called in SNS's place, once an address has passed as SNS's.
    pub(crate) stand_in: Option<String>,
    /// For each call.
    pub(crate) timeout: Duration,
}

/// Why a message is not believed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Refusal {
    /// SNS has certainly not sent it, or not now, or from a topic that is not pinned and without proof.
    Forged(&'static str),
    /// It names a pinned topic, and can't be proven now.
    Doubt(String),
}

impl Trust {
    /// The address to call for a path at SNS.
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
