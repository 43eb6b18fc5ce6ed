//! The schedule itself: nobody but it may invoke reconciliation while this test looks, which
//! `.config/nextest.toml` sees to.

use std::time::Duration;

use jiff::Timestamp;
use local_stack::logs;

use crate::story::{stack, within};

/// A run a minute, and ten seconds within which the local AWS looks what is due.
const LIMIT: Duration = Duration::from_secs(80);

#[tokio::test]
async fn reconciliation_runs_by_itself() {
    let stack = stack();
    let begun = Timestamp::now();

    within(LIMIT, "a run", async || {
        let lines = logs::since(&stack, "reconciliation", begun).await.unwrap();
        lines
            .iter()
            .any(|line| line.contains("\"message\":\"reconciliation\""))
            .then_some(())
    })
    .await;
}
