//! The outcomes of messages, which are dimensions of a metric.

use store_verification::Outcome;

#[test]
fn every_outcome_is_documented_for_operators_and_no_other() {
    let page = concat!(env!("CARGO_MANIFEST_DIR"), "/../../docs/operators.md");
    let page = std::fs::read_to_string(page).unwrap();
    let (_, section) = page.split_once("### Outcomes of a verification").unwrap();
    let (section, _) = section.split_once("\n### ").unwrap();
    let mut documented: Vec<_> = section
        .lines()
        .filter_map(|line| line.strip_prefix("| `")?.split_once("` |"))
        .map(|(outcome, _)| outcome)
        .filter(|outcome| *outcome != "outcome")
        .collect();
    let mut all: Vec<_> = Outcome::ALL.into_iter().map(Outcome::as_str).collect();
    documented.sort_unstable();
    all.sort_unstable();
    assert_eq!(documented, all);
}
