//! Check that `sam build` notices a change in a crate that functions share.
//!
//! SAM's cache compares only the folder of a function (`CodeUri`). With it, a deployment after a
//! change below `shared` would ship the programs of before. The check builds a small workspace of
//! the same layout twice, with the settings of `samconfig.toml`.

use std::fs;
use std::os::unix::fs::PermissionsExt as _;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use anyhow::{Context as _, ensure};

use crate::command::{isolated, run_quietly};
use crate::python::Venv;
use crate::workspace::Workspace;

const TEMPLATE: &str = "\
AWSTemplateFormatVersion: '2010-09-09'
Transform: AWS::Serverless-2016-10-31
Resources:
  One:
    Type: AWS::Serverless::Function
    Metadata: { BuildMethod: rust-cargolambda }
    Properties: { CodeUri: functions/one, Handler: bootstrap, Runtime: provided.al2023 }
";

/// Stands for `cargo lambda`, whose cross-compiling needs a linker of its own: compiles for this
/// machine and puts the program where SAM expects it.
const CARGO_LAMBDA: &str = "\
#!/bin/sh
set -e
\"$CARGO\" build --release --offline
target=$(dirname \"$(dirname \"$PWD\")\")/target
mkdir -p \"$target/lambda/one\"
cp \"$target/release/one\" \"$target/lambda/one/bootstrap\"
";

/// Builds, changes the shared crate, builds again and runs what came out.
///
/// # Errors
/// If a build fails, or the second one has the program of the first.
pub fn check(workspace: &Workspace) -> anyhow::Result<()> {
    let folder = workspace.target("xtask/rebuild");
    if folder.exists() {
        fs::remove_dir_all(&folder)?;
    }
    lay_out(workspace, &folder)?;
    for said in ["before", "after"] {
        let shared = format!("pub const SAID: &str = {said:?};\n");
        write(&folder, "shared/said/src/lib.rs", &shared)?;
        build(workspace, &folder)?;
        let program = folder.join(".aws-sam/build/One/bootstrap");
        let output = Command::new(&program)
            .stdin(Stdio::null())
            .output()
            .with_context(|| format!("{} can't be run", program.display()))?;
        let printed = String::from_utf8_lossy(&output.stdout);
        ensure!(
            printed.trim() == said,
            "sam build shipped a program that prints {printed:?} instead of {said:?}: \
             samconfig.toml must not let SAM use its cache"
        );
    }
    Ok(())
}

/// Writes a workspace of one function and one shared crate, with the real `samconfig.toml`.
fn lay_out(workspace: &Workspace, folder: &Path) -> anyhow::Result<()> {
    let package = |name: &str, more: &str| {
        format!("[package]\nname = {name:?}\nversion = \"0.1.0\"\nedition = \"2024\"\n{more}")
    };
    let files = [
        ("template.yaml", TEMPLATE.to_owned()),
        (
            "Cargo.toml",
            "[workspace]\nresolver = \"3\"\nmembers = [\"functions/*\", \"shared/*\"]\n".to_owned(),
        ),
        (
            "functions/one/Cargo.toml",
            package(
                "one",
                "[dependencies]\nsaid = { path = \"../../shared/said\" }\n",
            ),
        ),
        (
            "functions/one/src/main.rs",
            "fn main() {\n    println!(\"{}\", said::SAID);\n}\n".to_owned(),
        ),
        ("shared/said/Cargo.toml", package("said", "")),
        ("shared/said/src/lib.rs", String::new()),
    ];
    for (path, text) in files {
        write(folder, path, &text)?;
    }
    fs::copy(
        workspace.root().join("samconfig.toml"),
        folder.join("samconfig.toml"),
    )?;
    let program = write(folder, "bin/cargo-lambda", CARGO_LAMBDA)?;
    fs::set_permissions(program, fs::Permissions::from_mode(0o755))?;
    Ok(())
}

fn write(folder: &Path, path: &str, text: &str) -> anyhow::Result<PathBuf> {
    let file = folder.join(path);
    if let Some(parent) = file.parent() {
        fs::create_dir_all(parent)?;
    }
    fs::write(&file, text)?;
    Ok(file)
}

fn build(workspace: &Workspace, folder: &Path) -> anyhow::Result<()> {
    let theirs = std::env::var_os("PATH").unwrap_or_default();
    let path = std::iter::once(folder.join("bin")).chain(std::env::split_paths(&theirs));
    let mut sam = isolated(Venv::Deploy.program(workspace, "sam"), workspace);
    sam.current_dir(folder)
        .env("PATH", std::env::join_paths(path)?)
        // Of the cargo that runs this program; a shared target folder would not be this workspace's.
        .env_remove("CARGO_TARGET_DIR")
        .args(["build", "--config-env", "production"]);
    run_quietly(&mut sam, &workspace.target("xtask/sam-rebuild.log"))
}
