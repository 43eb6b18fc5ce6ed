//! Runs the sample endpoint of a broadcaster until it is stopped.

use std::{net::Ipv4Addr, path::PathBuf};

use anyhow::Context as _;
use clap::Parser;
use local_stack::endpoint::{Endpoint, Options};

/// A sample endpoint of a broadcaster for Beacon notifications, on loopback only.
#[derive(Debug, Parser)]
struct Arguments {
    /// Port to listen on; 0 takes a free one.
    #[arg(long, default_value_t = 0)]
    port: u16,
    /// File that the port is written to as soon as requests are accepted.
    #[arg(long)]
    port_file: Option<PathBuf>,
    /// Check the signature of each message, and refuse those that fail.
    #[arg(long)]
    verify: bool,
    /// Refuse messages of topics whose ARN does not begin with this.
    #[arg(long)]
    topic_prefix: Option<String>,
}

#[tokio::main]
async fn main() -> anyhow::Result<()> {
    let arguments = Arguments::parse();
    let address = (Ipv4Addr::LOCALHOST, arguments.port).into();
    let options = Options {
        verify: arguments.verify,
        topic_prefix: arguments.topic_prefix,
    };
    let endpoint = Endpoint::start(address, options).await?;
    if let Some(path) = &arguments.port_file {
        write_port(path, endpoint.address().port())?;
    }
    endpoint.wait().await;
    Ok(())
}

/// Writes to a temporary file and renames it, so that a reader never sees an incomplete one.
fn write_port(path: &std::path::Path, port: u16) -> anyhow::Result<()> {
    let unfinished = path.with_extension("unfinished");
    std::fs::write(&unfinished, port.to_string())
        .and_then(|()| std::fs::rename(&unfinished, path))
        .with_context(|| format!("cannot write the port to {}", path.display()))
}
