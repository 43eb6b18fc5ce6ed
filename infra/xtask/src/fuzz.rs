//! `cargo xtask fuzz`: feeds any bytes to every parser of what stores send and answer.

use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context as _, ensure};

use crate::command::{cargo, isolated, run, run_quietly};
use crate::progress::{say, step};
use crate::workspace::Workspace;
use crate::{interrupt, prerequisite};

/// Flags with which cargo-fuzz compiles on a stable compiler: coverage, no sanitizer.
const FLAGS: &str = "-Cpasses=sancov-module \
                     -Cllvm-args=-sanitizer-coverage-level=4 \
                     -Cllvm-args=-sanitizer-coverage-inline-8bit-counters \
                     -Cllvm-args=-sanitizer-coverage-pc-table \
                     -Cllvm-args=-sanitizer-coverage-trace-compares";

/// Limits of one input: time in seconds, memory in MiB, length in bytes.
const LIMITS: [&str; 4] = [
    "-timeout=5",
    "-rss_limit_mb=1024",
    "-malloc_limit_mb=256",
    "-max_len=65536",
];

/// Fuzzes each parser for some seconds, `jobs` of them at a time. Inputs that break one are stored
/// among those that the tests replay.
///
/// # Errors
/// Names the parsers that broke.
pub fn parsers(workspace: &Workspace, only: &str, seconds: u64, jobs: usize) -> anyhow::Result<()> {
    prerequisite::c_compiler()?;
    let program = build(workspace)?;
    interrupt::watch()?;
    let names: Vec<String> = names(workspace)?
        .into_iter()
        .filter(|name| name.contains(only))
        .collect();
    ensure!(!names.is_empty(), "no parser's name contains {only:?}");
    let mut broken = Vec::new();
    for group in names.chunks(jobs.max(1)) {
        interrupt::check()?;
        step(&group.join(", "), || {
            let fuzzed = std::thread::scope(|scope| {
                let running: Vec<_> = group
                    .iter()
                    .map(|name| scope.spawn(|| fuzz(workspace, &program, name, seconds)))
                    .collect();
                running
                    .into_iter()
                    .map(std::thread::ScopedJoinHandle::join)
                    .collect::<Vec<_>>()
            });
            for (name, result) in group.iter().zip(fuzzed) {
                match result {
                    Ok(Ok(summary)) => say(&format!("  {name}: {summary}")),
                    Ok(Err(error)) => {
                        say(&format!("  {name}: {error:#}"));
                        broken.push(name.clone());
                    }
                    Err(_) => broken.push(name.clone()),
                }
            }
            Ok(())
        })?;
    }
    ensure!(broken.is_empty(), "broken: {}", broken.join(", "));
    Ok(())
}

fn build(workspace: &Workspace) -> anyhow::Result<PathBuf> {
    let target = workspace.target("fuzz");
    let triple = "x86_64-unknown-linux-gnu";
    step("building the fuzzer", || {
        let mut build = cargo(workspace);
        build
            .env("RUSTFLAGS", FLAGS)
            .arg("build")
            .arg("--release")
            // Named, so that programs that run while building are compiled without the flags.
            .args(["--target", triple, "--manifest-path"])
            .arg(folder(workspace).join("Cargo.toml"))
            .arg("--target-dir")
            .arg(&target);
        run(&mut build)
    })?;
    Ok(target.join(triple).join("release/fuzz"))
}

fn fuzz(workspace: &Workspace, program: &Path, name: &str, seconds: u64) -> anyhow::Result<String> {
    // Under `target`: what the fuzzer finds interesting is not worth being committed.
    let corpus = workspace.target(&format!("fuzz/corpus/{name}"));
    let kept = folder(workspace).join("inputs").join(name);
    fs::create_dir_all(&corpus)?;
    fs::create_dir_all(&kept)?;
    let log = workspace.target(&format!("fuzz/{name}.log"));
    let mut fuzz = isolated(program, workspace);
    fuzz.env("FUZZED", name)
        .arg(format!("-max_total_time={seconds}"))
        .arg(format!("-artifact_prefix={}/", kept.display()))
        .args(LIMITS)
        // The first folder is the one into which new inputs are written.
        .arg("-print_final_stats=1")
        .args([&corpus, &kept]);
    run_quietly(&mut fuzz, &log)?;
    let log = fs::read_to_string(&log)?;
    let executed = log
        .lines()
        .find_map(|line| line.strip_prefix("stat::number_of_executed_units:"))
        .context("the fuzzer did not say how much it tried")?;
    Ok(format!("{} inputs in {seconds} s", executed.trim()))
}

/// Returns the names of the parsers, each of which has a folder of inputs.
fn names(workspace: &Workspace) -> anyhow::Result<Vec<String>> {
    let mut names = Vec::new();
    for entry in fs::read_dir(folder(workspace).join("inputs"))? {
        names.extend(entry?.file_name().into_string());
    }
    names.sort();
    Ok(names)
}

fn folder(workspace: &Workspace) -> PathBuf {
    workspace.root().join("infra/fuzz")
}
