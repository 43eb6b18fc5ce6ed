//! What apps poll: the status of a submitted purchase, and what a customer may watch.

mod entitlements;
mod handler;
mod status;

pub use handler::CustomerApi;
