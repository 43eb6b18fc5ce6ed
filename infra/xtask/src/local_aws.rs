//! Tests of the local AWS itself.

use crate::command::{isolated, run_quietly};
use crate::progress::step;
use crate::python::Venv;
use crate::workspace::Workspace;

/// Runs the Python tests in `infra/local/tests_python`, which start the local AWS on a free port.
/// They need its environment and no compiled code.
///
/// # Errors
/// If one fails; the error contains the end of the output.
pub fn check(workspace: &Workspace) -> anyhow::Result<()> {
    step("tests of the local AWS", || {
        let mut tests = isolated(Venv::Local.program(workspace, "python"), workspace);
        tests.args(["-m", "unittest", "discover"]);
        tests.args(["--start-directory", "infra/local/tests_python"]);
        run_quietly(&mut tests, &workspace.target("xtask/local-aws-tests.log"))
    })
}
