//! Ids of the purchase in most tests.

pub const RECEIPT: &str = "h7kQ2v+/=:3:11";
pub const USER: &str = "q0Xv/7_-=";
pub const PACKAGE: &str = "tv.example.fire";
