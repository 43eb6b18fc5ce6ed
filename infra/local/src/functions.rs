//! Layout of the functions as `sam build` would produce it: `<name>/bootstrap`.

use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context as _, bail};

use crate::layout::Layout;

/// Puts every function's program into `target/local/functions`. Returns that folder.
///
/// These are the programs that the tests share, without debug symbols: a tenth of the bytes to
/// upload and to start.
///
/// # Errors
/// If a program is missing.
pub fn lay_out(layout: &Layout) -> anyhow::Result<PathBuf> {
    let folder = layout.local("functions");
    std::thread::scope(|scope| {
        let copies: Vec<_> = layout
            .functions()?
            .into_iter()
            .map(|name| {
                let program = layout.program(&name);
                let bootstrap = folder.join(&name).join("bootstrap");
                scope.spawn(move || strip(&program, &bootstrap).context(name))
            })
            .collect();
        for copy in copies {
            copy.join().unwrap_or_else(|_| bail!("copying panicked"))?;
        }
        Ok(folder)
    })
}

/// Makes a copy without symbols, unless one exists that is newer than the program. Makes a plain
/// copy where `strip` is not installed.
fn strip(program: &Path, copy: &Path) -> anyhow::Result<()> {
    let modified = |path: &Path| path.metadata().and_then(|found| found.modified());
    let built = modified(program).with_context(|| format!("{} is not built", program.display()))?;
    if modified(copy).is_ok_and(|copied| copied > built) {
        return Ok(());
    }
    if let Some(folder) = copy.parent() {
        std::fs::create_dir_all(folder)?;
    }
    let stripped = Command::new("strip")
        .arg("-o")
        .args([copy, program])
        .status();
    if !stripped.is_ok_and(|status| status.success()) {
        std::fs::copy(program, copy)?;
    }
    Ok(())
}
