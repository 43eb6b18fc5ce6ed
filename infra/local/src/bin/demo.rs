//! Starts the local stack and prints what is on it.

use std::io::Write as _;

use local_stack::layout::Layout;
use local_stack::up;

#[tokio::main(flavor = "current_thread")]
async fn main() -> anyhow::Result<()> {
    let layout = Layout::find()?;
    let say = |line: &str| drop(writeln!(std::io::stderr().lock(), "{line}"));
    let stack = up::up(&layout, &say).await?;
    writeln!(
        std::io::stdout().lock(),
        "{}",
        serde_json::to_string_pretty(&stack)?
    )?;
    if !std::env::args().any(|argument| argument == "--keep") {
        up::down(&layout).await?;
    }
    Ok(())
}
