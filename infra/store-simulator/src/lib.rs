//! A scriptable stand-in for the stores, for the demo and the tests.
//!
//! Each store has a folder with its plans, its model of a subscription, its wire format and its
//! signed notifications. Events that a real store causes by itself (a renewal, a failed charge, a
//! refund, …) are requested over a control API, or with the typed client [`Control`].
//!
//! State is kept per *partner* (the id under which a broadcaster is known to the store; with Google
//! Play the app's package name), so tests that run concurrently do not affect each other.
//!
//! This crate implements the stores' documents independently: it shares no code with the connectors
//! that it is used to test.
//!
//! ```no_run
//! use store_simulator::{Control, Simulator, vizio};
//!
//! # async fn example() -> Result<(), Box<dyn std::error::Error>> {
//! let simulator = Simulator::start(([127, 0, 0, 1], 0).into()).await?;
//! let store = Control::new(simulator.base_url()).vizio("demo_partner");
//! store
//!     .configure(&vizio::Configuration {
//!         api_key: "key".into(),
//!         signing_keys: vec!["signing key".into()],
//!         plans: vec![vizio::Plan::monthly("monthly", "8.99", "USD")],
//!         ..vizio::Configuration::default()
//!     })
//!     .await?;
//! let created = store.buy(&vizio::NewSubscription::of_plan("monthly")).await?;
//! store.renew(&created.subscription.subscription_id).await?;
//! # Ok(())
//! # }
//! ```

mod clock;
mod control;
mod control_routes;
mod delivery;
mod faults;
mod keys;
mod lookup_faults;
mod outbox;
mod plan;
mod random;
mod refusal;
mod registry;
mod server;
mod settings;
mod store_control;
mod stores;
mod tenant;

pub use control::{Control, ControlError};
pub use delivery::{Attempt, DeliveryCounts, DeliveryRecord, Outcome};
pub use faults::{Chance, DeliveryFaults, FaultKind, Faults, LookupFault};
pub use server::{RunningSimulator, Simulator, SimulatorError};
pub use store_control::{Body, NotifyingStore, SimulatedStore, StoreControl};
pub use stores::*;
