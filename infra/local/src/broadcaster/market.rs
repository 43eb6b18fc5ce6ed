//! Store at which a broadcaster can sell.

use std::collections::BTreeMap;

use store_simulator::SimulatedStore;

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
