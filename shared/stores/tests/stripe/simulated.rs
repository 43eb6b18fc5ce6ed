//! The connector against the simulator, which was written apart from it: what the suite of all stores
//! does not ask for.

mod money;
mod purchases;
mod renewals;
mod shop;
mod upkeep;
