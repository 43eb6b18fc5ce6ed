//! Versions of the API, by their dates.

use serde::{Deserialize, Serialize};

/// API version, such as `2026-10-28.endive`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct ApiVersion(String);

/// The text is not the name of a version.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{0:?} is not an API version: expected a date, and a name behind a dot")]
pub struct ApiVersionError(String);

const BASIL: &str = "2025-03-31";
const ENDIVE: &str = "2026-09-30";
const NEWEST: &str = "2026-10-28.endive";
const PRICES: &str = "2020-01-01";

impl ApiVersion {
    /// Parses a version's name.
    ///
    /// # Errors
    /// When it does not begin with a date.
    pub fn parse(name: &str) -> Result<Self, ApiVersionError> {
        let date = name.split('.').next().unwrap_or_default();
        match date.parse::<jiff::civil::Date>() {
            Ok(_) if date.len() == BASIL.len() => Ok(Self(name.to_owned())),
            _ => Err(ApiVersionError(name.to_owned())),
        }
    }

    /// Returns the name.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// Returns whether periods are on the items, and invoices have a `parent`.
    pub(super) fn has_item_periods(&self) -> bool {
        self.since(BASIL)
    }

    /// Returns whether paused subscriptions state the reason.
    pub(super) fn has_status_details(&self) -> bool {
        self.since(ENDIVE)
    }

    /// Returns whether items have prices, not only plans.
    pub(super) fn has_prices(&self) -> bool {
        self.since(PRICES)
    }

    fn since(&self, date: &str) -> bool {
        self.0.as_str() >= date
    }
}

impl Default for ApiVersion {
    fn default() -> Self {
        Self(NEWEST.to_owned())
    }
}

impl TryFrom<String> for ApiVersion {
    type Error = ApiVersionError;

    fn try_from(name: String) -> Result<Self, ApiVersionError> {
        Self::parse(&name)
    }
}

impl From<ApiVersion> for String {
    fn from(version: ApiVersion) -> Self {
        version.0
    }
}
