//! What only the stack's operator may do: create broadcasters, issue and revoke publisher tokens.
//!
//! No route leads here. Who may invoke the function may command it.

mod command;
mod delete;
mod handler;

pub use command::{Command, CommandError, Outcome};
pub use handler::Operator;
