//! Events of a change from one state of a purchase to the next.

use crate::{EventKind, Status, StoreState, Subscription};

/// Phase of a purchase, which decides which events a change may have.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Phase {
    NotYet,
    Running,
    OnHold,
    Paused,
    Ended,
}

const fn phase(status: Status) -> Phase {
    match status {
        Status::Pending => Phase::NotYet,
        Status::Active | Status::Grace | Status::Cancelled => Phase::Running,
        Status::OnHold => Phase::OnHold,
        Status::Paused => Phase::Paused,
        Status::Expired | Status::Revoked => Phase::Ended,
    }
}

/// Returns the events of a change to `next` under the same owner, in the order in which receivers
/// have to apply them.
pub(super) fn kinds(current: &Subscription, next: &StoreState) -> Vec<EventKind> {
    let before = &current.state;
    let converts = current.has_unpaid_trial() && !next.in_trial() && is_paid(before, next);
    let from = phase(before.status);
    match phase(next.status) {
        Phase::NotYet => Vec::new(),
        Phase::Ended => ending(before, next),
        Phase::OnHold if from == Phase::OnHold => Vec::new(),
        Phase::Paused if from == Phase::Paused => Vec::new(),
        Phase::OnHold | Phase::Paused if from == Phase::NotYet => {
            beginning(EventKind::Purchased, next)
        }
        Phase::OnHold | Phase::Paused if from == Phase::Ended => {
            beginning(EventKind::Revived, next)
        }
        Phase::OnHold => vec![EventKind::OnHold],
        Phase::Paused => vec![EventKind::Paused],
        Phase::Running => match from {
            Phase::NotYet => beginning(EventKind::Purchased, next),
            Phase::Ended => beginning(EventKind::Revived, next),
            Phase::OnHold => resuming(EventKind::Recovered, before, next, converts),
            Phase::Paused => resuming(EventKind::Resumed, before, next, converts),
            Phase::Running => going_on(before, next, converts),
        },
    }
}

/// Returns the events of a subscription that begins (again): `first`, then those for a suspension,
/// a cancellation or a scheduled change that is already in force.
pub(super) fn beginning(first: EventKind, next: &StoreState) -> Vec<EventKind> {
    if phase(next.status) == Phase::NotYet {
        return Vec::new();
    }
    let mut kinds = vec![first];
    match next.status {
        Status::OnHold => kinds.push(EventKind::OnHold),
        Status::Paused => kinds.push(EventKind::Paused),
        Status::Grace => kinds.push(EventKind::GraceEntered),
        _ => {}
    }
    if next.status.is_running() && next.renewal_is_off() {
        kinds.push(EventKind::Cancelled);
    }
    if next.pending_product_id.is_some() {
        kinds.push(EventKind::PlanChangeScheduled);
    }
    kinds
}

fn ending(before: &StoreState, next: &StoreState) -> Vec<EventKind> {
    match (before.status, next.status) {
        // What was never paid was never announced, and a refund was announced as the end already.
        (Status::Pending | Status::Revoked, _) | (Status::Expired, Status::Expired) => Vec::new(),
        (_, Status::Revoked) => vec![EventKind::Refunded],
        _ => vec![EventKind::Expired],
    }
}

fn resuming(
    first: EventKind,
    before: &StoreState,
    next: &StoreState,
    converts: bool,
) -> Vec<EventKind> {
    let mut kinds = vec![first];
    if before.product_id != next.product_id {
        kinds.push(EventKind::PlanChanged);
    } else if converts {
        kinds.push(EventKind::TrialConverted);
    }
    if next.status == Status::Grace {
        kinds.push(EventKind::GraceEntered);
    }
    if next.renewal_is_off() {
        kinds.push(EventKind::Cancelled);
    }
    kinds.extend(scheduled(before, next));
    kinds
}

fn going_on(before: &StoreState, next: &StoreState, converts: bool) -> Vec<EventKind> {
    let mut kinds = Vec::new();
    if before.renewal_is_off() && !next.renewal_is_off() {
        kinds.push(EventKind::Reactivated);
    }
    // At most one of the following four: a change of plan, a conversion and a recovery imply the
    // payment, which a further `Renewed` would announce a second time.
    let left_grace = before.status == Status::Grace && next.status != Status::Grace;
    if before.product_id != next.product_id {
        kinds.push(EventKind::PlanChanged);
    } else if converts {
        kinds.push(EventKind::TrialConverted);
    } else if left_grace && !next.renewal_is_off() {
        kinds.push(EventKind::Recovered);
    } else if before.period_end != next.period_end && !only_grace_told(next) {
        kinds.push(EventKind::Renewed);
    }
    let end_moved = before.access_end() != next.access_end();
    if next.status == Status::Grace && (before.status != Status::Grace || end_moved) {
        kinds.push(EventKind::GraceEntered);
    }
    // Every other event of this change looks to receivers like a continuation, so the cancellation
    // is repeated after it.
    if next.renewal_is_off() && (!before.renewal_is_off() || end_moved || !kinds.is_empty()) {
        kinds.push(EventKind::Cancelled);
    }
    kinds.extend(scheduled(before, next));
    kinds
}

/// Whether the store names only the end of grace. Then it is not known whether the period moved.
pub(super) fn only_grace_told(state: &StoreState) -> bool {
    state.status == Status::Grace && state.grace_end == Some(state.period_end)
}

/// Whether the change shows a payment for another period, or for another product.
pub(super) fn is_paid(before: &StoreState, next: &StoreState) -> bool {
    // The same order with a later end is an extension by the store, such as a grace period, for
    // which nobody has paid.
    let another_order = before.order_id.is_none() || before.order_id != next.order_id;
    let switched = before.product_id != next.product_id
        && before.order_id.is_some()
        && next.order_id.is_some();
    let runs = phase(next.status) == Phase::Running && !only_grace_told(next);
    runs && another_order
        && phase(before.status) != Phase::NotYet
        && (before.period_end < next.period_end || switched)
}

fn scheduled(before: &StoreState, next: &StoreState) -> Option<EventKind> {
    (next.pending_product_id.is_some() && next.pending_product_id != before.pending_product_id)
        .then_some(EventKind::PlanChangeScheduled)
}
