//! Requests of apps: the status of a submission, and what a customer may watch.

mod entitlements;
mod handler;
mod status;

pub use handler::CustomerApi;
