//! Comparison with the files that are committed.

use std::fs;
use std::path::{Path, PathBuf};

use crate::counts::Step;
use crate::flows::Flows;

/// Variable with which the files are written instead of compared.
const WRITE: &str = "WRITE_FIGURES";

fn path(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("../..")
        .join(name)
}

/// Compares the counts with the committed ones. Returns each that has grown.
pub fn grown(name: &str, flows: &Flows) -> Vec<String> {
    let Ok(text) = fs::read_to_string(path(name)) else {
        return Vec::new();
    };
    let before: Flows = serde_json::from_str(&text).unwrap_or_default();
    let mut grown = Vec::new();
    for (flow, steps) in flows {
        let before = before.get(flow).map_or(&[][..], Vec::as_slice);
        for (position, step) in steps.iter().enumerate() {
            grown.extend(grown_step(flow, step, before.get(position)));
        }
    }
    grown
}

fn grown_step(flow: &str, step: &Step, before: Option<&Step>) -> Vec<String> {
    let function = &step.function;
    let Some(before) = before.filter(|before| before.function == *function) else {
        return vec![format!("{flow}: another call of {function}")];
    };
    let pairs = step.counts.named().into_iter().zip(before.counts.named());
    pairs
        .filter(|((_, now), (_, before))| now > before)
        .map(|((name, now), (_, before))| format!("{flow}, {function}: {name} {before} -> {now}"))
        .collect()
}

/// Writes a file if that was asked for, and otherwise says whether it is out of date.
pub fn stale(name: &str, content: &str) -> Option<String> {
    let path = path(name);
    if std::env::var_os(WRITE).is_some() {
        fs::write(&path, content).unwrap();
        return None;
    }
    let committed = fs::read_to_string(&path).unwrap_or_default();
    (committed != content).then(|| format!("{name} is out of date: run `cargo xtask figures`"))
}
