//! Production and sandbox.

use serde::{Deserialize, Serialize};

/// Environment of the store. Neither knows the other's purchases.
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
    /// Returns the name in payloads.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Production => "Production",
            Self::Sandbox => "Sandbox",
        }
    }

    /// Returns the path segment of the environment's API in the simulator.
    #[must_use]
    pub fn segment(self) -> &'static str {
        match self {
            Self::Production => "production",
            Self::Sandbox => "sandbox",
        }
    }
}
