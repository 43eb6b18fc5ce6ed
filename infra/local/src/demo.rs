//! The demo: the test cases of an integration with each store, played on a running stack and shown
//! as a timeline. For every store it shows at least a purchase, a renewal, a cancellation and a
//! refund.

mod amazon;
mod android;
mod apple;
mod endpoint_down;
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

/// Stores whose cases are shown.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Shown {
    /// One store.
    One(Store),
    /// All stores, one after the other.
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
/// `say` receives every line.
///
/// # Errors
/// If a result differs from the expected one.
pub async fn play(stack: &Stack, shown: Shown, say: &dyn Fn(&str)) -> anyhow::Result<()> {
    let mut show = Timeline::new(Broadcaster::seeded(stack)?, say);
    short::prepare(&show.broadcaster).await?;
    for store in Store::ALL
        .into_iter()
        .filter(|store| shown.includes(*store))
    {
        match store {
            Store::Vizio => vizio::play(&mut show, stack).await?,
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
