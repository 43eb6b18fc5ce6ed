//! Outcomes of the checks, reported together at the end, so that a failed one does not hide the
//! others.

use std::time::{Duration, Instant};

use anyhow::bail;

use crate::interrupt;
use crate::progress::{say, seconds};

/// Outcome of a check.
#[derive(Debug, Clone, PartialEq, Eq)]
enum Outcome {
    Fine(Duration),
    Failed(String),
    NotRun(String),
}

/// All outcomes so far.
#[derive(Debug, Default)]
pub struct Report {
    outcomes: Vec<(String, Outcome)>,
}

impl Report {
    /// Runs a check, unless Ctrl-C was pressed, and records its outcome. Returns whether it
    /// succeeded.
    pub fn check(&mut self, name: &str, work: impl FnOnce() -> anyhow::Result<()>) -> bool {
        if interrupt::check().is_err() {
            self.not_run(name, "stopped");
            return false;
        }
        self.always(name, work)
    }

    /// Runs a step that is necessary even after Ctrl-C.
    pub fn always(&mut self, name: &str, work: impl FnOnce() -> anyhow::Result<()>) -> bool {
        let start = Instant::now();
        let outcome = match work() {
            Ok(()) => Outcome::Fine(start.elapsed()),
            Err(error) => {
                say(&format!("{name}: {error:#}"));
                Outcome::Failed(first_line(&format!("{error:#}")))
            }
        };
        let fine = matches!(outcome, Outcome::Fine(_));
        self.outcomes.push((name.to_owned(), outcome));
        fine
    }

    /// Records that a check was not made, and the reason.
    pub fn not_run(&mut self, name: &str, why: &str) {
        self.outcomes
            .push((name.to_owned(), Outcome::NotRun(why.to_owned())));
    }

    /// Adds the outcomes of another report.
    pub fn append(&mut self, mut other: Self) {
        self.outcomes.append(&mut other.outcomes);
    }

    /// Prints all outcomes.
    ///
    /// # Errors
    /// If a check failed.
    pub fn close(self) -> anyhow::Result<()> {
        for (name, outcome) in &self.outcomes {
            say(&match outcome {
                Outcome::Fine(took) => format!("  ok       {name}, {}", seconds(*took)),
                Outcome::Failed(why) => format!("  FAILED   {name}: {why}"),
                Outcome::NotRun(why) => format!("  NOT RUN  {name}: {why}"),
            });
        }
        // A check that was not made is reported and fails nothing: it may need what this machine
        // lacks.
        let failed = |(_, outcome): &&(String, Outcome)| matches!(outcome, Outcome::Failed(_));
        match self.outcomes.iter().filter(failed).count() {
            0 => Ok(()),
            1 => bail!("one check failed"),
            several => bail!("{several} checks failed"),
        }
    }
}

fn first_line(text: &str) -> String {
    text.lines().next().unwrap_or_default().to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_failure_does_not_hide_what_came_after_it() {
        let mut report = Report::default();
        assert!(!report.check("first", || bail!("no\nand more")));
        assert!(report.check("second", || Ok(())));
        report.not_run("third", "nothing to do it with");
        assert_eq!(report.outcomes.len(), 3);
        assert_eq!(report.outcomes[0].1, Outcome::Failed("no".to_owned()));
        assert!(report.close().is_err());
    }

    #[test]
    fn what_could_not_be_checked_is_told_but_fails_nothing() {
        let mut report = Report::default();
        report.not_run("advisories", "the database can't be reached");
        assert!(report.close().is_ok());
    }
}
