//! Model of the store's receipts without HTTP, so that a test can run thousands of them. Every call
//! is given the time; nothing happens by itself.
//!
//! ```
//! use store_simulator::amazon::model::{Action, Appstore, NewPurchase, Options, Product};
//!
//! # fn example() -> Result<(), Box<dyn std::error::Error>> {
//! let mut appstore = Appstore::new();
//! appstore.set_products(vec![Product::monthly("premium", "premium.monthly")]);
//! let now = "2026-11-15T00:00:00Z".parse()?;
//! let bought = appstore.buy(&NewPurchase::of("premium.monthly"), now)?;
//! let id = bought.receipt.receipt_id;
//! let renewed = appstore.act(&id, Action::Renew, &Options::default(), now)?;
//! assert_eq!(renewed.at.to_string(), "2026-12-15T00:00:00Z");
//! assert_eq!(renewed.published[0].notification_type.as_str(), "SUBSCRIPTION_RENEWED");
//! # Ok(())
//! # }
//! # example().unwrap();
//! ```

mod action;
mod apply;
mod appstore;
mod changes;
mod context;
mod due;
mod endings;
mod error;
mod ids;
mod new_purchase;
mod notification_type;
mod options;
mod periods;
mod product;
mod promotion;
mod published;
mod receipt;
mod state;
mod view;

pub use action::Action;
pub use appstore::{Appstore, Outcome};
pub use error::ActionError;
pub use ids::{ReceiptId, UserId};
pub use new_purchase::NewPurchase;
pub use notification_type::NotificationType;
pub use options::Options;
pub use product::{Product, ProductType};
pub use promotion::{Promotion, PromotionStatus};
pub use published::Published;
pub use receipt::{Deferred, Receipt};
pub use state::State;
