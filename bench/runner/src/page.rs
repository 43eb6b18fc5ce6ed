//! The page with the results.

use crate::batches::{Batches, SLOW};
use crate::calls::{Measured, Rounds};
use crate::samples::Samples;
use crate::scene::{EMPTY, INTAKE, VERIFICATION};
use crate::signatures::{PER_SAMPLE, Verified};
use crate::table::Table;

/// Everything that was measured.
pub struct Results {
    pub machine: Vec<String>,
    pub rounds: Rounds,
    /// The empty handler, the functions and the peers.
    pub programs: Vec<Measured>,
    /// Ours, then the peers.
    pub batches: Vec<Batches>,
    pub own_share: Samples,
    pub signatures: Vec<Verified>,
}

/// Returns the page in Markdown.
pub fn page(results: &Results) -> String {
    let machine = results.machine.iter().map(|line| format!("- {line}\n"));
    let Rounds {
        starts,
        warm_calls,
        batches,
        signatures,
        ..
    } = results.rounds;
    let sections = [
        INTRODUCTION.to_owned(),
        format!("Machine:\n\n{}", machine.collect::<String>().trim_end()),
        format!("## Aims\n\n{}", aims(results).markdown()),
        format!(
            "## Start and calls\n\n{CALLS}\n\n{}\n\nMedian of {starts} starts and first calls, and of \
             {warm_calls} warm calls.",
            programs(results).markdown()
        ),
        format!(
            "## Batches of verifications\n\nThe store takes {SLOW} ms for an answer.\n\n{}\n\nMedian \
             of {batches} batches each.",
            batch_table(results).markdown()
        ),
        format!(
            "## Our own share\n\n{SHARE}\n\nMedian of {warm_calls} purchases: {} ms.",
            number(results.own_share.median())
        ),
        format!(
            "## Signatures\n\n{SIGNATURES}\n\n{}\n\nMedian of {signatures} samples of {PER_SAMPLE} \
             messages each.",
            signature_table(results).markdown()
        ),
    ];
    format!("{}\n", sections.join("\n\n"))
}

const INTRODUCTION: &str = "# Performance

`cargo xtask bench` has written this page. It measures the functions as they are deployed (release profile), each as a
process on the machine itself, against an AWS that answers at once and a simulated store, and beside them the same work
in Node and Python ([bench/peers](../bench/peers)) in the same run. Compare the ratios (×): they depend on the machine
much less than the times do. What Lambda adds to a start, the network and TLS are not part of any figure.";

const CALLS: &str = "*Start*: from the start of the process to its first request of an event. *First call* and *warm \
call*: from the\nhand-over of an event to its result. *Memory*: the largest resident memory. The ratios compare with \
the empty handler.";

const SHARE: &str = "From the store's answer to the write of the outcome, and from the stream's record of that write to \
the hand-over to\nSNS. What DynamoDB's stream takes between the two is not included.";

const SIGNATURES: &str = "One notification, from the received bytes to its content, with keys in memory and on one \
thread, in microseconds.";

fn aims(results: &Results) -> Table {
    let mut table = Table::new(["Aim", "measured", "reached"]);
    let empty = start(results, EMPTY);
    let slowest = functions(results)
        .map(|measured| measured.start.median() / empty)
        .fold(0.0, f64::max);
    let mut row = |aim: &str, measured: f64, unit: &str, reached: bool| {
        let reached = if reached { "yes" } else { "no" };
        let measured = format!("{}{unit}", number(measured));
        table.row([aim.to_owned(), measured, reached.to_owned()]);
    };
    let aim = "start of every function at most 2.0 × the empty handler";
    row(aim, slowest, " ×", slowest <= 2.0);
    for function in [INTAKE, VERIFICATION] {
        let faster = start(results, &peer("Node", function)) / start(results, function);
        let aim = format!("start of `{function}` at least 50 × faster than in Node");
        row(&aim, faster, " ×", faster >= 50.0);
    }
    if let Some(ours) = results.batches.first() {
        let ratio = ours.ten.median() / ours.one.median();
        row(
            "batch of 10 verifications at most 1.3 × one",
            ratio,
            " ×",
            ratio <= 1.3,
        );
    }
    let share = results.own_share.median();
    row("our own share under 25 ms", share, " ms", share < 25.0);
    for Verified { title, ours, peer } in &results.signatures {
        let faster = peer.median() / ours.median();
        let aim = format!("{title} at least 2 × faster than in Node");
        row(&aim, faster, " ×", faster >= 2.0);
    }
    table
}

fn programs(results: &Results) -> Table {
    let headings = [
        "Program",
        "MB",
        "start ms",
        "×",
        "first call ms",
        "×",
        "warm call ms",
        "×",
        "memory MB",
        "×",
    ];
    let mut table = Table::new(headings);
    let Some(empty) = results.programs.first() else {
        return table;
    };
    for program in &results.programs {
        let times = |of: fn(&Measured) -> f64| {
            let ratio = of(program) / of(empty);
            (number(of(program)), number(ratio))
        };
        let start = times(|measured| measured.start.median());
        let first = times(|measured| measured.first_call.median());
        let warm = times(|measured| measured.warm_call.median());
        let memory = match (program.memory, empty.memory) {
            (Some(own), Some(of_empty)) => (number(own), number(own / of_empty)),
            _ => ("?".to_owned(), "?".to_owned()),
        };
        table.row([
            program.name.clone(),
            number(program.size),
            start.0,
            start.1,
            first.0,
            first.1,
            warm.0,
            warm.1,
            memory.0,
            memory.1,
        ]);
    }
    table
}

fn batch_table(results: &Results) -> Table {
    let mut table = Table::new(["Program", "one, ms", "ten, ms", "×"]);
    for Batches { name, one, ten } in &results.batches {
        let ratio = ten.median() / one.median();
        table.row([
            name.clone(),
            number(one.median()),
            number(ten.median()),
            number(ratio),
        ]);
    }
    table
}

fn signature_table(results: &Results) -> Table {
    let mut table = Table::new(["Message (Node library)", "here, µs", "Node, µs", "×"]);
    for Verified { title, ours, peer } in &results.signatures {
        let ratio = peer.median() / ours.median();
        table.row([
            (*title).to_owned(),
            number(ours.median()),
            number(peer.median()),
            number(ratio),
        ]);
    }
    table
}

/// Returns the name of a peer in tables.
pub fn peer(language: &str, function: &str) -> String {
    format!("{function} in {language}")
}

fn start(results: &Results, name: &str) -> f64 {
    let mut programs = results.programs.iter();
    let found = programs.find(|measured| measured.name == name);
    found.map_or(0.0, |measured| measured.start.median())
}

/// Returns our functions, without the empty one.
fn functions(results: &Results) -> impl Iterator<Item = &Measured> {
    let is_ours = |measured: &&Measured| !measured.name.contains(' ') && measured.name != EMPTY;
    results.programs.iter().filter(is_ours)
}

/// Formats a number with the digits that mean something.
fn number(value: f64) -> String {
    match value {
        value if value >= 100.0 => format!("{value:.0}"),
        value if value >= 10.0 => format!("{value:.1}"),
        value => format!("{value:.2}"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn measured(name: &str, start: f64) -> Measured {
        Measured {
            name: name.to_owned(),
            size: 8.0,
            start: [start].into_iter().collect(),
            first_call: [start].into_iter().collect(),
            warm_call: [start].into_iter().collect(),
            memory: None,
        }
    }

    fn results(slowest: f64) -> Results {
        Results {
            machine: vec!["a processor, 2 cores".to_owned()],
            rounds: Rounds {
                starts: 1,
                warm_ups: 0,
                warm_calls: 1,
                batches: 1,
                signatures: 1,
            },
            programs: vec![
                measured(EMPTY, 2.0),
                measured(INTAKE, 3.0),
                measured(VERIFICATION, slowest),
                measured(&peer("Node", INTAKE), 300.0),
                measured(&peer("Node", VERIFICATION), 100.0),
            ],
            batches: Vec::new(),
            own_share: [12.5].into_iter().collect(),
            signatures: Vec::new(),
        }
    }

    #[test]
    fn an_aim_is_reached_by_the_slowest_function_and_not_by_a_peer() {
        let reached = page(&results(4.0));
        assert!(reached.contains("2.00 × |     yes |"), "{reached}");
        assert!(reached.contains("100 × |     yes |"), "{reached}");
        assert!(reached.contains("25.0 × |      no |"), "{reached}");
        let missed = page(&results(5.0));
        assert!(missed.contains("2.50 × |      no |"), "{missed}");
    }

    #[test]
    fn numbers_have_three_digits() {
        assert_eq!(number(0.5), "0.50");
        assert_eq!(number(12.34), "12.3");
        assert_eq!(number(1234.5), "1234");
    }
}
