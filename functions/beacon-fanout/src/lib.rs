//! Delivers decisions: appends events to the journal and publishes Beacon notifications and webhook
//! messages, from the streams of the tables that hold the decisions.

// The SDK's calls nest their futures about a hundred deep; 128, the default, leaves no room for callers.
#![recursion_limit = "256"]

mod handler;
mod publish;
mod record;
mod set_aside;

pub use handler::Fanout;
