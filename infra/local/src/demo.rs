//! The demo: the cases by which an integration with each store is tested, on a running stack, told as
//! a timeline. Whatever else a store shows, it shows a purchase, a renewal, a cancellation and a refund.

mod amazon;
mod android;
mod apple;
mod life;
mod roku;
mod samsung_tv;
mod short;
mod stripe;
mod timeline;
mod vizio;

use std::str::FromStr;

use anyhow::ensure;
use domain::{Store, UnknownStore};

use crate::broadcaster::Broadcaster;
use crate::stack::Stack;

use timeline::Timeline;

/// Whose cases are shown.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Shown {
    /// Those of one store.
    One(Store),
    /// All of them, one store after the other.
    All,
}

impl FromStr for Shown {
    type Err = UnknownStore;
    fn from_str(text: &str) -> Result<Self, UnknownStore> {
        match text {
            "all" => Ok(Self::All),
            store => store.parse().map(Self::One),
        }
    }
}

impl Shown {
    fn includes(self, store: Store) -> bool {
        self == Self::One(store) || self == Self::All
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
    for store in Store::ALL
        .into_iter()
        .filter(|store| shown.includes(*store))
    {
        match store {
            Store::Vizio => vizio::play(&mut show).await?,
            Store::SamsungTv => samsung_tv::play(&mut show, stack).await?,
            Store::Android => android::play(&mut show, stack).await?,
            Store::Amazon => amazon::play(&mut show, stack).await?,
            Store::Apple => apple::play(&mut show, stack).await?,
            Store::Roku => roku::play(&mut show, stack).await?,
            Store::Stripe => stripe::play(&mut show, stack).await?,
        }
        show.ensure_life(store)?;
    }
    let violations = show.summary();
    ensure!(
        violations == 0,
        "{violations} violations of the Beacon format"
    );
    Ok(())
}
