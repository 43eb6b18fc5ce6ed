//! Starts and stops the local stack. `cargo xtask up` and `down` call it.

use std::io::Write as _;

use clap::{Parser, Subcommand};
use local_stack::broadcaster::Broadcaster;
use local_stack::layout::Layout;
use local_stack::stack::Stack;
use local_stack::{confidential, logs, up};

#[derive(Debug, Parser)]
struct Arguments {
    #[command(subcommand)]
    command: Task,
}

#[derive(Debug, Subcommand)]
enum Task {
    /// Starts the stack and prints its addresses
    Up,
    /// Stops the stack
    Down,
    /// Prints a token for a customer of the seeded broadcaster
    Jwt {
        /// The customer
        customer_id: String,
    },
    /// Searches the functions' logs for tokens, secrets and purchase keys
    SearchLogs,
    /// Writes the functions' logs to target/local/logs
    Logs,
}

#[tokio::main(flavor = "current_thread")]
async fn main() -> anyhow::Result<()> {
    let layout = Layout::find()?;
    match Arguments::parse().command {
        Task::Up => {
            let stack = up::up(&layout, &say).await?;
            say(&format!(
                "API: {} with Host: {}",
                stack.api_url, stack.api_host
            ));
            say(&format!(
                "everything else: {}",
                layout.stack_json().display()
            ));
        }
        Task::Down => match up::down(&layout).await? {
            0 => say("no local stack was up"),
            _ => say("the local stack is down"),
        },
        Task::Jwt { customer_id } => {
            let broadcaster = Broadcaster::seeded(&Stack::load()?)?;
            let token = broadcaster.customer_token(&customer_id)?;
            writeln!(std::io::stdout().lock(), "{token}")?;
        }
        Task::SearchLogs => {
            let (notes, bytes) = confidential::search(&Stack::load()?).await?;
            say(&format!(
                "none of {notes} tokens, secrets and purchase keys stands in {bytes} bytes of logs"
            ));
        }
        Task::Logs => {
            for file in logs::fetch(&Stack::load()?).await? {
                say(&file.display().to_string());
            }
        }
    }
    Ok(())
}

fn say(line: &str) {
    // If standard error is closed, there is nowhere to report it.
    let _unread = writeln!(std::io::stderr().lock(), "{line}");
}
