//! Asks the store, decides, writes. Reads the verification queue.

mod acknowledge;
mod ask;
mod backoff;
mod handler;
mod names;
mod notice;
mod others;
mod outcome;
mod put_off;
mod settle;
mod verify;

pub use handler::Verifier;
