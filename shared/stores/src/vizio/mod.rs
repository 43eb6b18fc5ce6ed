//! VIZIO Account: subscriptions that are bought on VIZIO televisions.
//!
//! VIZIO's documentation for partners is not public. Hosts, the key header, the three credentials and
//! the nine names of notifications are known; **every other spelling here is an assumption** that a
//! broadcaster can override. `docs/stores/vizio.md` tells the two apart and names the switches.

mod client;
mod config;
mod notification;
mod snapshot;
mod submission;
mod wire;

pub(crate) use client::look_up;
pub use config::Config;
pub(crate) use notification::read_notification;
pub(crate) use submission::parse_submission;

/// What this store can't do, by the ids of the behaviour suite.
pub const ABSENT: &[&str] = &[
    "later-name",
    "pause-and-resume",
    "pending-purchase",
    "prepaid",
    "switch-new-key",
    "test-purchase",
    "voided-payment",
];
