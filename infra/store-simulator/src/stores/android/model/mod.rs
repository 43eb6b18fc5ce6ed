//! Model of the store's purchases without HTTP, so that a test can run thousands of them. Every
//! call is given the time; nothing happens by itself.
//!
//! ```
//! use store_simulator::android::model::{Action, BasePlan, NewPurchase, Options, Play};
//!
//! # fn example() -> Result<(), Box<dyn std::error::Error>> {
//! let mut play = Play::new("com.example.app");
//! play.set_plans(vec![BasePlan::monthly("premium", "monthly", "9.99", "EUR")]);
//! let now = "2026-11-15T00:00:00Z".parse()?;
//! let bought = play.buy(&NewPurchase::of("premium", "monthly"), now)?;
//! let token = bought.purchase.purchase_token;
//! let renewed = play.act(&token, Action::Renew, &Options::default(), now)?;
//! assert_eq!(renewed.at.to_string(), "2026-12-15T00:00:00Z");
//! assert_eq!(renewed.published[0].name(), "2");
//! # Ok(())
//! # }
//! # example().unwrap();
//! ```

mod acknowledge;
mod action;
mod apply;
mod buying;
mod changes;
mod charges;
mod context;
mod due;
mod endings;
mod error;
mod item;
mod modes;
mod money;
mod new_one_time;
mod new_purchase;
mod one_time;
mod one_time_sales;
mod options;
mod pauses;
mod phase;
mod plan;
mod play;
mod published;
mod purchase;
mod replacements;
mod state;
mod token;
mod view;
mod voided_purchase;

pub use acknowledge::{AcknowledgeError, NamedOwner};
pub use action::Action;
pub use error::ActionError;
pub use item::{Installments, Item, ItemReplacement};
pub use modes::{CancelledBy, ReplacementMode};
pub use money::Money;
pub use new_one_time::{NewOneTimePurchase, OneTimeAction, OneTimeOptions};
pub use new_purchase::NewPurchase;
pub use one_time::OneTimePurchase;
pub use one_time_sales::{OneTimeOutcome, OneTimeSales};
pub use options::Options;
pub use phase::Phase;
pub use plan::{BasePlan, Offer};
pub use play::{LookUp, Outcome, Play};
pub use published::{Published, PublishedKind};
pub use purchase::{Cancellation, Order, OutOfApp, Purchase};
pub use state::{OneTimeState, State};
pub use token::PurchaseToken;
pub use voided_purchase::VoidedPurchase;
