//! Prerequisites of a machine. Everything else is installed under `target`.

use std::process::Command;

use anyhow::bail;

/// Oldest Python on which the pinned packages run.
const OLDEST_PYTHON: (u32, u32) = (3, 10);

/// Python of the peers in `bench`.
const LAMBDA_PYTHON: &str = "3.13";

/// Message where Python is missing or too old.
const PYTHON_NEEDED: &str = "Python 3.10 or newer with its venv module is needed \
     (on Debian and Ubuntu: apt-get install python3-venv)";

/// Returns a Python that can create virtual environments.
///
/// # Errors
/// One sentence that names what is missing.
pub fn python() -> anyhow::Result<String> {
    for name in ["python3", "python"] {
        let Some(printed) = output(name, &["-c", "import sys; print(*sys.version_info[:2])"])
        else {
            continue;
        };
        if version(&printed).is_none_or(|found| found < OLDEST_PYTHON) {
            continue;
        }
        // Debian has Python without these modules unless a package is installed.
        if output(name, &["-c", "import venv, ensurepip"]).is_some() {
            return Ok(name.to_owned());
        }
    }
    bail!(PYTHON_NEEDED)
}

/// Returns a Python of the version that the peers would be deployed with, or else [`python`].
///
/// # Errors
/// Those of [`python`].
pub fn lambda_python() -> anyhow::Result<String> {
    let name = format!("python{LAMBDA_PYTHON}");
    let of_pyenv = || {
        let prefix = output("pyenv", &["prefix", LAMBDA_PYTHON])?;
        Some(format!("{}/bin/{name}", prefix.trim()))
    };
    let mut found = [Some(name.clone()), of_pyenv()].into_iter().flatten();
    match found.find(|python| output(python, &["-c", "import venv, ensurepip"]).is_some()) {
        Some(python) => Ok(python),
        None => python(),
    }
}

/// Checks that there is a C compiler and linker: Rust links with it, and the TLS library is written
/// in C.
///
/// # Errors
/// One sentence that names what is missing.
pub fn c_compiler() -> anyhow::Result<()> {
    let chosen = std::env::var("CC").unwrap_or_else(|_| "cc".to_owned());
    if output(&chosen, &["--version"]).is_none() {
        bail!("a C compiler is needed (on Debian and Ubuntu: apt-get install build-essential)");
    }
    Ok(())
}

/// Returns the output of a program, if it exists and succeeds.
fn output(program: &str, arguments: &[&str]) -> Option<String> {
    let output = Command::new(program).args(arguments).output().ok()?;
    output
        .status
        .success()
        .then(|| String::from_utf8_lossy(&output.stdout).into_owned())
}

/// Parses `3 11` to numbers.
fn version(printed: &str) -> Option<(u32, u32)> {
    let mut parts = printed.split_whitespace().map(str::parse);
    Some((parts.next()?.ok()?, parts.next()?.ok()?))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn versions_are_compared_as_numbers() {
        assert!(version("3 9\n") < Some(OLDEST_PYTHON));
        assert!(version("3 10\n") >= Some(OLDEST_PYTHON));
        assert!(version("3 14") >= Some(OLDEST_PYTHON));
        assert_eq!(version("three"), None);
    }

    #[test]
    fn a_program_that_is_not_there_prints_nothing() {
        assert_eq!(output("no-such-program-anywhere", &[]), None);
    }
}
