//! The stores that sell, and the environment that a stack serves.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};

/// A store that takes the money.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Store {
    /// VIZIO Account, on VIZIO televisions.
    Vizio,
    /// Samsung Checkout, on Samsung televisions.
    SamsungTv,
    /// Google Play, on Android phones and televisions.
    Android,
    /// The Apple App Store, on iPhone, iPad and Apple TV.
    Apple,
    /// Roku Pay, on Roku players and televisions.
    Roku,
    /// The Amazon Appstore, on Fire TV and Fire tablets.
    Amazon,
    /// Stripe, on the web and for television apps that sell there.
    Stripe,
}

/// How a store lets us know of a change that nobody submits.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Telling {
    /// It tells; it may be asked at any time.
    Notifies,
    /// It tells, and asks not to be asked without cause.
    NotifiesAndIsBusy,
    /// It never tells: whoever wants to know has to ask.
    Silent,
}

/// The text names no store that this bundle knows.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("must be one of: vizio, samsung-tv, android, apple, roku, amazon, stripe")]
pub struct UnknownStore;

impl Store {
    /// Every store.
    pub const ALL: [Self; 7] = [
        Self::Vizio,
        Self::SamsungTv,
        Self::Android,
        Self::Apple,
        Self::Roku,
        Self::Amazon,
        Self::Stripe,
    ];

    /// Name in paths, tables and logs; name in Beacon notifications; how it tells.
    const fn listed(self) -> (&'static str, &'static str, Telling) {
        match self {
            Self::Vizio => ("vizio", "Vizio Store", Telling::Notifies),
            Self::SamsungTv => ("samsung-tv", "Samsung Store", Telling::Silent),
            Self::Android => ("android", "Google Play", Telling::NotifiesAndIsBusy),
            Self::Apple => ("apple", "Apple Store", Telling::Notifies),
            Self::Roku => ("roku", "Roku Store", Telling::Notifies),
            Self::Amazon => ("amazon", "Amazon Store", Telling::Notifies),
            Self::Stripe => ("stripe", "Stripe", Telling::Notifies),
        }
    }

    /// The name in paths, tables and logs.
    #[must_use]
    pub const fn slug(self) -> &'static str {
        self.listed().0
    }

    /// The name in `original_store` of a Beacon notification, unless the broadcaster set another.
    ///
    /// The published list of values knows neither Vizio nor Samsung: a strict receiver may refuse ours.
    #[must_use]
    pub const fn beacon_name(self) -> &'static str {
        self.listed().1
    }

    /// How it lets us know of changes.
    #[must_use]
    pub const fn telling(self) -> Telling {
        self.listed().2
    }
}

impl fmt::Display for Store {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.slug())
    }
}

impl FromStr for Store {
    type Err = UnknownStore;
    fn from_str(text: &str) -> Result<Self, UnknownStore> {
        Self::ALL
            .into_iter()
            .find(|store| store.slug() == text)
            .ok_or(UnknownStore)
    }
}

/// Which of a store's two worlds a stack talks to. A property of the stack, never of a request.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Environment {
    /// Test purchases.
    Sandbox,
    /// Real money.
    Production,
}

impl fmt::Display for Environment {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Sandbox => "sandbox",
            Self::Production => "production",
        })
    }
}

impl FromStr for Environment {
    type Err = &'static str;
    fn from_str(text: &str) -> Result<Self, Self::Err> {
        match text {
            "sandbox" => Ok(Self::Sandbox),
            "production" => Ok(Self::Production),
            _ => Err("must be sandbox or production"),
        }
    }
}
