//! Commands of the stack's operator: create broadcasters, issue and revoke publisher tokens.
//!
//! No route leads here. Whoever may invoke the function (IAM) may send it any command.

// The SDK's calls nest their futures about a hundred deep; 128, the default, leaves no room for callers.
#![recursion_limit = "256"]

mod command;
mod delete;
mod endpoint_resources;
mod handler;

pub use command::{Command, CommandError, Outcome};
pub use handler::Operator;
