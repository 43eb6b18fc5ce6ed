//! `cargo xtask mutants`: changes one rule after another in a copy of the sources, and requires
//! that some test fails.

use std::fs;
use std::path::PathBuf;
use std::process::{Command, Stdio};

use anyhow::{Context as _, bail, ensure};
use serde_json::Value;

use crate::command::{cargo, isolated, run};
use crate::progress::{say, step};
use crate::python::Venv;
use crate::workspace::Workspace;
use crate::{interrupt, prerequisite};

/// Least share of changes that tests must notice, in percent.
const LEAST_CAUGHT: u64 = 90;

const VERSION: &str = "27.1.0";

/// Part of the sources that is changed.
struct Part {
    name: &'static str,
    arguments: &'static [&'static str],
    /// Tests that must notice; all of the package if empty.
    tests: &'static [&'static str],
    /// Whether it is too large to be tried as a whole, so that only lines that differ from a
    /// revision are.
    only_changes: bool,
}

impl Part {
    /// Builds a part for the changed lines of a whole package, tried with that package's own tests.
    const fn changes(name: &'static str, arguments: &'static [&'static str]) -> Self {
        Self {
            name,
            arguments,
            tests: &[],
            only_changes: true,
        }
    }
}

const PARTS: [Part; 11] = [
    Part {
        name: "domain",
        arguments: &["--package", "domain"],
        tests: &[],
        only_changes: false,
    },
    Part {
        name: "snapshots",
        arguments: &[
            "--package",
            "stores",
            "--file",
            "shared/stores/src/connectors/*/snapshot.rs",
            "--file",
            "shared/stores/src/connectors/*/snapshot/*.rs",
        ],
        tests: &[
            "--test=android",
            "--test=samsung_tv",
            "--test=vizio",
            "--test=behaviour",
        ],
        only_changes: false,
    },
    Part::changes("stores", &["--package", "stores"]),
    Part::changes("cloud", &["--package", "cloud"]),
    Part::changes("store-verification", &["--package", "store-verification"]),
    Part::changes("store-notifications", &["--package", "store-notifications"]),
    Part::changes("purchase-intake", &["--package", "purchase-intake"]),
    Part::changes("reconciliation", &["--package", "reconciliation"]),
    Part::changes("beacon-fanout", &["--package", "beacon-fanout"]),
    Part::changes("redelivery", &["--package", "redelivery"]),
    Part::changes(
        "apis",
        &[
            "--package",
            "broadcaster-api",
            "--package",
            "customer-api",
            "--package",
            "operator",
        ],
    ),
];

/// Selection of the changes that are tried.
#[derive(Debug, Default)]
pub struct Selection<'a> {
    /// The `k/n`-th share of them.
    pub shard: Option<&'a str>,
    /// One part, by its name.
    pub only: Option<&'a str>,
    /// Only lines that differ from this Git revision.
    pub since: Option<&'a str>,
}

impl Selection<'_> {
    fn has(&self, part: &Part) -> bool {
        self.only.is_none_or(|only| only == part.name)
            && (self.since.is_some() || !part.only_changes)
    }
}

/// Tries the selected changes and prints how many of them tests noticed. Without a revision these
/// are all changes of the domain and of the stores' snapshot mappings.
///
/// # Errors
/// If fewer than 90 % were noticed in any part.
pub fn check(workspace: &Workspace, selection: &Selection<'_>) -> anyhow::Result<()> {
    prerequisite::c_compiler()?;
    let program = install(workspace)?;
    Venv::Checks.make(workspace)?;
    let path = Venv::Checks.path(workspace)?;
    interrupt::watch()?;
    let diff = selection
        .since
        .map(|since| diff(workspace, since))
        .transpose()?;
    let mut poor = Vec::new();
    for part in PARTS.iter().filter(|part| selection.has(part)) {
        let folder = workspace.target(&format!("mutants/{}", part.name));
        let outcomes = folder.join("mutants.out/outcomes.json");
        fs::create_dir_all(&folder)?;
        // A run that finds nothing to change writes no file, and must not be judged by an earlier
        // one.
        if outcomes.exists() {
            fs::remove_file(&outcomes)?;
        }
        let mut mutants = isolated(&program, workspace);
        mutants
            // Fewer random cases: each change runs all tests.
            .env("PROPTEST_CASES", "64")
            .env("PATH", &path)
            // One process for each test, as `test` does: some tests read the log of their process.
            .arg("mutants")
            .arg("--test-tool=nextest")
            .args(["--no-times", "--baseline=run", "--timeout=300"])
            .args(part.arguments)
            .arg("--output")
            .arg(&folder);
        if let Some(shard) = selection.shard {
            mutants.args(["--shard", shard]);
        }
        if let Some(diff) = &diff {
            mutants.arg("--in-diff").arg(diff);
        }
        mutants.arg("--").args(part.tests);
        // The tool fails for each change that nobody noticed; what counts is the share.
        let ended = step(part.name, || run(&mut mutants));
        interrupt::check()?;
        if ended.is_ok() && diff.is_some() && !outcomes.exists() {
            say(&format!("{}: nothing to change", part.name));
            continue;
        }
        let text = fs::read_to_string(&outcomes).with_context(|| format!("{ended:?}"))?;
        let share = share(&serde_json::from_str(&text)?)?;
        say(&format!("{}: {share}", part.name));
        if share.percent() < LEAST_CAUGHT {
            poor.push(part.name);
        }
    }
    ensure!(
        poor.is_empty(),
        "fewer than {LEAST_CAUGHT} % were noticed of: {}",
        poor.join(", ")
    );
    Ok(())
}

/// Writes the difference between a revision and the sources as they are to a file.
fn diff(workspace: &Workspace, since: &str) -> anyhow::Result<PathBuf> {
    let file = workspace.target("mutants/changes.diff");
    fs::create_dir_all(workspace.target("mutants"))?;
    let output = Command::new("git")
        .current_dir(workspace.root())
        .args(["diff", "--no-ext-diff", since, "--", "*.rs"])
        .stderr(Stdio::inherit())
        .output()
        .context("git")?;
    ensure!(output.status.success(), "git knows no revision {since}");
    fs::write(&file, output.stdout)?;
    Ok(file)
}

fn install(workspace: &Workspace) -> anyhow::Result<PathBuf> {
    let root = workspace.target("tools");
    let program = root.join("bin/cargo-mutants");
    if !program.exists() {
        step("installing cargo-mutants", || {
            let mut install = cargo(workspace);
            install.args(["install", "cargo-mutants", "--locked", "--version", VERSION]);
            run(install.arg("--root").arg(&root))
        })?;
    }
    Ok(program)
}

/// Number of changes, and how many of them were noticed.
#[derive(Debug, PartialEq, Eq)]
struct Share {
    caught: u64,
    viable: u64,
}

impl Share {
    fn percent(&self) -> u64 {
        self.caught * 100 / self.viable.max(1)
    }
}

impl std::fmt::Display for Share {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let (caught, viable) = (self.caught, self.viable);
        write!(
            f,
            "{caught} of {viable} changes noticed, {} %",
            self.percent()
        )
    }
}

/// Reads the share from the tool's report. A change that does not compile shows nothing; one that
/// makes the tests hang was noticed.
fn share(outcomes: &Value) -> anyhow::Result<Share> {
    let number = |name: &str| {
        let number = outcomes.get(name).and_then(Value::as_u64);
        number.with_context(|| format!("outcomes.json has no {name}"))
    };
    let caught = number("caught")? + number("timeout")?;
    // Changes that do not compile are left out of both numbers.
    let viable = caught + number("missed")?;
    if viable == 0 {
        bail!("nothing was changed");
    }
    Ok(Share { caught, viable })
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn what_does_not_compile_is_not_counted() {
        let outcomes = json!({
            "total_mutants": 12, "caught": 8, "missed": 1, "timeout": 1, "unviable": 2,
        });
        let share = share(&outcomes).unwrap();
        assert_eq!(share.to_string(), "9 of 10 changes noticed, 90 %");
    }

    #[test]
    fn nothing_tried_is_no_success() {
        let outcomes = json!({"caught": 0, "missed": 0, "timeout": 0, "unviable": 3});
        assert!(share(&outcomes).is_err());
    }
}
