//! Builds for AWS.

use std::ffi::OsString;
use std::process::{Command, Stdio};

use anyhow::Context as _;

use crate::command::run;
use crate::progress::step;
use crate::python::Venv;
use crate::workspace::Workspace;

/// Runs `sam build` for all functions, in release, for the architecture that the section names.
///
/// # Errors
/// If it fails.
pub fn build(workspace: &Workspace, config_env: &str, more: &[String]) -> anyhow::Result<()> {
    Venv::Deploy.make(workspace)?;
    // Its version is pinned with the requirements, so that everybody builds alike.
    step("sam build", || {
        // Not isolated: a deployment is meant for the person's own account.
        let mut sam = Command::new(Venv::Deploy.program(workspace, "sam"));
        sam.current_dir(workspace.root())
            .stdin(Stdio::null())
            .env("PATH", path_with_tools(workspace)?)
            .env("SAM_CLI_TELEMETRY", "0")
            .args(["build", "--config-env", config_env])
            .args(more);
        run(&mut sam)
    })
}

/// Returns a `PATH` on which `sam` finds `cargo lambda`, and that finds `zig`: both are in the same
/// environment.
fn path_with_tools(workspace: &Workspace) -> anyhow::Result<OsString> {
    let own = Venv::Deploy.folder(workspace).join("bin");
    let theirs = std::env::var_os("PATH").unwrap_or_default();
    std::env::join_paths(std::iter::once(own).chain(std::env::split_paths(&theirs)))
        .context("PATH can't hold the folder of the workspace")
}
