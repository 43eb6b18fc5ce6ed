//! The Apple App Store.

pub mod model;
