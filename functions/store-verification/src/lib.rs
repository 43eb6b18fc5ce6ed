//! Verification of purchases with their stores. Reads the verification queue.
//!
//! Each message goes through four steps: resolve the purchase, fetch the store's answer, decide by
//! the rules of the domain, commit.

// The SDK's calls nest their futures about a hundred deep; 128, the default, leaves no room for callers.
#![recursion_limit = "256"]

mod acknowledge;
mod breaker;
mod chain;
mod claim_rule;
mod commit;
mod decide;
mod denials;
mod evidence;
mod failed_claims;
mod fetch;
mod halt;
mod handler;
mod lag;
mod message;
mod notice;
mod others;
mod outcome;
mod report;
mod reschedule;
mod resolve;
mod store_client;
mod task;
mod transfers;
mod unreadable;
mod verify;

pub use handler::Verifier;
pub use outcome::Outcome;
