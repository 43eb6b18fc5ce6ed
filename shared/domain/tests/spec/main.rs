//! The rules of the domain, written as tests.

#[cfg(test)]
mod access;
#[cfg(test)]
mod acknowledged;
#[cfg(test)]
mod add_ons;
#[cfg(test)]
mod beacon;
#[cfg(test)]
mod billing_cycles;
#[cfg(test)]
mod billing_periods;
#[cfg(test)]
mod bought_by_another;
#[cfg(test)]
mod claims;
#[cfg(test)]
mod coupons;
#[cfg(test)]
mod endings;
#[cfg(test)]
mod field_table;
#[cfg(test)]
mod follow_up;
#[cfg(test)]
mod grace;
#[cfg(test)]
mod lifecycle;
#[cfg(test)]
mod missing;
#[cfg(test)]
mod named_offers;
#[cfg(test)]
mod observations;
#[cfg(test)]
mod one_time;
#[cfg(test)]
mod prepaid;
#[cfg(test)]
mod properties;
#[cfg(test)]
mod redelivery;
#[cfg(test)]
mod replaced;
#[cfg(test)]
mod replacements;
#[cfg(test)]
mod resend;
#[cfg(test)]
mod schedule;
#[cfg(test)]
mod spreading;
#[cfg(test)]
mod stored_items;
#[cfg(test)]
mod stores;
#[cfg(test)]
mod story;
#[cfg(test)]
mod successors;
#[cfg(test)]
mod superseded;
#[cfg(test)]
mod transfers;
#[cfg(test)]
mod trials;
#[cfg(test)]
mod validation;
#[cfg(test)]
mod voids;
#[cfg(test)]
mod webhook;
