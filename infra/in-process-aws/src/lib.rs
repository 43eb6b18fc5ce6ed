//! AWS within the process of a test: DynamoDB with the stack's four tables, the standard queues of
//! SQS, and as much of SNS, Secrets Manager and CloudWatch as accepts what the functions send. It
//! records every call, refuses what a test asks it to refuse, and runs short of capacity.
//!
//! Each test starts its own instance, so nothing is shared and nothing is kept. It has no
//! permissions and no streams; the local stack has.

#![cfg_attr(
    feature = "server",
    expect(
        clippy::unwrap_used,
        clippy::expect_used,
        clippy::panic,
        clippy::indexing_slicing,
        reason = "it is a part of tests: what can't be done fails the test"
    )
)]

#[cfg(feature = "server")]
mod calls;
#[cfg(feature = "server")]
mod connector;
#[cfg(feature = "server")]
mod database;
#[cfg(feature = "server")]
mod due;
#[cfg(feature = "server")]
mod event_source;
#[cfg(feature = "server")]
mod events;
#[cfg(feature = "server")]
mod item_size;
#[cfg(feature = "server")]
mod logs;
#[cfg(feature = "server")]
mod meter;
#[cfg(feature = "server")]
mod purchase;
#[cfg(feature = "server")]
mod seed;
#[cfg(feature = "server")]
mod server;
#[cfg(feature = "server")]
mod services;
#[cfg(feature = "server")]
mod shortage;
#[cfg(feature = "server")]
mod sqs;
#[cfg(feature = "server")]
mod xml;

#[cfg(feature = "server")]
pub use self::{
    calls::{Call, Image, Refusal, Units},
    due::{due, take_deferred},
    event_source::Batch,
    events::{event, event_names, events_folder, request},
    item_size::item_size,
    logs::Logs,
    purchase::Purchase,
    seed::{API_KEY, BROADCASTER, CUSTOMER, OFFER, PRODUCT, SIGNING_KEY, TOKEN, active_at_vizio},
    server::InProcessAws,
    shortage::Shortage,
    sqs::QueueSettings,
};
