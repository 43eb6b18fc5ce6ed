//! The stores at which a broadcaster can sell.

use std::collections::BTreeMap;

use store_simulator::SimulatedStore;
use store_simulator::amazon::Amazon;
use store_simulator::android::Android;
use store_simulator::apple::Apple;
use store_simulator::roku::Roku;
use store_simulator::samsung_tv::SamsungTv;
use store_simulator::stripe::Stripe;
use store_simulator::vizio::Vizio;

/// Secrets that a broadcaster has with one store, by their field in the store's configuration.
pub type Secrets = BTreeMap<&'static str, String>;

/// A simulated store at which broadcasters sell.
pub trait Market: SimulatedStore {
    /// Id of a broadcaster's account with the store.
    fn tenant(broadcaster_id: &str) -> String;

    /// Secrets of a new account. Stores that hand out secrets of their own have none here.
    #[must_use]
    fn new_secrets() -> Secrets {
        Secrets::new()
    }
}

/// Secrets of a new account at each store, by the store's slug.
pub(super) fn new_secrets() -> BTreeMap<&'static str, Secrets> {
    BTreeMap::from([
        of::<Vizio>(),
        of::<SamsungTv>(),
        of::<Android>(),
        of::<Apple>(),
        of::<Roku>(),
        of::<Amazon>(),
        of::<Stripe>(),
    ])
}

fn of<S: Market>() -> (&'static str, Secrets) {
    (S::SLUG, S::new_secrets())
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use domain::Store;

    #[test]
    fn a_broadcaster_can_sell_at_every_store() {
        let markets: BTreeSet<_> = super::new_secrets().into_keys().collect();
        assert_eq!(markets, Store::ALL.map(Store::slug).into());
    }
}
