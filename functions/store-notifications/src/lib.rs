//! `POST /{store}/notifications/broadcasters/{broadcasterId}`: hears stores, proves that it is them,
//! and queues a look at the purchase.

mod handler;

pub use handler::Notifications;
