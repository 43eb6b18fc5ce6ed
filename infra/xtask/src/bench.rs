//! `cargo xtask bench`: builds the functions as they are deployed and their peers in other
//! languages, and starts the program in `bench/runner`, which measures them and writes
//! `docs/performance.md`.

use std::fs;
use std::path::PathBuf;

use crate::command::{cargo, isolated, run};
use crate::node;
use crate::prerequisite;
use crate::progress::step;
use crate::python::Venv;
use crate::workspace::Workspace;

const PAGE: &str = "docs/performance.md";

/// Measures and writes the page.
///
/// # Errors
/// If something can't be built, installed or measured.
pub fn measure(workspace: &Workspace, quick: bool) -> anyhow::Result<()> {
    prerequisite::c_compiler()?;
    step("building the functions", || {
        build(workspace, &functions(workspace)?)
    })?;
    // On its own: together, its dependencies would add features to the functions.
    step("building the measurement", || {
        build(workspace, &["bench".to_owned()])
    })?;
    Venv::NodePeer.make(workspace)?;
    Venv::PythonPeer.make(workspace)?;
    let node_peers = node_peers(workspace)?;
    let python_peers = workspace.target("bench/python");
    // Outside of the sources, because Python writes compiled modules beside them.
    node::copy(&workspace.root().join("bench/peers/python"), &python_peers)?;
    step("measuring", || {
        let mut runner = isolated(workspace.target("release/bench"), workspace);
        runner
            .arg("--functions")
            .arg(workspace.target("release"))
            .arg("--node")
            .arg(node::program(workspace)?)
            .arg("--node-peers")
            .arg(node_peers)
            .arg("--python")
            .arg(Venv::PythonPeer.program(workspace, "python"))
            .arg("--python-peers")
            .arg(python_peers)
            .arg("--page")
            .arg(workspace.root().join(PAGE));
        if quick {
            runner.arg("--quick");
        }
        run(&mut runner)
    })
}

fn build(workspace: &Workspace, packages: &[String]) -> anyhow::Result<()> {
    let mut build = cargo(workspace);
    build.args(["build", "--locked", "--release"]);
    for package in packages {
        build.args(["--package", package]);
    }
    run(&mut build)
}

/// Returns the packages of the functions and of the empty one.
fn functions(workspace: &Workspace) -> anyhow::Result<Vec<String>> {
    let mut names = vec!["empty-handler".to_owned()];
    for entry in fs::read_dir(workspace.root().join("functions"))? {
        let entry = entry?;
        if entry.path().join("Cargo.toml").exists() {
            names.extend(entry.file_name().into_string());
        }
    }
    names.sort();
    Ok(names)
}

/// Installs the packages of the Node peers and bundles them, outside of the sources. Returns their
/// folder.
fn node_peers(workspace: &Workspace) -> anyhow::Result<PathBuf> {
    let sources = workspace.root().join("bench/peers/node");
    let folder = workspace.target("bench/node");
    node::copy(&sources, &folder)?;
    node::copy(&sources.join("src"), &folder.join("src"))?;
    step("building the peers in Node", || {
        node::npm(workspace, &folder, &["ci", "--no-audit", "--no-fund"])?;
        node::npm(workspace, &folder, &["run", "build"])
    })?;
    Ok(folder)
}
