//! Vizio, as `docs/stores/vizio.md` assumes it: plans, subscriptions with nine kinds of signed
//! notifications, and the look-up of a subscription by its id.
//!
//! Vizio's own documentation is not public. The paths, the spellings and the signature here are the
//! assumed contract, not Vizio's real format.

mod actions;
mod bodies;
mod configuration;
mod control;
mod lookup;
mod notification;
mod partner;
mod routes;
mod signature;
mod subscription;
mod transitions;
mod wire;

pub use crate::plan::Plan;
pub use actions::{Action, ActionOptions};
pub use bodies::{
    ActionOutcome, Calls, CustomNotification, LookupCalls, NewSubscription, SentNotification,
};
pub use configuration::Configuration;
pub use control::{Vizio, VizioControl};
pub use notification::EventType;
pub use signature::{Encoding, KeyForm, SignatureForm};
pub use subscription::{Invoice, InvoiceStatus, Status, Subscription};

pub(crate) use routes::router;
