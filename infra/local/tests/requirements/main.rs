//! `docs/requirements.md` names a test for each line, and each of them exists; the crates depend on
//! each other as the architecture says, and the connectors have the same files. Needs no local stack.

#![expect(
    clippy::expect_used,
    reason = "the whole crate is tests: what can't be done fails the test"
)]

mod crates;
mod layout;
mod sources;
mod table;

use std::collections::BTreeSet;
use std::path::Path;

use domain::Store;
use sources::tests_of;
use table::{Section, sections};

/// What is wrong with a document, given the tests that there are.
fn faults(document: &str, tests: &BTreeSet<String>) -> Vec<String> {
    let sections = sections(document);
    let mut faults = Vec::new();
    if sections.is_empty() {
        faults.push("there is no section".to_owned());
    }
    for Section { title, rows } in &sections {
        if rows.is_empty() {
            faults.push(format!("{title}: there is no row"));
        }
        for row in rows {
            let at = format!("{title}, line {}", row.line);
            if row.place.is_empty() || row.requirement.is_empty() {
                faults.push(format!("{at}: place or requirement is missing"));
            }
            match row.tests.as_slice() {
                [test] if tests.contains(test) => {}
                [test] => faults.push(format!("{at}: there is no test {test}")),
                several => faults.push(format!("{at}: {} tests instead of one", several.len())),
            }
        }
    }
    faults
}

fn existing() -> BTreeSet<String> {
    tests_of(&Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/e2e"))
}

/// The faults of a document with one section and these rows, where `purchase::works` is a test.
fn faults_of_rows(rows: &str) -> Vec<String> {
    let document = format!(
        "# Required\n\n## Store\n\n| Place | What is required | Test |\n|---|---|---|\n{rows}\n"
    );
    faults(&document, &["purchase::works".to_owned()].into())
}

#[test]
fn every_line_of_the_document_names_a_test_that_exists() {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../docs/requirements.md");
    let document = std::fs::read_to_string(path).unwrap();

    let faults = faults(&document, &existing());

    assert!(faults.is_empty(), "{}", faults.join("\n"));
}

/// Module with the end-to-end tests of a store.
fn module(store: Store) -> String {
    match store {
        // Named after the document that asks for them.
        Store::Vizio => "seven_cases::".to_owned(),
        other => format!("{}::", other.slug().replace('-', "_")),
    }
}

#[test]
fn every_store_is_tested_end_to_end() {
    let tests = existing();
    for store in Store::ALL {
        let own = tests.iter().filter(|test| test.starts_with(&module(store)));
        assert!(own.count() >= 5, "{store}");
    }
}

#[test]
fn the_document_has_a_section_for_each_store() {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../docs/requirements.md");
    let document = std::fs::read_to_string(path).unwrap();

    let titles: Vec<String> = sections(&document).into_iter().map(|s| s.title).collect();

    assert_eq!(titles, ["Vizio", "Samsung TV", "Android"]);
}

#[test]
fn a_table_whose_tests_exist_has_no_fault() {
    assert!(faults_of_rows("| 1 | it works | `purchase::works` |").is_empty());
}

#[test]
fn a_test_that_does_not_exist_is_a_fault() {
    let faults = faults_of_rows("| 1 | it works | `purchase::worked` |");
    assert_eq!(faults, ["Store, line 7: there is no test purchase::worked"]);
}

#[test]
fn a_test_is_named_with_all_its_modules() {
    assert_eq!(faults_of_rows("| 1 | it works | `works` |").len(), 1);
    assert_eq!(
        faults_of_rows("| 1 | it works | `e2e::purchase::works` |").len(),
        1
    );
}

#[test]
fn a_row_has_exactly_one_test() {
    for cell in [
        "",
        "purchase::works",
        "`purchase::works`, `purchase::works`",
    ] {
        let faults = faults_of_rows(&format!("| 1 | it works | {cell} |"));
        assert_eq!(faults.len(), 1, "{cell}: {faults:?}");
    }
}

#[test]
fn a_row_has_a_place_and_a_requirement() {
    for row in [
        "| | it works | `purchase::works` |",
        "| 1 |  | `purchase::works` |",
        "| 1 | `purchase::works` |",
        "| `purchase::works` |",
    ] {
        assert!(!faults_of_rows(row).is_empty(), "{row}");
    }
}

#[test]
fn a_requirement_may_hold_code_and_a_vertical_bar() {
    let row = r"| 1, 2 | `a\|b` is taken | `purchase::works` |";
    assert!(faults_of_rows(row).is_empty());
}

#[test]
fn a_section_without_rows_is_a_fault() {
    assert_eq!(faults_of_rows(""), ["Store: there is no row"]);
    assert_eq!(
        faults("# Required\n", &BTreeSet::new()),
        ["there is no section"]
    );
}

#[test]
fn the_tests_that_exist_are_found_in_files_and_in_folders() {
    let tests = existing();
    assert!(tests.contains("seven_cases::initial_purchase"), "{tests:?}");
    assert!(tests.contains("samsung_tv::purchase::initial_purchase"));
    assert!(!tests.contains("story::broadcaster"), "that is no test");
}
