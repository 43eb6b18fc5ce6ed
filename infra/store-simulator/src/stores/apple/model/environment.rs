//! Production and sandbox.

use serde::{Deserialize, Serialize};

/// Environment of the store. The two know nothing of each other's purchases.
#[derive(
    Debug, Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize,
)]
pub enum Environment {
    /// Real money.
    #[default]
    Production,
    /// Test purchases.
    Sandbox,
}

impl Environment {
    /// As it stands in payloads.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Production => "Production",
            Self::Sandbox => "Sandbox",
        }
    }

    /// As it stands in the path of the store's API here.
    #[must_use]
    pub fn segment(self) -> &'static str {
        match self {
            Self::Production => "production",
            Self::Sandbox => "sandbox",
        }
    }
}
