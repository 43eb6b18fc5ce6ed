//! The names of the tests in a folder of Rust sources, without compiling them.

use std::collections::BTreeSet;
use std::path::Path;

/// The tests of the crate whose root is `main.rs` in this folder, as `module::name`. A file that no
/// `mod` declares is not compiled and has none.
pub fn tests_of(folder: &Path) -> BTreeSet<String> {
    let mut tests = BTreeSet::new();
    collect(&folder.join("main.rs"), folder, "", &mut tests);
    tests
}

/// `below` is the folder of the modules that the file declares.
fn collect(file: &Path, below: &Path, module: &str, tests: &mut BTreeSet<String>) {
    let source = std::fs::read_to_string(file).expect("a module that is declared has a file");
    let mut is_test = false;
    for line in source.lines() {
        // Formatted sources: an item of the file itself begins its line.
        let line = line.split("//").next().unwrap_or_default().trim_end();
        if line.starts_with("#[tokio::test") || line == "#[test]" {
            is_test = true;
        } else if let Some(name) = function(line) {
            if std::mem::take(&mut is_test) {
                tests.insert(format!("{module}{name}"));
            }
        } else if let Some(name) = declared(line) {
            let (alone, folder) = (below.join(format!("{name}.rs")), below.join(name));
            let file = match alone.exists() {
                true => alone,
                false => folder.join("mod.rs"),
            };
            collect(&file, &folder, &format!("{module}{name}::"), tests);
        }
    }
}

/// The name in `fn name(` or `async fn name(`.
fn function(line: &str) -> Option<&str> {
    let line = line.strip_prefix("async ").unwrap_or(line);
    let (name, _) = line.strip_prefix("fn ")?.split_once('(')?;
    Some(name)
}

/// The name in `mod name;`.
fn declared(line: &str) -> Option<&str> {
    let line = line.strip_prefix("pub ").unwrap_or(line);
    line.strip_prefix("mod ")?.strip_suffix(';')
}
