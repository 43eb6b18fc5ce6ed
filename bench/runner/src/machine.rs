//! Description of the machine and of the compared programs.

use std::path::Path;
use std::process::Command;

/// Returns one line for each property of the machine.
pub fn description(node: &Path, python: &Path) -> Vec<String> {
    let cores = std::thread::available_parallelism().map_or(1, usize::from);
    let cores = match cores {
        1 => "1 core".to_owned(),
        several => format!("{several} cores"),
    };
    let version = |program: &Path, argument| {
        output(program, &[argument]).unwrap_or_else(|| "unknown".to_owned())
    };
    vec![
        format!("{}, {cores}", processor()),
        version(Path::new("uname"), "-srm"),
        version(Path::new("rustc"), "--version"),
        format!("Node {}", version(node, "--version")),
        version(python, "--version"),
    ]
}

fn processor() -> String {
    let linux = std::fs::read_to_string("/proc/cpuinfo").unwrap_or_default();
    let named = linux.lines().find(|line| line.starts_with("model name"));
    let named = named.and_then(|line| line.split_once(": "));
    let named = named.map(|(_, name)| name.trim().to_owned());
    let elsewhere = || output(Path::new("sysctl"), &["-n", "machdep.cpu.brand_string"]);
    named
        .or_else(elsewhere)
        .unwrap_or_else(|| "unknown processor".to_owned())
}

fn output(program: &Path, arguments: &[&str]) -> Option<String> {
    let output = Command::new(program).args(arguments).output().ok()?;
    let text = String::from_utf8(output.stdout).ok()?;
    let text = text.trim();
    (output.status.success() && !text.is_empty()).then(|| text.to_owned())
}
