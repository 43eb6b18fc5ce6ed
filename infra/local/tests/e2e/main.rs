//! The deployed template, used as the outside world uses it. Needs a running local stack:
//! `cargo xtask test` starts one.

mod batch_cut_short;
mod endpoints;
mod load;
mod logs;
mod lookups;
mod operator;
mod orderings;
mod outage;
mod reconcile;
mod routes;
mod schedule;
mod security;
mod seven_cases;
mod story;
mod transfer;
mod unclaimed;
