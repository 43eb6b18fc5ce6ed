//! The simulated Roku Pay: its web service, its signed notifications, and its model of purchases.
#![expect(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    reason = "the lints allow them in test functions, but not in what those call"
)]

mod accounts;
mod acknowledgements;
mod changes;
mod disagreements;
mod failures;
mod faults;
mod forgeries;
mod keys;
mod lifecycles;
mod look_ups;
mod messages;
mod money;
mod pushes;
#[path = "../receiver/mod.rs"]
mod receiver;
mod replays;
mod run_due;
mod scene;
mod stage;
mod test_stream;

const ACCOUNT: &str = "example";
const API_KEY: &str = "0000SYNTHETICKEY00000000000000000001";
const START: &str = "2026-11-15T00:00:00Z";
