//! The dependencies of the bundle's crates on each other, read from their manifests.

use std::path::Path;

const CRATES: [&str; 4] = ["cloud", "domain", "https", "stores"];

/// The crates of the bundle that a crate is built with; those of its tests do not count.
fn dependencies(folder: &str) -> Vec<String> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..");
    let path = root.join(folder).join("Cargo.toml");
    let manifest = std::fs::read_to_string(path).expect("the manifest of a crate");
    let mut lines = manifest.lines();
    lines
        .find(|line| *line == "[dependencies]")
        .expect("a section of dependencies");
    let mut names: Vec<String> = lines
        .take_while(|line| !line.starts_with('['))
        .filter_map(|line| line.split(['.', ' ', '=']).next())
        .filter(|name| CRATES.contains(name))
        .map(str::to_owned)
        .collect();
    names.sort();
    names
}

#[test]
fn storage_and_connectors_do_not_know_each_other() {
    assert_eq!(dependencies("shared/domain"), [""; 0]);
    assert_eq!(dependencies("shared/https"), [""; 0]);
    assert_eq!(dependencies("shared/cloud"), ["domain", "https"]);
    assert_eq!(dependencies("shared/stores"), ["domain", "https"]);
}

#[test]
fn only_functions_that_read_what_stores_say_contain_connectors() {
    for function in ["beacon-fanout", "customer-api", "operator", "redelivery"] {
        let folder = format!("functions/{function}");
        assert_eq!(dependencies(&folder), ["cloud", "domain"], "{function}");
    }
    for function in [
        "broadcaster-api",
        "purchase-intake",
        "reconciliation",
        "store-notifications",
        "store-verification",
    ] {
        let folder = format!("functions/{function}");
        assert_eq!(
            dependencies(&folder),
            ["cloud", "domain", "stores"],
            "{function}"
        );
    }
}
