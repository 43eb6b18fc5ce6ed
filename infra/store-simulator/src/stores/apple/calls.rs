//! Counting of API calls, and deliberate refusals.

use super::{ApiCall, ApiRefusal, Calls, LookUps, apple_error::AppleError, model::Environment};

/// Refusal rules, with the number of times that each was used.
#[derive(Default)]
pub(super) struct Refusals(Vec<(ApiRefusal, u32)>);

impl Refusals {
    pub(super) fn new(refusals: Vec<ApiRefusal>) -> Self {
        Self(refusals.into_iter().map(|refusal| (refusal, 0)).collect())
    }

    /// Returns the error of the first matching rule, if any.
    pub(super) fn next(&mut self, call: ApiCall, environment: Environment) -> Option<AppleError> {
        let (refusal, given) = self.0.iter_mut().find(|(refusal, given)| {
            refusal.call.is_none_or(|only| only == call)
                && refusal.environment.is_none_or(|only| only == environment)
                && refusal.times.is_none_or(|times| *given < times)
        })?;
        *given = given.saturating_add(1);
        Some(AppleError {
            code: refusal.code,
            retry_after: refusal.retry_after_seconds,
        })
    }
}

impl Calls {
    /// Counts a call; `about` is the purchase, or the requested id.
    pub(super) fn arrives(&mut self, call: ApiCall, environment: Environment, about: &str) {
        *self.by_environment.entry(environment).or_default() += 1;
        let count = match call {
            ApiCall::NotificationHistory => &mut self.notification_histories,
            ApiCall::TestNotification => &mut self.test_notifications,
            ApiCall::TestStatus => &mut self.test_statuses,
            ApiCall::Transaction => &mut self.look_ups_of(about).transactions,
            ApiCall::Statuses => &mut self.look_ups_of(about).statuses,
            ApiCall::History => &mut self.look_ups_of(about).history,
        };
        *count += 1;
    }

    fn look_ups_of(&mut self, about: &str) -> &mut LookUps {
        self.look_ups.entry(about.to_owned()).or_default()
    }

    pub(super) fn ends(&mut self, outcome: impl Into<String>) {
        *self.by_outcome.entry(outcome.into()).or_default() += 1;
    }
}
