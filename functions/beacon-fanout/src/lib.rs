//! Delivers what was decided: appends the journal and publishes Beacon notifications and webhook
//! messages, from the streams of the tables in which the decisions stand.

mod handler;
mod publish;
mod record;
mod set_aside;

pub use handler::Fanout;
