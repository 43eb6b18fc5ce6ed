//! Model of the store's subscriptions and payments without HTTP, so that a test can run thousands
//! of them. Every call is given the time; nothing happens by itself.
//!
//! ```
//! use store_simulator::stripe::model::{Action, Billing, NewCheckout, Options, Price};
//!
//! # fn example() -> Result<(), Box<dyn std::error::Error>> {
//! let mut billing = Billing::new("acct_demo");
//! billing.set_prices(vec![Price::monthly("price_m", "prod_premium", 999, "eur")]);
//! let now = "2026-11-22T00:00:00Z".parse()?;
//! let bought = billing.create(&NewCheckout::subscription("price_m"), now)?;
//! let renewed = billing.act(&bought.purchase.id, Action::Renew, &Options::default(), now)?;
//! assert_eq!(renewed.at.to_string(), "2026-12-22T01:00:00Z");
//! assert_eq!(renewed.published[0].kind, "customer.subscription.updated");
//! # Ok(())
//! # }
//! # example().unwrap();
//! ```

mod action;
mod apply;
mod billing;
mod buying;
mod cancelling;
mod changing;
mod choices;
mod context;
mod customers;
mod disputing;
mod due;
mod dunning;
mod expand;
mod extras;
mod first_payments;
mod ids;
mod listing;
mod new_checkout;
mod objects;
mod options;
mod pausing;
mod paying;
mod payments;
mod periods;
mod price;
mod private;
mod published;
mod publishing;
mod purchase;
mod refunding;
mod subscription;
mod trials;
mod version;
mod view;
mod words;

pub use action::{Action, ActionError};
pub use billing::{Billing, Outcome};
pub use choices::{
    AfterRetries, CancelForm, Interval, MissingPaymentMethod, PauseBehavior, PauseType, Proration,
};
pub use context::Settings;
pub use expand::{ExpandError, MAX_DEPTH};
pub use listing::Listed;
pub use new_checkout::{NewCheckout, Payment};
pub use options::Options;
pub use payments::{Charge, Dispute, Invoice, InvoicePayment, Line, PaymentIntent, Refund};
pub use price::Price;
pub use private::{Metadata, Private};
pub use published::Published;
pub use purchase::{Purchase, Session};
pub use subscription::{
    CancellationDetails, Item, PauseCollection, Paused, Schedule, Subscription,
};
pub use version::{ApiVersion, ApiVersionError};
pub use words::{
    BillingReason, CancelReason, DisputeStatus, IntentStatus, InvoiceStatus, PaymentStatus,
    RefundStatus, Status,
};
