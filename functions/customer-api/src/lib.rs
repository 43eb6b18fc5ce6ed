//! Requests of apps: the status of a submission, and what a customer may watch.

// The SDK's calls nest their futures about a hundred deep; 128, the default, leaves no room for callers.
#![recursion_limit = "256"]

mod entitlements;
mod handler;
mod status;

pub use handler::CustomerApi;
