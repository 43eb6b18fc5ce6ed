//! Where the local stack finds and keeps its files.

use std::path::{Path, PathBuf};

use anyhow::Context as _;

/// The folders of this workspace, as the programs in `target/debug` see them.
#[derive(Debug, Clone)]
pub struct Layout {
    root: PathBuf,
    target: PathBuf,
    local: PathBuf,
}

impl Layout {
    /// The workspace that this program was built from.
    ///
    /// The stack's own files are in `target/local`, or in the folder that `LOCAL_STACK_FOLDER` names:
    /// stacks in different folders run beside each other.
    ///
    /// # Errors
    /// If its folder is gone.
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

    /// `template.yaml`.
    #[must_use]
    pub fn template(&self) -> PathBuf {
        self.root.join("template.yaml")
    }

    /// A Python script of `infra/local`.
    #[must_use]
    pub fn script(&self, name: &str) -> PathBuf {
        self.root.join("infra/local").join(name)
    }

    /// The Python that has the local AWS; `cargo xtask` installs it.
    #[must_use]
    pub fn python(&self) -> PathBuf {
        self.target.join("venvs/local/bin/python")
    }

    /// A program of the workspace.
    #[must_use]
    pub fn program(&self, name: &str) -> PathBuf {
        self.target.join("debug").join(name)
    }

    /// The names of all functions, in alphabetical order.
    ///
    /// # Errors
    /// If `functions` can't be read.
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

    /// A file or folder of the running stack.
    #[must_use]
    pub fn local(&self, path: &str) -> PathBuf {
        self.local.join(path)
    }

    /// The description of the running stack.
    #[must_use]
    pub fn stack_json(&self) -> PathBuf {
        self.local("stack.json")
    }
}
