//! Node and npm, which are installed as a Python package.

use std::fs;
use std::path::Path;

use anyhow::bail;

use crate::command::{isolated, run_quietly};
use crate::python::Venv;
use crate::workspace::Workspace;

/// Returns the path of Node itself: the program of the environment is a script that starts it.
///
/// # Errors
/// If the environment is not made, or Node can't be started.
pub fn program(workspace: &Workspace) -> anyhow::Result<String> {
    let mut node = isolated(Venv::NodePeer.program(workspace, "node"), workspace);
    let output = node.args(["--print", "process.execPath"]).output()?;
    if !output.status.success() {
        bail!("node can't be started: {}", output.status);
    }
    Ok(String::from_utf8(output.stdout)?.trim().to_owned())
}

/// Runs npm in a folder, outside of the sources.
///
/// # Errors
/// If npm can't be started or fails.
pub fn npm(workspace: &Workspace, folder: &Path, arguments: &[&str]) -> anyhow::Result<()> {
    let mut npm = isolated(Venv::NodePeer.program(workspace, "npm"), workspace);
    npm.current_dir(folder)
        // Its scripts look for `node` there.
        .env("PATH", Venv::NodePeer.path(workspace)?)
        .args(arguments);
    run_quietly(&mut npm, &workspace.target("xtask/npm.log"))
}

/// Copies the files of a folder, without the folders in it.
///
/// # Errors
/// If a file can't be read or written.
pub fn copy(from: &Path, to: &Path) -> anyhow::Result<()> {
    fs::create_dir_all(to)?;
    for entry in fs::read_dir(from)? {
        let entry = entry?;
        if entry.file_type()?.is_file() {
            fs::copy(entry.path(), to.join(entry.file_name()))?;
        }
    }
    Ok(())
}
