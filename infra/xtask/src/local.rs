//! Local AWS: start, stop, and the demo on it.

use std::path::Path;
use std::process::Command;

use crate::command::{cargo, isolated, run};
use crate::progress::step;
use crate::python::Venv;
use crate::workspace::Workspace;
use crate::{interrupt, prerequisite};

/// Builds the workspace while the Python packages are installed.
///
/// # Errors
/// If either fails.
pub fn prepare(workspace: &Workspace) -> anyhow::Result<()> {
    prerequisite::c_compiler()?;
    std::thread::scope(|scope| {
        // At the same time: one waits for downloads, the other for the processor.
        let packages = scope.spawn(|| Venv::Local.make(workspace));
        let built = step("building the workspace", || {
            // Always the whole workspace: with other packages chosen, cargo would unify other
            // features and compile the dependencies a second time. `bench` adds no features, but a
            // database.
            run(cargo(workspace).args(["build", "--workspace", "--exclude", "bench"]))
        });
        let installed = packages
            .join()
            .unwrap_or_else(|_| anyhow::bail!("the installation panicked"));
        built.and(installed)
    })
}

/// Builds the command `local-stack <command>` of this workspace.
pub fn local_stack(workspace: &Workspace, command: &str) -> Command {
    let mut local_stack = isolated(workspace.program("local-stack"), workspace);
    local_stack.arg(command);
    local_stack
}

/// Starts a stack whose files are in `folder`, runs `work` on it, and stops it whatever happens.
/// Another stack may be up at the same time.
///
/// # Errors
/// If the stack can't be started or stopped, or those of `work`.
pub fn on_a_stack_in(
    workspace: &Workspace,
    folder: &Path,
    work: impl FnOnce() -> anyhow::Result<()>,
) -> anyhow::Result<()> {
    std::fs::create_dir_all(folder)?;
    interrupt::watch()?;
    let command = |name| {
        let mut local_stack = local_stack(workspace, name);
        local_stack.env("LOCAL_STACK_FOLDER", folder);
        local_stack
    };
    let started = step("starting the local AWS", || run(&mut command("up")));
    let done = started.and_then(|()| work());
    done.and(run(&mut command("down"))).and(interrupt::check())
}

/// Starts the local AWS.
///
/// # Errors
/// If it can't be built or started.
pub fn up(workspace: &Workspace) -> anyhow::Result<()> {
    prepare(workspace)?;
    run(&mut local_stack(workspace, "up"))
}

/// Stops the local AWS.
///
/// # Errors
/// If it can't be stopped.
pub fn down(workspace: &Workspace) -> anyhow::Result<()> {
    // Never built, so it can't be up.
    if !workspace.program("local-stack").exists() {
        return Ok(());
    }
    run(&mut local_stack(workspace, "down"))
}

/// Runs the demo of a store, or of `all`. It starts the local AWS, and stops it whatever happens,
/// unless `keep`.
///
/// # Errors
/// If the demo fails.
pub fn demo(workspace: &Workspace, store: &str, keep: bool) -> anyhow::Result<()> {
    prepare(workspace)?;
    interrupt::watch()?;
    let mut demo = isolated(workspace.program("demo"), workspace);
    demo.args(["--store", store]);
    if keep {
        demo.arg("--keep");
    }
    let shown = run(&mut demo);
    // Kept only if it works: the remains of a failed demo are of no use.
    if keep && shown.is_ok() {
        return Ok(());
    }
    shown.and(down(workspace)).and(interrupt::check())
}
