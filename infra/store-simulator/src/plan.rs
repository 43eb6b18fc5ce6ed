//! Plans, with their prices and the lengths of their periods.

use jiff::{Span, Timestamp, tz::TimeZone};
use serde::{Deserialize, Serialize};

/// Plan of a partner's catalogue. Exactly one of `period_seconds` and `period` is set.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Plan {
    /// Plan code.
    pub plan_code: String,
    /// Price as decimal text, such as `8.99`.
    pub amount: String,
    /// Currency code, such as `USD`.
    pub currency: String,
    /// Length of a period in seconds.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub period_seconds: Option<u64>,
    /// Length of a period in ISO 8601, such as `P1M` for a calendar month in UTC.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub period: Option<String>,
    /// Length of a free trial in seconds. Without it there is no trial.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub trial_seconds: Option<u64>,
}

/// Reason why a plan is rejected.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub(crate) enum PlanError {
    #[error("plan {0}: give either periodSeconds or period")]
    OnePeriod(String),
    #[error("plan {0}: the period must be a positive ISO 8601 duration, such as P1M")]
    Period(String),
    #[error("plan {0}: the period ends beyond what a date can express")]
    TooLong(String),
}

impl Plan {
    /// Creates a plan that runs by calendar months, without a trial.
    #[must_use]
    pub fn monthly(
        plan_code: impl Into<String>,
        amount: impl Into<String>,
        currency: impl Into<String>,
    ) -> Self {
        Self {
            plan_code: plan_code.into(),
            amount: amount.into(),
            currency: currency.into(),
            period_seconds: None,
            period: Some("P1M".to_owned()),
            trial_seconds: None,
        }
    }

    /// Sets periods of this many seconds.
    #[must_use]
    pub fn lasting_seconds(mut self, seconds: u64) -> Self {
        (self.period, self.period_seconds) = (None, Some(seconds));
        self
    }

    /// Adds a free trial of this many seconds.
    #[must_use]
    pub fn with_trial_seconds(mut self, seconds: u64) -> Self {
        self.trial_seconds = Some(seconds);
        self
    }

    pub(crate) fn check(&self) -> Result<(), PlanError> {
        let start = Timestamp::UNIX_EPOCH;
        if self.end_of_period(start)? <= start {
            return Err(PlanError::Period(self.plan_code.clone()));
        }
        Ok(())
    }

    pub(crate) fn end_of_period(&self, start: Timestamp) -> Result<Timestamp, PlanError> {
        end_of_period(
            &self.plan_code,
            self.period_seconds,
            self.period.as_deref(),
            start,
        )
    }
}

/// Returns the end of a period that begins at `start`. Exactly one of `seconds` and `iso` is its
/// length; `plan` is the name in an error.
pub(crate) fn end_of_period(
    plan: &str,
    seconds: Option<u64>,
    iso: Option<&str>,
    start: Timestamp,
) -> Result<Timestamp, PlanError> {
    let span = match (seconds, iso) {
        (Some(seconds), None) => i64::try_from(seconds)
            .ok()
            .and_then(|seconds| Span::new().try_seconds(seconds).ok()),
        (None, Some(text)) => text.parse::<Span>().ok(),
        _ => return Err(PlanError::OnePeriod(plan.to_owned())),
    };
    let span = span.ok_or_else(|| PlanError::Period(plan.to_owned()))?;
    start
        .to_zoned(TimeZone::UTC)
        .checked_add(span)
        .map(|end| end.timestamp())
        .map_err(|_| PlanError::TooLong(plan.to_owned()))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn end_after(plan: &Plan, start: &str) -> String {
        let end = plan.end_of_period(start.parse().unwrap());
        end.unwrap().to_string()
    }

    #[test]
    fn a_month_is_a_calendar_month() {
        let plan = Plan::monthly("m", "8.99", "USD");
        let cases = [
            ("2026-11-05T09:30:00Z", "2026-12-05T09:30:00Z"),
            ("2026-12-05T09:30:00Z", "2027-01-05T09:30:00Z"),
            ("2027-01-31T12:00:00Z", "2027-02-28T12:00:00Z"),
        ];
        for (start, end) in cases {
            assert_eq!(end_after(&plan, start), end);
        }
    }

    #[test]
    fn seconds_are_seconds() {
        let plan = Plan::monthly("m", "8.99", "USD").lasting_seconds(90);
        assert_eq!(
            end_after(&plan, "2026-11-05T09:30:00Z"),
            "2026-11-05T09:31:30Z"
        );
    }

    #[test]
    fn a_plan_needs_one_positive_period() {
        let plan = Plan::monthly("m", "8.99", "USD");
        let with = |period: Option<&str>, period_seconds| Plan {
            period: period.map(str::to_owned),
            period_seconds,
            ..plan.clone()
        };
        assert!(with(Some("P1Y"), None).check().is_ok());
        for wrong in [
            with(None, None),
            with(Some("P1M"), Some(1)),
            with(Some("a month"), None),
            with(Some("-P1M"), None),
            with(None, Some(0)),
            with(None, Some(u64::MAX)),
        ] {
            assert!(wrong.check().is_err(), "{wrong:?}");
        }
    }
}
