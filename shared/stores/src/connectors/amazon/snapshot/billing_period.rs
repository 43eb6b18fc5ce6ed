//! Length of a plan's periods, for the one case in which Amazon names no date.

use domain::Timestamp;
use jiff::tz::TimeZone;
use jiff::{Span, ToSpan as _};

/// Largest number of periods that are counted; more than there can have been.
const MOST_PERIODS: i64 = 4000;

/// Returns the first end of a period after `now`, for periods of `term` (`1 Week`, `2 Months`, `1
/// Year`) that began at `start`. Months keep the day of the month, or take their last day. `None`
/// for a term that can't be parsed.
pub(in crate::connectors::amazon) fn end_after(
    start: Timestamp,
    term: &str,
    now: Timestamp,
) -> Option<Timestamp> {
    let (number, unit) = term.trim().split_once(' ')?;
    let number: i64 = number.parse().ok().filter(|n| (1..=100).contains(n))?;
    let unit = unit.trim().to_ascii_lowercase();
    let length = |periods: i64| -> Option<Span> {
        let count = periods.checked_mul(number)?;
        let span = 0.days();
        match unit.trim_end_matches('s') {
            "day" => span.try_days(count).ok(),
            "week" => span.try_weeks(count).ok(),
            "month" => span.try_months(count).ok(),
            "year" => span.try_years(count).ok(),
            _ => None,
        }
    };
    let start = start.to_zoned(TimeZone::UTC);
    // Each end is counted from the start: counted from the one before, 31 January would become the
    // 28th for good.
    for periods in 1..=MOST_PERIODS {
        let end = start.checked_add(length(periods)?).ok()?.timestamp();
        if end > now {
            return Some(end);
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    fn end(start: &str, term: &str, now: &str) -> Option<String> {
        let at = |text: &str| text.parse().unwrap();
        end_after(at(start), term, at(now)).map(|end| end.to_string())
    }

    #[test]
    fn the_end_of_the_running_period_is_counted_from_the_purchase() {
        let start = "2026-01-31T10:00:00Z";
        for (term, now, expected) in [
            ("1 Month", "2026-02-01T00:00:00Z", "2026-02-28T10:00:00Z"),
            ("1 Month", "2026-02-28T09:59:59Z", "2026-02-28T10:00:00Z"),
            ("1 Month", "2026-02-28T10:00:00Z", "2026-03-31T10:00:00Z"),
            ("1 Month", "2028-02-10T00:00:00Z", "2028-02-29T10:00:00Z"),
            ("2 Months", "2026-02-28T10:00:00Z", "2026-03-31T10:00:00Z"),
            ("3 months", "2026-02-28T10:00:00Z", "2026-04-30T10:00:00Z"),
            ("1 Week", "2026-02-08T10:00:00Z", "2026-02-14T10:00:00Z"),
            ("3 Days", "2026-01-31T10:00:00Z", "2026-02-03T10:00:00Z"),
            ("1 Year", "2026-02-08T10:00:00Z", "2027-01-31T10:00:00Z"),
            ("1 Month", "2020-02-08T10:00:00Z", "2026-02-28T10:00:00Z"),
        ] {
            assert_eq!(end(start, term, now).as_deref(), Some(expected), "{term}");
        }
    }

    #[test]
    fn a_term_that_cannot_be_read_is_no_term() {
        for term in [
            "",
            "Month",
            "1",
            "1 ",
            "0 Month",
            "-1 Month",
            "1.5 Months",
            "1 Fortnight",
            "101 Weeks",
            "9223372036854775807 Years",
        ] {
            let read = end("2026-01-31T10:00:00Z", term, "2026-02-01T00:00:00Z");
            assert_eq!(read, None, "{term}");
        }
        let far = end("1900-01-01T00:00:00Z", "1 Day", "2026-02-01T00:00:00Z");
        assert_eq!(far, None);
    }
}
