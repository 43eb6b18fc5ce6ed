//! The demo: the cases by which an integration with each store is tested, on a running stack, told as
//! a timeline.

mod android;
mod samsung_tv;
mod short;
mod timeline;
mod vizio;

use anyhow::ensure;

use crate::broadcaster::Broadcaster;
use crate::stack::Stack;

use timeline::Timeline;

/// Whose cases are shown.
#[derive(Debug, Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
pub enum Shown {
    /// The seven of Vizio, and a transfer.
    Vizio,
    /// The five of Samsung Checkout.
    SamsungTv,
    /// Those of Google Play.
    Android,
    /// All of them, one store after the other.
    All,
}

impl Shown {
    fn includes(self, store: Self) -> bool {
        self == store || self == Self::All
    }
}

/// Plays the cases on the seeded broadcaster.
///
/// `say` is told every line.
///
/// # Errors
/// If anything goes otherwise than it must.
pub async fn play(stack: &Stack, shown: Shown, say: &dyn Fn(&str)) -> anyhow::Result<()> {
    let mut show = Timeline::new(Broadcaster::seeded(stack)?, say);
    short::prepare(&show.broadcaster).await?;
    if shown.includes(Shown::Vizio) {
        vizio::prepare(&show.broadcaster).await?;
        vizio::play(&mut show).await?;
    }
    if shown.includes(Shown::SamsungTv) {
        samsung_tv::prepare(&mut show).await?;
        samsung_tv::play(&mut show, stack).await?;
    }
    if shown.includes(Shown::Android) {
        android::prepare(&show, stack).await?;
        android::play(&mut show).await?;
    }
    let violations = show.summary();
    ensure!(
        violations == 0,
        "{violations} violations of the Beacon format"
    );
    Ok(())
}
