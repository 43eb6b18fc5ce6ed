//! Delivers decisions: appends events to the journal and publishes Beacon notifications and webhook
//! messages, from the streams of the tables that hold the decisions.

mod handler;
mod publish;
mod record;
mod set_aside;

pub use handler::Fanout;
