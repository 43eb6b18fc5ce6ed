//! Start, first call, warm call and memory of programs.

use std::fs;
use std::time::Duration;

use crate::program::{Instance, Program};
use crate::samples::Samples;

/// What was measured of one program.
#[derive(Debug, Clone)]
pub struct Measured {
    pub name: String,
    /// Size of the executable or script, in MB.
    pub size: f64,
    /// From the start of the process to its first request of an event, in ms.
    pub start: Samples,
    /// From the hand-over of the first event to its result, in ms.
    pub first_call: Samples,
    /// The same of later events, in ms.
    pub warm_call: Samples,
    /// Largest resident memory, in MB.
    pub memory: Option<f64>,
}

/// How often things are measured.
#[derive(Debug, Clone, Copy)]
pub struct Rounds {
    /// Starts of each program, and first calls.
    pub starts: usize,
    /// Calls that are not measured, so that compilers at run time have done their work.
    pub warm_ups: usize,
    pub warm_calls: usize,
    /// Batches of each size.
    pub batches: usize,
    /// Samples of each signature.
    pub signatures: usize,
}

/// Measures all programs, in turns, so that other load on the machine affects all of them alike.
///
/// # Errors
/// If one of them does not do its work.
pub async fn measure(programs: &[Program], rounds: Rounds) -> anyhow::Result<Vec<Measured>> {
    let mut all: Vec<Measured> = programs.iter().map(unmeasured).collect();
    for _ in 0..rounds.starts {
        for (program, measured) in programs.iter().zip(&mut all) {
            let (mut instance, taken) = program.start().await?;
            measured.start.add(taken);
            let taken = call(&mut instance, program).await?;
            measured.first_call.add(taken);
        }
    }
    let mut instances = Vec::new();
    for program in programs {
        let (mut instance, _) = program.start().await?;
        for _ in 0..rounds.warm_ups {
            call(&mut instance, program).await?;
        }
        instances.push(instance);
    }
    for _ in 0..rounds.warm_calls {
        for ((program, instance), measured) in programs.iter().zip(&mut instances).zip(&mut all) {
            measured.warm_call.add(call(instance, program).await?);
        }
    }
    for (instance, measured) in instances.iter().zip(&mut all) {
        measured.memory = instance.peak_memory();
    }
    Ok(all)
}

async fn call(instance: &mut Instance, program: &Program) -> anyhow::Result<Duration> {
    let taken = instance.call(&program.event).await;
    taken.map_err(|error| error.context(program.name.clone()))
}

#[expect(clippy::as_conversions, reason = "far below 2^52 bytes")]
fn unmeasured(program: &Program) -> Measured {
    let file = program
        .command
        .last()
        .and_then(|file| fs::metadata(file).ok());
    Measured {
        name: program.name.clone(),
        size: file.map_or(0.0, |file| file.len() as f64 / 1_000_000.0),
        start: Samples::default(),
        first_call: Samples::default(),
        warm_call: Samples::default(),
        memory: None,
    }
}
