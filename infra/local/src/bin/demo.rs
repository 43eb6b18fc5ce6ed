//! `cargo xtask demo`: a fresh local stack, the cases played on it, and down again.

use std::io::Write as _;
use std::time::Instant;

use local_stack::layout::Layout;
use local_stack::stack::Stack;
use local_stack::{demo, up};

#[tokio::main(flavor = "current_thread")]
async fn main() -> anyhow::Result<()> {
    let began = Instant::now();
    let keep = std::env::args().any(|argument| argument == "--keep");
    let layout = Layout::find()?;
    let stack = up::up(&layout, &say).await?;
    let played = demo::play(&stack, &say).await;
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

/// Lines to go on with by hand.
fn go_on(stack: &Stack) {
    let base = format!(
        "curl -s -H 'Host: {}' -H 'X-Publisher-Token: {}'",
        stack.api_host, stack.seeded.publisher_token
    );
    let url = &stack.api_url;
    say("");
    say("The stack is still up. Go on with:");
    for line in [
        format!("{base} {url}/v1/offers"),
        format!("{base} {url}/v1/customers/300200300/subscriptions"),
        format!("{base} '{url}/entitlements?customerId=300200300'"),
        format!("{base} -X POST {url}/v1/customers/300200300/resend"),
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
    // Nobody is there to read that nobody is there to read.
    let _unread = writeln!(std::io::stdout().lock(), "{line}");
}
