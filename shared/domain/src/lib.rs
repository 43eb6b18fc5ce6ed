//! The domain of Purchase Beacon: subscriptions, the rules that change them, and the announcements
//! of changes.
//!
//! Everything here is pure: no I/O, no clock and no AWS. Callers pass in what they observed and the
//! time. A subscription changes only through [`reduce`] and its siblings; the modules [`beacon`]
//! and [`webhook`] project the resulting [`Event`]s to what broadcasters receive.

mod add_on;
pub mod beacon;
mod billing;
mod broadcaster;
mod claim_rule;
mod config_rules;
mod coupon;
mod event;
mod field_error;
mod id;
mod json;
mod locator;
mod notification;
mod offer;
mod ownership;
mod price;
mod proof;
mod purchase_ref;
pub mod redelivery;
pub mod reducer;
pub mod replay;
pub mod schedule;
mod snapshot;
mod store;
mod subscription;
pub mod validation;
pub mod webhook;

pub use add_on::AddOn;
pub use billing::Billing;
pub use broadcaster::{
    BroadcasterSettings, DateUnit, GraceNotification, ReactivationNotification, TransferPolicy,
};
pub use claim_rule::{ClaimRule, SecondFactor};
pub use config_rules::ConfigRules;
pub use coupon::{Campaign, Coupon, CouponResult, NamedCoupon};
pub use event::{Event, EventKind, Previous, Source};
pub use field_error::FieldError;
pub use id::{
    BroadcasterId, CorrelationId, CustomerId, EventId, IdError, OfferId, PurchaseKey,
    SubscriptionId, whole_number,
};
pub use json::read_json;
pub use locator::Locator;
pub use notification::{Confirmation, Notice, NoticePolicy, StoreNotification};
pub use offer::{Offer, OfferRef, Rental, Trial};
pub use ownership::{ClaimStamp, Ownership, Termination, TerminationReason};
pub use price::{Price, PriceChange};
pub use proof::Proof;
pub use purchase_ref::PurchaseRef;
pub use reducer::{
    Cause, Claim, Decision, FollowUp, Observation, Scope, reduce, reduce_acknowledged,
    reduce_missing, reduce_resend, reduce_superseded,
};
pub use snapshot::{FOREVER, Reading, Status, StoreSnapshot, StoreState, VoidedPayment};
pub use store::{Environment, NotificationSupport, Store, UnknownStore};
pub use subscription::{Missing, Subscription};

/// Time in UTC. Everything that is stored or sent is truncated to milliseconds.
pub use jiff::Timestamp;

/// Truncates a time to milliseconds, the precision in which times are stored and compared.
#[must_use]
pub fn whole_milliseconds(at: Timestamp) -> Timestamp {
    Timestamp::from_millisecond(at.as_millisecond()).unwrap_or(at)
}
