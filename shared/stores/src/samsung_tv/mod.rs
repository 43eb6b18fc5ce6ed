//! Samsung Checkout: subscriptions that are bought on Samsung televisions.
//!
//! Nothing is pushed: the purchase list of one customer, asked for again and again, is all that the
//! store says. The list call and its fields are published; the response's check value, every error
//! code and what a status does to access are not. `docs/stores/samsung-tv.md` tells the two apart and
//! names the switches.

mod check_value;
mod client;
mod config;
mod invoice;
mod meanings;
mod notification;
mod others;
mod snapshot;
mod submission;
mod wire;

pub(crate) use client::look_up;
pub use config::Config;
pub(crate) use notification::read_notification;
pub(crate) use submission::parse_submission;

/// What this store can't do, by the ids of the behaviour suite.
pub const ABSENT: &[&str] = &[
    "account-binding",
    "grace",
    "pause-and-resume",
    "pending-purchase",
    "prepaid",
    "switch-new-key",
    "switch-scheduled",
    "test-purchase",
    "trial",
    "end-believed-alone",
    "forged-notification",
    "late-notification",
    "lost-notification",
    "notice-before-claim",
    "other-application",
    "replayed-notification",
    "voided-payment",
];
