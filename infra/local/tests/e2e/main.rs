//! The deployed template, used as the outside world uses it. Needs a running local stack:
//! `cargo xtask test` starts one.

#![expect(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::indexing_slicing,
    reason = "the whole crate is tests: what can't be done fails the test"
)]

mod amazon;
mod android;
mod apple;
mod batch_cut_short;
mod configuration;
mod cors;
mod due;
mod endpoints;
mod load;
mod logs;
mod lookups;
mod operator;
mod orderings;
mod outage;
mod reconcile;
mod redelivery;
mod requirements;
mod roku;
mod routes;
mod samsung_tv;
mod scene;
mod security;
mod seven_cases;
mod story;
mod stripe;
mod transfer;
mod unclaimed;
