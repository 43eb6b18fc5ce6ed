//! Vizio, as `docs/stores/vizio.md` assumes it: plans, subscriptions with nine kinds
//! of signed notifications, and the look-up of a subscription by its id.
//!
//! Vizio's own documentation is not public. The paths, the spellings and the
//! signature here are the assumed contract, not Vizio's real format.

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

use std::{
    collections::HashMap,
    sync::{Arc, Mutex, PoisonError},
};

pub use crate::clock::{Advance, ClockReading};
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

use partner::Partner;

/// Every partner that was configured, by its id.
pub(crate) struct Partners {
    http: reqwest::Client,
    by_id: Mutex<HashMap<String, Arc<Partner>>>,
}

impl Partners {
    pub(crate) fn new(http: reqwest::Client) -> Self {
        Self {
            http,
            by_id: Mutex::default(),
        }
    }

    fn find(&self, id: &str) -> Option<Arc<Partner>> {
        self.lock().get(id).cloned()
    }

    fn find_or_add(&self, id: &str) -> Arc<Partner> {
        let mut by_id = self.lock();
        let partner = by_id
            .entry(id.to_owned())
            .or_insert_with(|| Partner::new(id, self.http.clone()));
        Arc::clone(partner)
    }

    fn remove(&self, id: &str) -> bool {
        self.lock().remove(id).is_some()
    }

    fn lock(&self) -> std::sync::MutexGuard<'_, HashMap<String, Arc<Partner>>> {
        self.by_id.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
