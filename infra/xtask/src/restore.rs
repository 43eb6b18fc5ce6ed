//! `cargo xtask restore`: tries the runbook `docs/restore.md` on the local AWS.

use crate::command::{isolated, run};
use crate::local;
use crate::python::Venv;
use crate::workspace::Workspace;

/// Restores all tables of a stack of its own, attaches them, and uses the stack on them.
///
/// # Errors
/// If the stack does not serve or announce what it should afterwards.
pub fn check(workspace: &Workspace) -> anyhow::Result<()> {
    local::prepare(workspace)?;
    let folder = workspace.target("restore");
    local::on_a_stack_in(workspace, &folder, || {
        let mut script = isolated(Venv::Local.program(workspace, "python"), workspace);
        script
            // Otherwise Python would show its progress only at the end.
            .env("PYTHONUNBUFFERED", "1")
            .arg("infra/local/restore.py")
            .arg("--stack")
            .arg(folder.join("stack.json"));
        run(&mut script)
    })
}
