//! `POST /{store}/purchase-validation` and the older `POST /{store}/payment`: records a submission
//! and answers before any store is asked.

mod form;
mod handler;

pub use handler::Intake;
