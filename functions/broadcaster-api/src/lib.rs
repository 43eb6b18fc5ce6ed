//! `/v1/...`: configuration and queries of a broadcaster's own systems, with a publisher token.

// The SDK's calls nest their futures about a hundred deep; 128, the default, leaves no room for callers.
#![recursion_limit = "256"]

mod address;
mod claim_rules;
mod coupons;
mod endpoints;
mod handler;
mod jwks;
mod offers;
mod receipts;
mod resend;
mod stores;
mod subscriptions;

pub use handler::BroadcasterApi;
