//! Paths of the workspace.

use std::path::{Path, PathBuf};

use anyhow::Context as _;

/// Folders of this workspace.
#[derive(Debug, Clone)]
pub struct Workspace {
    root: PathBuf,
    target: PathBuf,
}

impl Workspace {
    /// Finds the workspace from which this program was built.
    ///
    /// # Errors
    /// If its folder is gone.
    pub fn find() -> anyhow::Result<Self> {
        let root = Path::new(env!("CARGO_MANIFEST_DIR"))
            .join("../..")
            .canonicalize()
            .context("the workspace that xtask was built in is gone")?;
        // The program is at target/debug/xtask, and CARGO_TARGET_DIR may have moved `target`.
        let program = std::env::current_exe().context("where is xtask?")?;
        let target = program
            .ancestors()
            .nth(2)
            .map_or_else(|| root.join("target"), Path::to_path_buf);
        Ok(Self { root, target })
    }

    /// Returns the folder of `template.yaml`.
    #[must_use]
    pub fn root(&self) -> &Path {
        &self.root
    }

    /// Returns the path of a file or folder below `target`.
    #[must_use]
    pub fn target(&self, path: &str) -> PathBuf {
        self.target.join(path)
    }

    /// Returns the path of a program of this workspace, in the profile that demo and tests share.
    #[must_use]
    pub fn program(&self, name: &str) -> PathBuf {
        self.target.join("debug").join(name)
    }
}
