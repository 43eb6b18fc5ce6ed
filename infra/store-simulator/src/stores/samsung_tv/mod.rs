//! Samsung Checkout for televisions, as `docs/stores/samsung-tv.md` describes it: the purchase list
//! of one customer, and the calls that verify, apply and cancel. It never sends notifications.
//!
//! Like the real store, it answers 200 to every call. Its codes for failures are invented: Samsung
//! publishes only the code for success.

mod action;
mod application;
mod bodies;
mod check_value;
mod configuration;
mod control;
mod openapi;
mod purchase;
mod routes;
mod wire;

pub use action::{Action, Options};
pub use bodies::{ActionOutcome, ApiCalls, NewPurchase};
pub use configuration::{Configuration, Renewals};
pub use control::{SamsungTv, SamsungTvControl};
pub use purchase::{Invoice, Purchase, Status};
pub use wire::{UNKNOWN_APPLICATION, UNKNOWN_INVOICE, WRONG_CHECK_VALUE, WRONG_STATUS};

pub(crate) use routes::router;
