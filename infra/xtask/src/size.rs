//! `cargo xtask size`: the sizes of the functions, and the time from their start to their first
//! request, compared with an empty function.

use std::fs;
use std::io::{BufRead as _, BufReader};
use std::net::TcpListener;
use std::path::Path;
use std::process::Stdio;
use std::time::{Duration, Instant};

use anyhow::{Context as _, bail};

use crate::command::{cargo, isolated, run};
use crate::interrupt;
use crate::prerequisite;
use crate::progress::{say, step};
use crate::workspace::Workspace;

/// Number of times that each function is started.
const STARTS: usize = 21;

/// Longest duration of a start.
const LIMIT: Duration = Duration::from_secs(10);

const EMPTY: &str = "empty-handler";

/// Environment variables of every function on AWS, with values that are never used here.
const VARIABLES: [(&str, &str); 16] = [
    ("STAGE", "sandbox"),
    ("LOG_LEVEL", "error"),
    ("LOCAL_STACK", "false"),
    ("BROADCASTERS_TABLE", "broadcasters"),
    ("PURCHASES_TABLE", "purchases"),
    ("SUBSCRIPTIONS_TABLE", "subscriptions"),
    ("EVENTS_TABLE", "events"),
    ("VERIFICATION_QUEUE_URL", "http://127.0.0.1:9/verification"),
    (
        "VERIFICATION_DEAD_LETTER_QUEUE_URL",
        "http://127.0.0.1:9/dead",
    ),
    ("TOPIC_ARN_PREFIX", "arn:aws:sns:us-east-1:123456789012:x-"),
    ("SECRET_PREFIX", "x/"),
    ("RESOURCE_PREFIX", "x-"),
    ("QUEUE_ARN_PREFIX", "arn:aws:sqs:us-east-1:123456789012:x-"),
    ("ALARM_TOPIC_ARN", ""),
    ("METRICS_NAMESPACE", "PurchaseBeacon/x"),
    ("AWS_LAMBDA_FUNCTION_VERSION", "1"),
];

/// Builds the functions for this machine in a profile, and prints the table.
///
/// # Errors
/// If a function can't be built or does not request its first event.
pub fn list(workspace: &Workspace, profile: &str) -> anyhow::Result<()> {
    prerequisite::c_compiler()?;
    let mut names = functions(workspace)?;
    names.push(EMPTY.to_owned());
    step("building the functions", || {
        let mut build = cargo(workspace);
        // Only these packages: the features of the tests' dependencies would make the functions
        // larger.
        build.args(["build", "--locked", "--profile", profile]);
        for name in &names {
            build.args(["--package", name]);
        }
        run(&mut build)
    })?;
    interrupt::watch()?;
    let folder = if profile == "dev" { "debug" } else { profile };
    let program = |name: &str| workspace.target(folder).join(name);
    let mut taken: Vec<Vec<Duration>> = vec![Vec::new(); names.len()];
    step("starting each", || {
        // In turns, so that other load on the machine affects all of them alike.
        for _ in 0..STARTS {
            interrupt::check()?;
            for (name, taken) in names.iter().zip(&mut taken) {
                let first = first_request(workspace, &program(name), name);
                taken.push(first.with_context(|| name.clone())?);
            }
        }
        Ok(())
    })?;
    let mut rows = Vec::new();
    for (name, mut taken) in names.into_iter().zip(taken) {
        taken.sort();
        // The median, because a single slow start says nothing.
        let median = taken.get(taken.len() / 2).copied().unwrap_or_default();
        let bytes = fs::metadata(program(&name))?.len();
        rows.push((name, bytes, median));
    }
    let empty = rows.last().cloned().context("nothing was measured")?;
    rows.sort_by_key(|(_, bytes, _)| std::cmp::Reverse(*bytes));
    say("");
    say(&format!(
        "{:<22} {:>9} {:>6} {:>16} {:>6}",
        "function", "MB", "×", "first request ms", "×"
    ));
    for (name, bytes, first) in &rows {
        say(&format!(
            "{name:<22} {:>9.2} {:>6.1} {:>16.1} {:>6.1}",
            megabytes(*bytes),
            megabytes(*bytes) / megabytes(empty.1),
            first.as_secs_f64() * 1000.0,
            first.as_secs_f64() / empty.2.as_secs_f64(),
        ));
    }
    say(&format!(
        "median of {STARTS} starts of the program on this machine, without what Lambda adds; ×: beside {EMPTY}"
    ));
    Ok(())
}

/// Starts a function and measures the time until it requests its first event.
fn first_request(workspace: &Workspace, program: &Path, name: &str) -> anyhow::Result<Duration> {
    let runtime = TcpListener::bind("127.0.0.1:0")?;
    // So that a function that never asks does not block for ever.
    runtime.set_nonblocking(true)?;
    let mut function = isolated(program, workspace);
    function
        .envs(VARIABLES)
        .env("AWS_LAMBDA_FUNCTION_NAME", name)
        .env("AWS_LAMBDA_FUNCTION_MEMORY_SIZE", "256")
        .env("AWS_LAMBDA_LOG_GROUP_NAME", "x")
        .env("AWS_LAMBDA_LOG_STREAM_NAME", "x")
        .env("AWS_LAMBDA_RUNTIME_API", runtime.local_addr()?.to_string())
        .stdout(Stdio::null())
        .stderr(Stdio::null());
    let began = Instant::now();
    let mut running = function.spawn()?;
    let asked = asked(&runtime, began);
    running.kill()?;
    running.wait()?;
    asked
}

fn asked(runtime: &TcpListener, began: Instant) -> anyhow::Result<Duration> {
    while began.elapsed() < LIMIT {
        match runtime.accept() {
            Ok((call, _)) => {
                call.set_nonblocking(false)?;
                call.set_read_timeout(Some(LIMIT))?;
                let mut line = String::new();
                BufReader::new(call).read_line(&mut line)?;
                if line.contains("/invocation/next") {
                    return Ok(began.elapsed());
                }
                bail!("it began with {line:?}");
            }
            Err(error) if error.kind() == std::io::ErrorKind::WouldBlock => {
                std::thread::sleep(Duration::from_micros(50));
            }
            Err(error) => return Err(error.into()),
        }
    }
    bail!("it never asked for a request")
}

fn functions(workspace: &Workspace) -> anyhow::Result<Vec<String>> {
    let mut names = Vec::new();
    for entry in fs::read_dir(workspace.root().join("functions"))? {
        let entry = entry?;
        if entry.path().join("Cargo.toml").exists() {
            names.extend(entry.file_name().into_string());
        }
    }
    names.sort();
    Ok(names)
}

/// Converts bytes to megabytes. Files are too small for a digit to be lost.
#[expect(clippy::as_conversions, reason = "far below 2^52 bytes")]
fn megabytes(bytes: u64) -> f64 {
    bytes as f64 / 1_000_000.0
}
