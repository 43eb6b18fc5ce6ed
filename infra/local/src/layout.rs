//! Locations of the local stack's files.

use std::path::{Path, PathBuf};

use anyhow::Context as _;

/// Folders of this workspace, as the programs in `target/debug` see them.
#[derive(Debug, Clone)]
pub struct Layout {
    root: PathBuf,
    target: PathBuf,
    local: PathBuf,
}

impl Layout {
    /// Finds the workspace from which this program was built.
    ///
    /// The stack's own files are in `target/local`, or in the folder that `LOCAL_STACK_FOLDER`
    /// names: stacks in different folders run side by side.
    ///
    /// # Errors
    /// If its folder no longer exists.
    pub fn find() -> anyhow::Result<Self> {
        let root = Path::new(env!("CARGO_MANIFEST_DIR"))
            .join("../..")
            .canonicalize()
            .context("the workspace is gone")?;
        let program = std::env::current_exe()?;
        let target = program
            .ancestors()
            .find(|folder| folder.join("CACHEDIR.TAG").exists())
            .map_or_else(|| root.join("target"), Path::to_path_buf);
        let local = match std::env::var_os("LOCAL_STACK_FOLDER") {
            Some(folder) => std::path::absolute(folder)?,
            None => target.join("local"),
        };
        Ok(Self {
            root,
            target,
            local,
        })
    }

    /// Returns the path of `template.yaml`.
    #[must_use]
    pub fn template(&self) -> PathBuf {
        self.root.join("template.yaml")
    }

    /// Returns the path of a Python script of `infra/local`.
    #[must_use]
    pub fn script(&self, name: &str) -> PathBuf {
        self.root.join("infra/local").join(name)
    }

    /// Returns the Python interpreter that has the local AWS; `cargo xtask` installs it.
    #[must_use]
    pub fn python(&self) -> PathBuf {
        self.target.join("venvs/local/bin/python")
    }

    /// Returns the path of a program of the workspace.
    #[must_use]
    pub fn program(&self, name: &str) -> PathBuf {
        self.target.join("debug").join(name)
    }

    /// Returns the names of all functions, in alphabetical order.
    ///
    /// # Errors
    /// If `functions` cannot be read.
    pub fn functions(&self) -> anyhow::Result<Vec<String>> {
        let mut names = Vec::new();
        for entry in std::fs::read_dir(self.root.join("functions"))? {
            let entry = entry?;
            if entry.path().join("Cargo.toml").exists() {
                names.push(entry.file_name().to_string_lossy().into_owned());
            }
        }
        names.sort();
        Ok(names)
    }

    /// Returns the path of a file or folder of the running stack.
    #[must_use]
    pub fn local(&self, path: &str) -> PathBuf {
        self.local.join(path)
    }

    /// Returns the path of the running stack's description.
    #[must_use]
    pub fn stack_json(&self) -> PathBuf {
        self.local("stack.json")
    }
}
