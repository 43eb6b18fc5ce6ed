//! The simulated Amazon Appstore: receipt verification, signed notifications, and the store's model
//! of receipts.
#![expect(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    reason = "the lints allow them in test functions, but not in what those call"
)]

mod apps;
mod certificates;
mod changes;
mod confirmations;
mod deliveries;
mod endings;
mod envelopes;
mod forgeries;
mod lifecycle;
mod look_ups;
mod messages;
mod model;
mod one_time;
mod paths;
#[path = "../receiver/mod.rs"]
mod receiver;
mod scene;
mod verifier;

const PACKAGE: &str = "tv.example.fire";
const START: &str = "2026-11-15T00:00:00Z";
const SECRET: &str = "2:c2VjcmV0/b2Y=:ZXZlcnk+b25l==";
