//! Asks the store, decides, writes. Reads the verification queue.

mod acknowledge;
mod ask;
mod backoff;
mod claim_rule;
mod failed_claims;
mod handler;
mod lag;
mod names;
mod notice;
mod others;
mod outcome;
mod put_off;
mod session;
mod settle;
mod unreadable;
mod verify;

pub use handler::Verifier;
