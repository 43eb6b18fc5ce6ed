//! What the tables show after the event: how long each submission waited, and how it ended.

use std::collections::BTreeMap;
use std::fmt;
use std::time::Duration;

use domain::Timestamp;
use in_process_aws::InProcessAws;
use serde_json::{Value, json};

/// Outcomes of all submissions.
#[derive(Debug, Default)]
pub struct Outcomes {
    /// Number of submissions that were accepted.
    made: usize,
    /// Times from submission to outcome, of the broadcaster with the event, sorted.
    event: Vec<Duration>,
    /// The same of the others.
    others: Vec<Duration>,
    /// Number of submissions by the words for how they ended.
    ends: BTreeMap<String, usize>,
    /// Number of writes of each purchase by how often that was.
    writes: BTreeMap<String, usize>,
    dead_letters: [usize; 3],
}

impl Outcomes {
    /// Reads the tables.
    pub fn of(aws: &InProcessAws, made: usize) -> Self {
        let mut outcomes = Self {
            made,
            dead_letters: aws.message_counts("dead-letters"),
            ..Self::default()
        };
        for_each(aws, "purchases", |item| outcomes.add_submission(item));
        for_each(aws, "subscriptions", |item| {
            if item["sk"]["S"] == "current" {
                let version = item["version"]["N"].as_str().unwrap();
                *outcomes.writes.entry(version.to_owned()).or_default() += 1;
            }
        });
        outcomes.event.sort();
        outcomes.others.sort();
        outcomes
    }

    fn add_submission(&mut self, item: &Value) {
        let Some(submitted_at) = item["submitted_at"]["S"].as_str() else {
            return;
        };
        let outcome = &item["outcome"]["M"];
        let word = |field: &str| outcome[field]["S"].as_str().unwrap_or("none");
        let end = format!("{} {}", word("status"), word("result"));
        *self.ends.entry(end).or_default() += 1;
        let Ok(decided_at) = word("decidedAt").parse::<Timestamp>() else {
            return;
        };
        let submitted_at: Timestamp = submitted_at.parse().unwrap();
        let waited = Duration::try_from(decided_at.duration_since(submitted_at)).unwrap();
        if item["broadcaster_id"]["S"] == "700100200" {
            self.event.push(waited);
        } else {
            self.others.push(waited);
        }
    }

    /// Returns a percentile of the others' times.
    pub fn others(&self, percent: usize) -> Duration {
        percentile(&self.others, percent)
    }

    /// Fails unless every submission has one outcome and one subscription, which was written once.
    pub fn assert_complete(&self) {
        let all = |word: &str| BTreeMap::from([(word.to_owned(), self.made)]);
        assert_eq!(self.ends, all("success SubscriptionCreated"));
        assert_eq!(self.writes, all("1"), "subscriptions by their version");
        assert_eq!(self.dead_letters, [0, 0, 0]);
    }
}

impl fmt::Display for Outcomes {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let line = |times: &[Duration]| {
            let at = |percent| percentile(times, percent).as_secs_f64();
            format!(
                "{} with outcome, median {:.2} s, 99th percentile {:.2} s, longest {:.2} s",
                times.len(),
                at(50),
                at(99),
                at(100)
            )
        };
        write!(
            f,
            "others {}; event {}",
            line(&self.others),
            line(&self.event)
        )
    }
}

/// Returns the smallest time that so many percent do not exceed.
fn percentile(sorted: &[Duration], percent: usize) -> Duration {
    let rank = (sorted.len() * percent).div_ceil(100).max(1);
    sorted.get(rank - 1).copied().unwrap_or_default()
}

fn for_each(aws: &InProcessAws, table: &str, mut read: impl FnMut(&Value)) {
    let mut input = json!({"TableName": table});
    loop {
        let mut page = aws.dynamodb("Scan", input.clone());
        page["Items"].as_array().unwrap().iter().for_each(&mut read);
        match page.get_mut("LastEvaluatedKey") {
            Some(key) if !key.is_null() => input["ExclusiveStartKey"] = key.take(),
            _ => return,
        }
    }
}
