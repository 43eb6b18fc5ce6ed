//! API versions, which begin with a date.

use crate::fields::Fields;
use domain::FieldError;

/// Newest version, as of docs.stripe.com/changelog/endive/2026-10-28.
const NEWEST: &str = "2026-10-28.endive";

/// First version whose objects can be read.
const OLDEST: &str = "2024-04-10";

/// First version with a name after its date.
const FIRST_NAMED: &str = "2024-09-30";

/// First version in which invoices no longer name their payments, and payments no longer their
/// invoices.
const INVOICE_PAYMENTS: &str = "2025-03-31";

/// API version, such as `2026-10-28.endive` or `2024-04-10`.
#[derive(Debug, Clone)]
pub(in crate::connectors::stripe) struct ApiVersion(String);

impl ApiVersion {
    pub(in crate::connectors::stripe) fn parse(
        fields: &mut Fields<'_>,
    ) -> Result<Self, FieldError> {
        let name = "apiVersion";
        let Some(text) = fields.text(name, 1, 64)? else {
            return Ok(Self(NEWEST.to_owned()));
        };
        if is_version(text) {
            Ok(Self(text.to_owned()))
        } else {
            let rule = format!("must be {OLDEST} or later, such as {NEWEST}");
            Err(FieldError::new(name, rule))
        }
    }

    pub(in crate::connectors::stripe) fn as_str(&self) -> &str {
        &self.0
    }

    /// Whether the payments of an invoice are a list of their own.
    pub(in crate::connectors::stripe) fn has_invoice_payments(&self) -> bool {
        // Versions begin with an ISO date, so they compare as text.
        self.0.as_str() >= INVOICE_PAYMENTS
    }
}

fn is_version(text: &str) -> bool {
    let (date, release) = match text.split_once('.') {
        Some((date, release)) => (date, Some(release)),
        None => (text, None),
    };
    let form = |(place, byte): (usize, u8)| match place {
        4 | 7 => byte == b'-',
        _ => byte.is_ascii_digit(),
    };
    let is_date = date.len() == OLDEST.len() && date.bytes().enumerate().all(form);
    let is_named = date >= FIRST_NAMED;
    let is_release = match release {
        None => !is_named,
        Some(word) => is_named && !word.is_empty() && word.bytes().all(|b| b.is_ascii_lowercase()),
    };
    is_date && is_release && date >= OLDEST
}
