//! `POST /{store}/purchase-validation` and the older `POST /{store}/payment`: take a purchase in, and
//! answer before any store was asked.

mod form;
mod handler;

pub use handler::Intake;
