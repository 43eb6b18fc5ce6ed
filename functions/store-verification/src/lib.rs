//! Asks the store, decides, writes. Reads the verification queue.

mod backoff;
mod handler;
mod verify;

pub use handler::Verifier;
