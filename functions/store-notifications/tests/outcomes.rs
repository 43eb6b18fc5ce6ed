//! The outcomes of notifications, which are dimensions of a metric.

use std::collections::BTreeSet;

use store_notifications::Outcome;
use stores::Ignored;

#[test]
fn every_outcome_is_documented_for_operators_and_no_other() {
    let page = concat!(env!("CARGO_MANIFEST_DIR"), "/../../docs/operators.md");
    let page = std::fs::read_to_string(page).unwrap();
    let (_, section) = page.split_once("### Outcomes of a notification").unwrap();
    let (section, _) = section.split_once("\n## ").unwrap();
    // In the first table the outcome is in the first column, in the second one in the second.
    let documented: BTreeSet<&str> = section
        .lines()
        .filter(|line| line.starts_with("| "))
        .filter_map(|line| line.split(" | ").find(|cell| cell.contains('`')))
        .flat_map(|cell| cell.split('`').skip(1).step_by(2))
        .filter(|word| *word != "outcome")
        .collect();
    let reasons = Ignored::ALL.map(Outcome::Ignored);
    let all: BTreeSet<&str> = Outcome::FOR_ALL_STORES
        .into_iter()
        .chain(reasons)
        .map(Outcome::as_str)
        .collect();
    assert_eq!(documented, all);
}
