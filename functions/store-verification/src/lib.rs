//! Asks the store, decides, writes. Reads the verification queue.

mod backoff;
mod handler;
mod notice;
mod outcome;
mod put_off;
mod verify;

pub use handler::Verifier;
