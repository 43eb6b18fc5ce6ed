//! The table of what each store does, in the documentation.

use std::fmt::Write as _;

use domain::Store;

use crate::SUITES;
use crate::behaviours::BEHAVIOURS;

const INTRODUCTION: &str = "\
# What each store does

Use this table to see which behaviours each store has. Its columns lead to the stores' pages, which say how to set a
store up and how its answers and notifications are read.

The behavioural suite generates the table and proves every cell. Generate it again with
`UPDATE_DOCS=1 cargo nextest run -p stores --test behaviour table`. The ids are permanent. A dash means that the store
cannot do it, or that nothing in its messages shows it.
";

fn generated() -> String {
    let mut text = format!("{INTRODUCTION}\n| Behaviour | |");
    for &store in SUITES {
        write!(text, " [{}]({store}.md) |", store.name()).unwrap();
    }
    text.push_str("\n|---|---|");
    text.push_str(&":-:|".repeat(SUITES.len()));
    text.push('\n');
    for (id, meaning) in BEHAVIOURS {
        write!(text, "| `{id}` | {meaning} |").unwrap();
        for &store in SUITES {
            let absent = stores::profile(store).absent.contains(id);
            text.push_str(if absent { " – |" } else { " yes |" });
        }
        text.push('\n');
    }
    text
}

#[test]
fn the_table_in_the_documentation_is_current() {
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/../../docs/stores/README.md");
    if std::env::var_os("UPDATE_DOCS").is_some_and(|value| value == "1") {
        std::fs::write(path, generated()).unwrap();
    }
    let written = std::fs::read_to_string(path).unwrap_or_default();
    assert_eq!(written, generated(), "regenerate it with UPDATE_DOCS=1");
}

#[test]
fn every_store_has_a_suite() {
    assert_eq!(SUITES, Store::ALL);
}

#[test]
fn no_id_stands_for_two_behaviours() {
    let mut ids: Vec<&str> = BEHAVIOURS.iter().map(|(id, _)| *id).collect();
    ids.sort_unstable();
    assert!(ids.windows(2).all(|pair| pair[0] != pair[1]), "{ids:?}");
}
