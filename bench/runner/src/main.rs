//! Measures the functions beside an empty one and beside peers in other languages, and writes the
//! page with the results. `cargo xtask bench` builds everything and starts this program.

mod batches;
mod calls;
mod machine;
mod page;
mod program;
mod runtime_api;
mod samples;
mod scene;
mod signatures;
mod stub_aws;
mod stub_store;
mod table;

use std::fs;
use std::path::PathBuf;

use anyhow::Context as _;
use clap::Parser;

use crate::calls::Rounds;
use crate::page::{Results, peer};
use crate::program::Program;
use crate::scene::{FANOUT, INTAKE, Scene, VERIFICATION};

#[derive(Debug, Parser)]
struct Arguments {
    /// Folder of the functions' programs
    #[arg(long)]
    functions: PathBuf,
    /// Node, and the folder of its peers
    #[arg(long)]
    node: PathBuf,
    #[arg(long)]
    node_peers: PathBuf,
    /// Python, and the folder of its peers
    #[arg(long)]
    python: PathBuf,
    #[arg(long)]
    python_peers: PathBuf,
    /// File to write
    #[arg(long)]
    page: PathBuf,
    /// Few rounds, to try changes
    #[arg(long)]
    quick: bool,
}

const ROUNDS: Rounds = Rounds {
    starts: 31,
    warm_ups: 100,
    warm_calls: 300,
    batches: 15,
    signatures: 101,
};

const QUICK: Rounds = Rounds {
    starts: 7,
    warm_ups: 20,
    warm_calls: 30,
    batches: 3,
    signatures: 11,
};

#[tokio::main(flavor = "multi_thread", worker_threads = 2)]
async fn main() -> anyhow::Result<()> {
    let arguments = Arguments::parse();
    let rounds = if arguments.quick { QUICK } else { ROUNDS };
    let scene = Scene::start().await?;
    let functions = scene.functions(&arguments.functions);
    let peers = peers(&scene, &arguments);
    let named = |name: &str| {
        let mut programs = functions.iter().chain(&peers);
        let found = programs.find(|program| program.name == name);
        found.cloned().with_context(|| format!("no {name}"))
    };
    let verification = named(VERIFICATION)?;
    let verifiers = [
        verification.clone(),
        named(&peer("Node", VERIFICATION))?,
        named(&peer("Python", VERIFICATION))?,
    ];
    // Apart from each other: what the end of a large program leaves to the system would be counted
    // as the start of the next one.
    let mut measured = calls::measure(&functions, rounds).await?;
    measured.extend(calls::measure(&peers, rounds).await?);
    let results = Results {
        machine: machine::description(&arguments.node, &arguments.python),
        rounds,
        programs: measured,
        batches: batches::slow_store(&scene, &verifiers, rounds).await?,
        own_share: batches::own_share(&scene, &verification, &named(FANOUT)?, rounds).await?,
        signatures: signatures::measure(&arguments.node, &arguments.node_peers, rounds).await?,
    };
    fs::write(&arguments.page, page::page(&results))?;
    Ok(())
}

fn peers(scene: &Scene, arguments: &Arguments) -> Vec<Program> {
    let mut peers = Vec::new();
    for (function, script) in [(INTAKE, "intake"), (VERIFICATION, "verification")] {
        let bundle = arguments.node_peers.join(format!("dist/{script}.mjs"));
        let command = vec![arguments.node.clone(), bundle];
        peers.push(scene.program(&peer("Node", function), function, command));
        let module = arguments.python_peers.join(format!("{script}.py"));
        let command = vec![arguments.python.clone(), module];
        peers.push(scene.program(&peer("Python", function), function, command));
    }
    peers
}
