//! Model of the store's purchases without HTTP and signatures, so that a test can run thousands of
//! them. Every call is given the time; nothing happens by itself.
//!
//! ```
//! use store_simulator::apple::model::{Action, AppStore, NewPurchase, Options, Product};
//!
//! # fn example() -> Result<(), Box<dyn std::error::Error>> {
//! let mut store = AppStore::new("com.example.app");
//! store.set_products(vec![Product::monthly("premium.monthly", "9.99", "EUR")]);
//! let now = "2026-11-15T00:00:00Z".parse()?;
//! let bought = store.buy(&NewPurchase::of("premium.monthly"), now)?;
//! let id = bought.purchase.original_transaction_id;
//! let renewed = store.act(&id, Action::Renew, &Options::default(), now)?;
//! assert_eq!(renewed.at.to_string(), "2026-12-15T00:00:00Z");
//! assert_eq!(renewed.published[0].name(), "DID_RENEW");
//! # Ok(())
//! # }
//! # example().unwrap();
//! ```

mod action;
mod app_store;
mod apply;
mod buying;
mod changes;
mod context;
mod due;
mod environment;
mod error;
mod family;
mod ids;
mod new_purchase;
mod offer;
mod options;
mod periods;
mod product;
mod published;
mod purchase;
mod reading;
mod refunds;
mod state;
mod transaction;
mod view;

pub use action::Action;
pub use app_store::{AppStore, Outcome};
pub use environment::Environment;
pub use error::ActionError;
pub use new_purchase::NewPurchase;
pub use offer::{AppliedOffer, Discount, Offer, OfferType};
pub use options::{Options, WhyExpired};
pub use product::{Product, ProductKind};
pub use published::Published;
pub(crate) use published::name as published_name;
pub use purchase::Purchase;
pub use reading::GroupStatus;
pub use state::{Ownership, State};
pub use transaction::{Reason, Revocation, RevocationType, Transaction};
