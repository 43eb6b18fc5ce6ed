//! `/v1/...`: configuration and queries of a broadcaster's own systems, with a publisher token.

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
