//! `POST /{store}/notifications/broadcasters/{broadcasterId}` and the stores' older paths: proves
//! that a notification comes from the store and queues a look-up of the purchase.

mod arrival;
mod handler;
mod outcome;

pub use handler::Notifications;
pub use outcome::Outcome;
