//! Store at which a broadcaster can sell.

use std::collections::BTreeMap;

use store_simulator::SimulatedStore;

/// Secrets that a broadcaster has with one store, by their field in the store's configuration.
pub type Secrets = BTreeMap<&'static str, String>;

/// Simulated store at which broadcasters sell.
pub trait Market: SimulatedStore {
    /// Returns the id of a broadcaster's account with the store.
    fn tenant(broadcaster_id: &str) -> String;

    /// Generates the secrets of a new account; none for stores that issue the secrets themselves.
    #[must_use]
    fn new_secrets() -> Secrets {
        Secrets::new()
    }
}
