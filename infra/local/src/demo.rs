//! The demo: the cases by which an integration with Vizio is tested, and a transfer, on a running
//! stack, told as a timeline.

mod cases;
mod timeline;

use anyhow::ensure;

use crate::broadcaster::Broadcaster;
use crate::stack::Stack;

use timeline::Timeline;

/// Plays all cases on the seeded broadcaster.
///
/// `say` is told every line.
///
/// # Errors
/// If anything goes otherwise than it must.
pub async fn play(stack: &Stack, say: &dyn Fn(&str)) -> anyhow::Result<()> {
    let mut timeline = Timeline::new(Broadcaster::seeded(stack)?, say);
    cases::prepare(&timeline.broadcaster).await?;
    cases::play(&mut timeline).await?;
    let violations = timeline.summary();
    ensure!(
        violations == 0,
        "{violations} violations of the Beacon format"
    );
    Ok(())
}
