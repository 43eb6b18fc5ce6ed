//! `cargo xtask figures`: writes `docs/costs.md` and `docs/capacity.md` from counted calls.

use crate::command::{cargo, run};
use crate::progress::step;
use crate::workspace::Workspace;

/// Runs the test that counts, and lets it write the pages instead of comparing them.
///
/// # Errors
/// If a flow fails, or a limit is used too far.
pub fn write(workspace: &Workspace) -> anyhow::Result<()> {
    step("counting what each flow costs", || {
        let mut test = cargo(workspace);
        // With `build-once`, every dependency has the features of the whole workspace.
        test.args(["test", "--locked", "--quiet"]);
        test.args(["-p", "local-stack", "-p", "build-once"]);
        test.args(["--test", "figures"]);
        run(test.env("WRITE_FIGURES", "1"))
    })
}
