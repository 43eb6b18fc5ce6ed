//! Checks of `template.yaml` and of the build that it describes.

use anyhow::bail;

use crate::command::{isolated, run_quietly};
use crate::progress::step;
use crate::python::Venv;
use crate::rebuild;
use crate::workspace::Workspace;

/// Installs the tools and runs all checks.
///
/// # Errors
/// If a tool can't be installed, or a check finds a fault.
pub fn alone(workspace: &Workspace) -> anyhow::Result<()> {
    Venv::Checks.make(workspace)?;
    Venv::Deploy.make(workspace)?;
    check(workspace)
}

/// Runs `sam validate --lint`, all rules of cfn-lint, and checkov, checks that every function can be
/// deployed gradually, and has `sam build` notice a change in a shared crate.
///
/// # Errors
/// The first one that finds a fault.
pub fn check(workspace: &Workspace) -> anyhow::Result<()> {
    step("sam validate --lint", || {
        let mut sam = isolated(Venv::Deploy.program(workspace, "sam"), workspace);
        let log = workspace.target("xtask/sam-validate.log");
        run_quietly(sam.args(["validate", "--lint"]), &log)
    })?;
    step("cfn-lint", || {
        let mut lint = isolated(Venv::Deploy.program(workspace, "cfn-lint"), workspace);
        run_quietly(
            lint.arg("template.yaml"),
            &workspace.target("xtask/cfn-lint.log"),
        )
    })?;
    step("checkov", || checkov(workspace))?;
    step("gradual deployment of every function", || {
        let mut check = isolated(Venv::Deploy.program(workspace, "python"), workspace);
        check.args(["infra/local/deployments.py", "template.yaml"]);
        run_quietly(&mut check, &workspace.target("xtask/deployments.log"))
    })?;
    step("sam build after a change in a shared crate", || {
        rebuild::check(workspace)
    })
}

fn checkov(workspace: &Workspace) -> anyhow::Result<()> {
    let log = workspace.target("xtask/checkov.log");
    let mut checkov = isolated(Venv::Checks.program(workspace, "checkov"), workspace);
    checkov.args(["--file", "template.yaml", "--framework", "cloudformation"]);
    run_quietly(
        checkov.args(["--compact", "--quiet", "--skip-download"]),
        &log,
    )?;
    if !has_looked(&std::fs::read_to_string(&log)?) {
        bail!("checkov could not read the template: {}", log.display());
    }
    Ok(())
}

/// Whether checkov checked something: it also succeeds if it can't parse the file.
fn has_looked(printed: &str) -> bool {
    printed.contains("Passed checks: ")
        && !printed.contains("Passed checks: 0,")
        && !printed.contains("Parsing errors")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_template_that_checkov_cannot_parse_does_not_pass() {
        assert!(has_looked(
            "Passed checks: 115, Failed checks: 0, Skipped checks: 48"
        ));
        assert!(!has_looked(
            "Passed checks: 0, Failed checks: 0, Skipped checks: 0, Parsing errors: 1"
        ));
        assert!(!has_looked(""));
    }
}
