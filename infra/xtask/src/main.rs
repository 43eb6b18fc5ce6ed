//! `cargo xtask`: the commands of this project. `cargo xtask help` lists them.
//!
//! Tools other than Rust and Python are installed under `target`, in pinned versions.

mod bench;
mod command;
mod deploy;
mod figures;
mod fuzz;
mod grants;
mod interrupt;
mod local;
mod local_aws;
mod mutants;
mod node;
mod prerequisite;
mod progress;
mod python;
mod rebuild;
mod receivers;
mod report;
mod restore;
mod template;
mod test;
mod workspace;

use std::process::ExitCode;

use clap::{Parser, Subcommand};

use crate::workspace::Workspace;

#[derive(Debug, Parser)]
#[command(name = "cargo xtask", about = "The commands of this project")]
struct Arguments {
    #[command(subcommand)]
    command: Task,
}

#[derive(Debug, Subcommand)]
enum Task {
    /// Shows the test cases of the stores on a local AWS
    Demo {
        /// Store, by its name in the paths of the API, such as samsung-tv; `all` takes a little
        /// over a minute
        #[arg(long, default_value = "all")]
        store: String,
        /// Leave the local AWS up afterwards, to go on by hand
        #[arg(long)]
        keep: bool,
    },
    /// Starts the local AWS, deploys the template to it and seeds a broadcaster
    Up,
    /// Stops what `up` started
    Down,
    /// Checks and tests everything
    Test {
        /// Only the tests whose names contain this
        filter: Vec<String>,
    },
    /// Checks template.yaml and that `sam build` notices every change; a part of `test`
    Template,
    /// Runs the suite of the sample receivers in docs/receivers; a part of `test`
    Receivers,
    /// Removes one grant after another from the template's roles: some end-to-end test must fail
    Grants {
        /// Only those whose line contains this, such as "OperatorRole" or "sqs:"
        #[arg(default_value = "")]
        only: String,
    },
    /// Restores all tables of a local stack, attaches them and uses them, as docs/restore.md says
    Restore,
    /// Changes one rule after another of the domain and the stores' mappings: some test must fail
    Mutants {
        /// Part of the changes to try, such as 0/8
        #[arg(long)]
        shard: Option<String>,
        /// Package to change: domain, snapshots or, with --since, stores, cloud, apis or a function
        #[arg(long)]
        only: Option<String>,
        /// Only lines that differ from this Git revision, in all of `shared` and `functions`
        #[arg(long)]
        since: Option<String>,
    },
    /// Fuzzes the parsers of stores' notifications and answers: none may panic or hang
    Fuzz {
        /// Only the parsers whose names contain this, such as "apple" or "-answer"
        #[arg(default_value = "")]
        only: String,
        /// Time for each parser, in seconds
        #[arg(long, default_value_t = 300)]
        seconds: u64,
        /// Number of parsers fuzzed at a time
        #[arg(long, default_value_t = 2)]
        jobs: usize,
    },
    /// Writes docs/costs.md and docs/capacity.md from counted calls; `test` compares them
    Figures,
    /// Measures the functions beside peers in Node and Python, and writes docs/performance.md
    Bench {
        /// Few rounds, to try a change; do not keep the page
        #[arg(long)]
        quick: bool,
    },
    /// Builds the functions for AWS: `sam build`
    Build {
        /// Section of samconfig.toml
        #[arg(long, default_value = "sandbox")]
        config_env: String,
        /// Arguments for `sam build`, after `--`
        #[arg(last = true)]
        more: Vec<String>,
    },
}

fn main() -> ExitCode {
    match run(&Arguments::parse().command) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            progress::say(&format!("error: {error:#}"));
            ExitCode::FAILURE
        }
    }
}

fn run(task: &Task) -> anyhow::Result<()> {
    let workspace = Workspace::find()?;
    match task {
        Task::Demo { store, keep } => local::demo(&workspace, store, *keep),
        Task::Up => local::up(&workspace),
        Task::Down => local::down(&workspace),
        Task::Test { filter } => test::all(&workspace, filter),
        Task::Template => template::alone(&workspace),
        Task::Receivers => receivers::alone(&workspace),
        Task::Grants { only } => grants::check(&workspace, only),
        Task::Restore => restore::check(&workspace),
        Task::Mutants { shard, only, since } => {
            let selection = mutants::Selection {
                shard: shard.as_deref(),
                only: only.as_deref(),
                since: since.as_deref(),
            };
            mutants::check(&workspace, &selection)
        }
        Task::Fuzz {
            only,
            seconds,
            jobs,
        } => fuzz::parsers(&workspace, only, *seconds, *jobs),
        Task::Figures => figures::write(&workspace),
        Task::Bench { quick } => bench::measure(&workspace, *quick),
        Task::Build { config_env, more } => deploy::build(&workspace, config_env, more),
    }
}
