//! Progress messages while something takes long.

use std::io::Write as _;
use std::sync::mpsc;
use std::time::{Duration, Instant};

/// Interval at which a long step reports that it continues.
const REMINDER: Duration = Duration::from_secs(15);

/// Writes a line to standard error.
pub fn say(line: &str) {
    // Nobody reads standard error, so nobody can be told that it failed.
    let _unread = writeln!(std::io::stderr().lock(), "{line}");
}

/// Runs `work`, and reports its start, its progress and its duration.
///
/// # Errors
/// Those of `work`.
pub fn step<T>(name: &str, work: impl FnOnce() -> anyhow::Result<T>) -> anyhow::Result<T> {
    say(&format!("> {name}"));
    let start = Instant::now();
    let (finished, waiting) = mpsc::channel::<()>();
    let result = std::thread::scope(|scope| {
        scope.spawn(move || {
            while waiting.recv_timeout(REMINDER) == Err(mpsc::RecvTimeoutError::Timeout) {
                say(&format!("  {name}: {} s so far", start.elapsed().as_secs()));
            }
        });
        let result = work();
        drop(finished);
        result
    });
    let outcome = if result.is_ok() { "done" } else { "FAILED" };
    say(&format!(
        "  {name}: {outcome}, {}",
        seconds(start.elapsed())
    ));
    result
}

/// Formats a duration for people.
#[must_use]
pub fn seconds(duration: Duration) -> String {
    if duration.as_secs() >= 60 {
        format!(
            "{} min {} s",
            duration.as_secs() / 60,
            duration.as_secs() % 60
        )
    } else {
        format!("{:.1} s", duration.as_secs_f64())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_duration_is_read_in_minutes_from_one_minute_on() {
        assert_eq!(seconds(Duration::from_millis(1_250)), "1.2 s");
        assert_eq!(seconds(Duration::from_secs(59)), "59.0 s");
        assert_eq!(seconds(Duration::from_secs(125)), "2 min 5 s");
    }

    #[test]
    fn a_step_hands_on_what_its_work_answers() -> anyhow::Result<()> {
        assert_eq!(step("counting", || Ok(7))?, 7);
        assert!(step::<()>("failing", || anyhow::bail!("no")).is_err());
        Ok(())
    }
}
