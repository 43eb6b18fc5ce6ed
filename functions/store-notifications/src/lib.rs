//! `POST /{store}/notifications/broadcasters/{broadcasterId}` and the stores' older paths: proves
//! that a notification comes from the store and queues a look-up of the purchase.

// The SDK's calls nest their futures about a hundred deep; 128, the default, leaves no room for callers.
#![recursion_limit = "256"]

mod arrival;
mod handler;
mod outcome;

pub use handler::Notifications;
pub use outcome::Outcome;
