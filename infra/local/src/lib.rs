//! The local stack: an AWS on loopback, the template deployed to it unchanged, a store simulator and
//! a sample endpoint of a broadcaster.
//!
//! [`up::up`] starts it, [`stack::Stack::load`] finds it, [`up::down`] stops it.

pub mod api;
pub mod aws;
pub mod broadcaster;
pub mod confidential;
pub mod customer_key;
pub mod demo;
pub mod due;
pub mod endpoint;
pub mod functions;
pub mod layout;
pub mod logs;
pub mod process;
pub mod seed;
pub mod stack;
pub mod up;
