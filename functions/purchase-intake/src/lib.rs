//! `POST /{store}/purchase-validation` and the older `POST /{store}/payment`: records a submission
//! and answers before any store is asked.

// The SDK's calls nest their futures about a hundred deep; 128, the default, leaves no room for callers.
#![recursion_limit = "256"]

mod form;
mod handler;

pub use handler::Intake;
