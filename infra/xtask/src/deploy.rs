//! Builds for AWS.

use std::process::{Command, Stdio};

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
            // `sam` looks for `cargo lambda` and `zig`, which are in the same environment.
            .env("PATH", Venv::Deploy.path(workspace)?)
            .env("SAM_CLI_TELEMETRY", "0")
            .args(["build", "--config-env", config_env])
            .args(more);
        run(&mut sam)
    })
}
