//! `cargo xtask grants`: removes each grant of the template's roles in turn, and requires that some
//! end-to-end test fails without it.

use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use anyhow::{Context as _, bail};

use crate::command::{cargo, isolated, run};
use crate::progress::step;
use crate::python::Venv;
use crate::workspace::Workspace;
use crate::{local, prerequisite};

/// Tries the grants whose line contains `only`, or all of them if it is empty.
///
/// The stack has a folder of its own, so that another one may be up.
///
/// # Errors
/// If a grant is not needed, or a needed one is missing.
pub fn check(workspace: &Workspace, only: &str) -> anyhow::Result<()> {
    prerequisite::c_compiler()?;
    Venv::Local.make(workspace)?;
    let built = step("building the workspace and its end-to-end tests", || {
        build(workspace)
    })?;
    let folder = workspace.target("grants");
    std::fs::create_dir_all(&folder)?;
    // A copy, because another build must not change the tests while they run.
    let tests = folder.join("e2e");
    std::fs::copy(&built, &tests).with_context(|| format!("copying {}", built.display()))?;

    local::on_a_stack_in(workspace, &folder, || {
        run(&mut script(workspace, &folder, &tests, only))
    })
}

fn script(workspace: &Workspace, folder: &Path, tests: &Path, only: &str) -> Command {
    let mut script = isolated(Venv::Local.program(workspace, "python"), workspace);
    // Otherwise Python would show its progress only at the end.
    script
        .env("PYTHONUNBUFFERED", "1")
        .arg(workspace.root().join("infra/local/grants.py"))
        .arg("--stack")
        .arg(folder.join("stack.json"))
        .arg("--tests")
        .arg(tests)
        .arg(only);
    script
}

/// Builds the programs and the end-to-end tests with the features of all other commands, and
/// returns the path of the tests.
fn build(workspace: &Workspace) -> anyhow::Result<PathBuf> {
    let mut build = cargo(workspace);
    build.args(["build", "--locked", "--workspace", "--bins", "--test"]);
    build.args(["e2e", "--message-format", "json-render-diagnostics"]);
    let output = build.stderr(Stdio::inherit()).output()?;
    if !output.status.success() {
        bail!("the build failed: {}", output.status);
    }
    executable(&String::from_utf8_lossy(&output.stdout), "e2e")
        .context("cargo does not say where the end-to-end tests are")
}

/// Finds the path of the tests with that name in the JSON lines that cargo prints.
fn executable(messages: &str, name: &str) -> Option<PathBuf> {
    let named = format!("\"name\":\"{name}\"");
    messages
        .lines()
        .filter(|line| line.contains(&named))
        .find_map(|line| line.split("\"executable\":\"").nth(1)?.split('"').next())
        .map(PathBuf::from)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_tests_are_where_cargo_says() {
        let messages = [
            r#"{"reason":"compiler-artifact","target":{"name":"demo"},"executable":"/t/demo"}"#,
            r#"{"reason":"compiler-artifact","target":{"name":"e2e"},"executable":"/t/e2e-1"}"#,
            r#"{"reason":"build-finished","success":true}"#,
        ];
        let found = executable(&messages.join("\n"), "e2e");
        assert_eq!(found, Some(PathBuf::from("/t/e2e-1")));
        assert_eq!(executable(&messages.join("\n"), "load"), None);
    }
}
