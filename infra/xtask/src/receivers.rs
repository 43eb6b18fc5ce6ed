//! Tests of the sample receivers in `docs/receivers`: one suite, run once for each of them.

use std::fs;
use std::path::{Path, PathBuf};

use crate::command::{isolated, run_quietly};
use crate::node;
use crate::progress::step;
use crate::python::Venv;
use crate::workspace::Workspace;

const SOURCES: &str = "docs/receivers";

/// Installs what the receivers and their suite need, and runs the suite.
///
/// # Errors
/// If something can't be installed, or a receiver fails the suite.
pub fn alone(workspace: &Workspace) -> anyhow::Result<()> {
    Venv::Checks.make(workspace)?;
    check(workspace)
}

/// Checks the types of the receiver in TypeScript and runs the suite for each receiver.
///
/// # Errors
/// The first one that fails.
pub fn check(workspace: &Workspace) -> anyhow::Result<()> {
    Venv::NodePeer.make(workspace)?;
    Venv::PythonReceiver.make(workspace)?;
    let typescript = typescript(workspace)?;
    let node = node::program(workspace)?;
    let main = typescript.join("src/main.ts");
    suite(workspace, "TypeScript", Path::new(&node), &main)?;
    let python = Venv::PythonReceiver.program(workspace, "python");
    let main = workspace.root().join(SOURCES).join("python/receiver.py");
    suite(workspace, "Python", &python, &main)
}

/// Installs the packages outside of the sources, unless they are there, and checks the types.
/// Returns the folder.
fn typescript(workspace: &Workspace) -> anyhow::Result<PathBuf> {
    let sources = workspace.root().join(SOURCES).join("typescript");
    let folder = workspace.target("receivers/typescript");
    // A source that was removed must not stay there.
    if folder.join("src").exists() {
        fs::remove_dir_all(folder.join("src"))?;
    }
    node::copy(&sources, &folder)?;
    node::copy(&sources.join("src"), &folder.join("src"))?;
    install(workspace, &folder)?;
    step("types of the receiver in TypeScript", || {
        node::npm(workspace, &folder, &["run", "check"])
    })?;
    Ok(folder)
}

/// Runs `npm ci`, unless the installed packages are those of the lock file.
fn install(workspace: &Workspace, folder: &Path) -> anyhow::Result<()> {
    let wanted = fs::read(folder.join("package-lock.json"))?;
    let stamp = folder.join("made-from.json");
    if fs::read(&stamp).is_ok_and(|found| found == wanted) {
        return Ok(());
    }
    step(
        "installing Node packages for the receiver in TypeScript",
        || {
            node::npm(workspace, folder, &["ci", "--no-audit", "--no-fund"])?;
            // Last, so that an installation that was interrupted is made again.
            Ok(fs::write(&stamp, &wanted)?)
        },
    )
}

/// Runs the suite for the receiver that this program starts from this file.
fn suite(workspace: &Workspace, language: &str, program: &Path, main: &Path) -> anyhow::Result<()> {
    step(&format!("suite of the receiver in {language}"), || {
        let mut suite = isolated(Venv::Checks.program(workspace, "python"), workspace);
        suite
            .current_dir(workspace.root().join(SOURCES).join("tests"))
            .env("RECEIVER_PROGRAM", program)
            .env("RECEIVER_MAIN", main)
            // Python would write compiled modules beside the sources.
            .env("PYTHONDONTWRITEBYTECODE", "1")
            .args(["-m", "unittest", "discover"]);
        let log = workspace.target(&format!("xtask/receiver-{language}.log"));
        run_quietly(&mut suite, &log)
    })
}
