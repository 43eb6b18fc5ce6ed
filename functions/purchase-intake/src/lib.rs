//! `POST /{store}/purchase-validation`: takes a purchase in, and answers before any store was asked.

mod handler;

pub use handler::Intake;
