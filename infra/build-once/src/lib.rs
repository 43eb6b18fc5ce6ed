//! Empty. Its dependencies make the builds of the demo and of the tests want the same features: see
//! `Cargo.toml`.
