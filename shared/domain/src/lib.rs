//! What Purchase Beacon knows: subscriptions, the rules that change them, and what is said of each change.
//!
//! Everything here is pure. There is no I/O, no clock and no AWS: callers pass in what they saw and the
//! time at which they act. [`reduce`] is the single place in which a subscription changes; the modules
//! [`beacon`] and [`webhook`] turn the resulting [`Event`]s into what broadcasters receive.

mod add_on;
pub mod beacon;
mod broadcaster;
mod claim_rule;
mod coupon;
mod event;
mod id;
mod offer;
mod price;
pub mod reducer;
pub mod schedule;
mod snapshot;
mod store;
mod subscription;
pub mod validation;
pub mod webhook;

pub use add_on::AddOn;
pub use broadcaster::{
    BroadcasterSettings, DateUnit, GraceNotification, ReactivationNotification, TransferPolicy,
};
pub use claim_rule::{ClaimRule, SecondFactor};
pub use coupon::{Campaign, Coupon, CouponResult, NamedCoupon};
pub use event::{Event, EventKind, Previous, Source};
pub use id::{
    BroadcasterId, CorrelationId, CustomerId, EventId, IdError, OfferId, PurchaseKey,
    SubscriptionId, whole_number,
};
pub use offer::{Offer, OfferRef, Rental, Trial};
pub use price::{Price, PriceChange};
pub use reducer::{
    Cause, Claim, Decision, FollowUp, Observation, Scope, reduce, reduce_missing, reduce_resend,
};
pub use snapshot::{FOREVER, Reading, Status, StoreSnapshot, StoreState, Void};
pub use store::{Environment, Store, Telling, UnknownStore};
pub use subscription::{ClaimStamp, Missing, Subscription, Termination, TerminationReason};

/// An instant in UTC. Everything that is stored or sent is cut to whole milliseconds.
pub use jiff::Timestamp;

/// Cuts an instant to whole milliseconds, the precision in which instants are stored and compared.
#[must_use]
pub fn whole_milliseconds(at: Timestamp) -> Timestamp {
    Timestamp::from_millisecond(at.as_millisecond()).unwrap_or(at)
}
