//! Stores, and the environment of a stack.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};

/// Store that sells and charges.
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

/// Way in which changes at a store become known.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum NotificationSupport {
    /// It sends notifications and may be asked at any time.
    Notifies,
    /// It sends notifications and asks not to be queried without cause.
    NotifiesAndIsBusy,
    /// It never sends notifications, so it has to be asked.
    Silent,
}

/// Error: the text names no known store.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("must be one of: vizio, samsung-tv, android, apple, roku, amazon, stripe")]
pub struct UnknownStore;

/// Facts about a store that every part of the bundle needs.
struct Listed {
    slug: &'static str,
    name: &'static str,
    beacon_name: &'static str,
    support: NotificationSupport,
}

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

    /// Returns the facts that every part of the bundle needs.
    const fn listed(self) -> Listed {
        use NotificationSupport::{Notifies, NotifiesAndIsBusy, Silent};
        let (slug, name, beacon_name, support) = match self {
            Self::Vizio => ("vizio", "Vizio", "Vizio Store", Notifies),
            // Samsung documents no notifications for purchases on televisions.
            Self::SamsungTv => ("samsung-tv", "Samsung TV", "Samsung Store", Silent),
            // Google asks not to be queried without cause.
            Self::Android => ("android", "Google Play", "Google Play", NotifiesAndIsBusy),
            Self::Apple => ("apple", "Apple", "Apple Store", Notifies),
            Self::Roku => ("roku", "Roku", "Roku Store", Notifies),
            Self::Amazon => ("amazon", "Amazon", "Amazon Store", Notifies),
            Self::Stripe => ("stripe", "Stripe", "Stripe", Notifies),
        };
        Listed {
            slug,
            name,
            beacon_name,
            support,
        }
    }

    /// Returns the name in paths, tables and logs.
    #[must_use]
    pub const fn slug(self) -> &'static str {
        self.listed().slug
    }

    /// Name in headings.
    #[must_use]
    pub const fn name(self) -> &'static str {
        self.listed().name
    }

    /// Returns the name in `original_store` of Beacon notifications, unless the broadcaster has set
    /// another one.
    ///
    /// The published list of values has neither Vizio nor Samsung, so a strict receiver may refuse
    /// these two.
    #[must_use]
    pub const fn beacon_name(self) -> &'static str {
        self.listed().beacon_name
    }

    /// Returns the way in which changes become known.
    #[must_use]
    pub const fn notification_support(self) -> NotificationSupport {
        self.listed().support
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

/// Environment of a store that a stack uses. A property of the stack, never of a request.
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
