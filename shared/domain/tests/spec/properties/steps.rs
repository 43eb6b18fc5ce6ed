//! What can happen to a subscription in its store, and what the store then says.

use domain::{Status, StoreState, Timestamp};
use jiff::SignedDuration;
use proptest::prelude::*;

const PERIOD: SignedDuration = SignedDuration::from_hours(30 * 24);
const GRACE: SignedDuration = SignedDuration::from_hours(7 * 24);

/// What a failed charge leads to.
#[derive(Debug, Clone, Copy)]
pub enum Failure {
    Hold,
    /// Grace with an end of its own.
    Grace,
    /// Grace by which the store moves the period's end.
    GraceAsPeriod,
}

/// What can happen in the store. What does not fit the state is left out.
#[derive(Debug, Clone)]
pub enum Step {
    Renew,
    Fail(Failure),
    Hold,
    Recover,
    Cancel,
    Reactivate,
    Pause,
    Resume,
    PlanNow(&'static str),
    PlanLater(&'static str),
    TopUp,
    Refund,
    /// The last payment is taken back, and the store's answers don't show it.
    TakeBack,
    Expire,
    Resubscribe,
}

/// Whether stores do this by a purchase that takes over from the one before.
pub const fn is_takeover(step: &Step) -> bool {
    matches!(
        step,
        Step::Reactivate | Step::PlanNow(_) | Step::PlanLater(_) | Step::TopUp | Step::Resubscribe
    )
}

/// The state after a step and when it begins, if the step can be taken.
pub fn after(
    state: &StoreState,
    now: Timestamp,
    step: &Step,
    wait: SignedDuration,
) -> Option<(Timestamp, StoreState)> {
    let soon = now + wait;
    let due = soon.max(state.period_end);
    let is = |status: &[Status]| status.contains(&state.status);
    let renewing = is(&[Status::Active]) && state.auto_renew;
    let paused_by_choice = is(&[Status::Active, Status::Cancelled]) && !state.billing.is_prepaid();
    let alive = !state.status.is_ended();
    let renewal_is_off = alive && state.renewal_is_off();
    Some(match step {
        Step::Renew if renewing => (due, renewed(state)),
        Step::Fail(failure) if renewing => (due, failed(state, *failure)),
        Step::Hold if is(&[Status::Grace]) => {
            let next = StoreState {
                status: Status::OnHold,
                grace_end: None,
                ..state.clone()
            };
            (soon.max(state.access_end()), next)
        }
        Step::Recover if is(&[Status::Grace]) => (soon, period(state, state.period_end)),
        Step::Recover if is(&[Status::OnHold]) => (soon, period(state, soon)),
        Step::Cancel if alive && state.auto_renew && soon < state.access_end() => {
            (soon, cancelled(state, soon))
        }
        Step::Reactivate if renewal_is_off && soon < state.access_end() => {
            (soon, reactivated(state))
        }
        Step::Pause if paused_by_choice => {
            let next = StoreState {
                status: Status::Paused,
                resumes_at: Some(soon + PERIOD),
                ..state.clone()
            };
            (soon, next)
        }
        Step::Resume if is(&[Status::Paused]) => {
            let status = if state.auto_renew {
                Status::Active
            } else {
                Status::Cancelled
            };
            let next = StoreState {
                status,
                ..period(state, soon)
            };
            (soon, next)
        }
        Step::PlanNow(product) if is(&[Status::Active]) && state.product_id != *product => {
            let next = StoreState {
                product_id: (*product).to_owned(),
                pending_product_id: None,
                ..period(state, soon)
            };
            (soon, next)
        }
        Step::PlanLater(product) if renewing && state.product_id != *product => {
            let next = StoreState {
                pending_product_id: Some((*product).to_owned()),
                ..state.clone()
            };
            (soon, next)
        }
        Step::TopUp
            if is(&[Status::Active]) && state.billing.is_prepaid() && soon < state.period_end =>
        {
            let next = StoreState {
                period_end: state.period_end + PERIOD,
                ..state.clone()
            };
            (soon, next)
        }
        Step::Refund if alive => {
            let next = StoreState {
                revoked_at: Some(soon),
                ..ended(state, Status::Revoked)
            };
            (soon, next)
        }
        Step::TakeBack if alive => (soon, state.clone()),
        Step::Expire
            if is(&[Status::Cancelled, Status::Grace]) || state.billing.is_prepaid() && alive =>
        {
            (soon.max(state.access_end()), ended(state, Status::Expired))
        }
        Step::Expire if is(&[Status::OnHold, Status::Paused]) => {
            (soon, ended(state, Status::Expired))
        }
        Step::Resubscribe if !alive => {
            let next = StoreState {
                auto_renew: !state.billing.is_prepaid(),
                cancelled_at: None,
                revoked_at: None,
                ..period(state, soon)
            };
            (soon, next)
        }
        _ => return None,
    })
}

fn period(state: &StoreState, from: Timestamp) -> StoreState {
    StoreState {
        status: Status::Active,
        period_start: Some(from),
        period_end: from + PERIOD,
        trial_end: None,
        grace_end: None,
        resumes_at: None,
        ..state.clone()
    }
}

fn renewed(state: &StoreState) -> StoreState {
    let product = state
        .pending_product_id
        .as_ref()
        .unwrap_or(&state.product_id);
    StoreState {
        product_id: product.clone(),
        pending_product_id: None,
        ..period(state, state.period_end)
    }
}

fn failed(state: &StoreState, failure: Failure) -> StoreState {
    let grace_end = state.period_end + GRACE;
    let (status, grace_end, period_end) = match failure {
        Failure::Hold => (Status::OnHold, None, state.period_end),
        Failure::Grace => (Status::Grace, Some(grace_end), state.period_end),
        Failure::GraceAsPeriod => (Status::Grace, Some(grace_end), grace_end),
    };
    StoreState {
        status,
        grace_end,
        period_end,
        trial_end: None,
        ..state.clone()
    }
}

fn cancelled(state: &StoreState, at: Timestamp) -> StoreState {
    StoreState {
        status: match state.status {
            Status::Active => Status::Cancelled,
            other => other,
        },
        auto_renew: false,
        cancelled_at: Some(at),
        ..state.clone()
    }
}

fn reactivated(state: &StoreState) -> StoreState {
    StoreState {
        status: match state.status {
            Status::Cancelled => Status::Active,
            other => other,
        },
        auto_renew: true,
        cancelled_at: None,
        ..state.clone()
    }
}

fn ended(state: &StoreState, status: Status) -> StoreState {
    StoreState {
        status,
        auto_renew: false,
        trial_end: None,
        grace_end: None,
        resumes_at: None,
        pending_product_id: None,
        ..state.clone()
    }
}

pub fn step() -> impl Strategy<Value = Step> {
    let plan = || prop::sample::select(vec!["monthly", "yearly", "basic"]);
    let failure = prop::sample::select(vec![Failure::Hold, Failure::Grace, Failure::GraceAsPeriod]);
    prop_oneof![
        3 => Just(Step::Renew),
        2 => failure.prop_map(Step::Fail),
        1 => Just(Step::Hold),
        2 => Just(Step::Recover),
        2 => Just(Step::Cancel),
        2 => Just(Step::Reactivate),
        1 => Just(Step::Pause),
        1 => Just(Step::Resume),
        2 => plan().prop_map(Step::PlanNow),
        2 => plan().prop_map(Step::PlanLater),
        2 => Just(Step::TopUp),
        1 => Just(Step::Refund),
        1 => Just(Step::TakeBack),
        2 => Just(Step::Expire),
        2 => Just(Step::Resubscribe),
    ]
}
