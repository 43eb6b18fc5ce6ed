//! `cargo xtask demo`: starts a fresh local stack, plays the cases on it, and stops it.

use std::io::Write as _;
use std::time::Instant;

use clap::Parser;
use local_stack::demo::{self, Shown};
use local_stack::layout::Layout;
use local_stack::stack::Stack;
use local_stack::up;

#[derive(Debug, Parser)]
struct Arguments {
    /// Store whose cases are shown, named as in the paths of the API, or `all`
    #[arg(long, default_value = "all")]
    store: Shown,
    /// Leave the stack running afterwards
    #[arg(long)]
    keep: bool,
}

#[tokio::main(flavor = "current_thread")]
async fn main() -> anyhow::Result<()> {
    let began = Instant::now();
    let Arguments { store, keep } = Arguments::parse();
    let layout = Layout::find()?;
    let stack = up::up(&layout, &say).await?;
    let played = demo::play(&stack, store, &say).await;
    if keep && played.is_ok() {
        go_on(&stack);
    } else {
        up::down(&layout).await?;
        say("  · the local stack is down; --keep leaves it up");
    }
    say(&format!(
        "  · {:.0} s in all",
        began.elapsed().as_secs_f64()
    ));
    played
}

/// Prints commands for continuing by hand.
fn go_on(stack: &Stack) {
    let customer = "<customerId>";
    let base = format!(
        "curl -s -H 'Host: {}' -H 'X-Publisher-Token: {}'",
        stack.api_host, stack.seeded.publisher_token
    );
    let url = &stack.api_url;
    say("");
    say("The stack is still up. Go on with:");
    for line in [
        format!("{base} {url}/v1/offers"),
        format!("{base} {url}/v1/customers/{customer}/subscriptions"),
        format!("{base} '{url}/entitlements?customerId={customer}'"),
        format!("{base} -X POST {url}/v1/customers/{customer}/resend"),
        format!(
            "curl -s {}/received/beacon-{}",
            stack.endpoint_url, stack.seeded.broadcaster_id
        ),
        "cargo xtask down".to_owned(),
    ] {
        say(&format!("  {line}"));
    }
}

fn say(line: &str) {
    // If standard output is closed, there is nowhere to report it.
    let _unread = writeln!(std::io::stdout().lock(), "{line}");
}
