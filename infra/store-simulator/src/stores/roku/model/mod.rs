//! Model of the store's purchases without HTTP, so that a test can run thousands of them. Every
//! call is given the time; nothing happens by itself.
//!
//! ```
//! use store_simulator::roku::model::{Action, Catalogue, Channel, NewPurchase, Options, Pay, Plan};
//!
//! # fn example() -> Result<(), Box<dyn std::error::Error>> {
//! let mut pay = Pay::new("example");
//! pay.set_catalogue(Catalogue {
//!     channels: vec![Channel::new("712345", "Example TV")],
//!     plans: vec![Plan::monthly("monthly", "8.99")],
//!     ..Catalogue::default()
//! });
//! let now = "2026-11-15T00:00:00Z".parse()?;
//! let bought = pay.buy(&NewPurchase::of("monthly"), now)?;
//! let id = bought.purchase.transaction_id;
//! let renewed = pay.act(&id, Action::Renew, &Options::default(), now)?;
//! assert_eq!(renewed.at.to_string(), "2026-12-15T00:00:00Z");
//! assert_eq!(renewed.published[0].kind, "Sale");
//! # Ok(())
//! # }
//! # example().unwrap();
//! ```

mod action;
mod answer_form;
mod apply;
mod buying;
mod changes;
mod context;
mod endings;
mod error;
mod id;
mod message;
mod money;
mod new_purchase;
mod options;
mod pay;
mod plan;
mod purchase;
mod refund;
mod renewals;
mod state;
mod transaction;
mod transaction_type;
mod view;

pub use action::Action;
pub use answer_form::{AnswerForm, Fresh, StatusStyle};
pub use error::ActionError;
pub use id::TransactionId;
pub use message::Published;
pub use money::{Money, MoneyError};
pub use new_purchase::{NewPurchase, Origin};
pub use options::Options;
pub use pay::{Outcome, Pay};
pub use plan::{Catalogue, Channel, Plan};
pub use purchase::{Dispute, Purchase, PurchaseType, RetentionOffer};
pub use state::State;
pub use transaction::Transaction;
pub use transaction_type::TransactionType;
