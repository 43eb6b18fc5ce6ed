//! Sends what SNS could not deliver to an endpoint again, to that endpoint alone.
//!
//! A replay sends events of a window of time from the journal in the same way.
//!
//! An alarm on the endpoint's dead-letter queue begins its redelivery, and a run every minute does
//! the steps that are due. The cost grows with the endpoints that fail, not with those that exist.

// The SDK's calls nest their futures about a hundred deep; 128, the default, leaves no room for callers.
#![recursion_limit = "256"]

mod handler;
mod letter;
mod letters;
mod replays;
mod steps;

pub use handler::{Redeliverer, Report};
