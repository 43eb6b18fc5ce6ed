//! Binding of a purchase to the customer whom the store names.

use domain::{CustomerId, FieldError};

use crate::fields::Fields;

const CUSTOMER: &str = "{customerId}";

/// Format of a customer's id within the store's account id.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct AccountPattern {
    before: String,
    after: String,
}

impl AccountPattern {
    /// Parses `accountIdPattern`. An empty one means that the store's account id is ignored.
    pub(crate) fn parse(fields: &mut Fields<'_>) -> Result<Option<Self>, FieldError> {
        let name = "accountIdPattern";
        match fields.text(name, 0, 255)? {
            None | Some("") => Ok(None),
            Some(text) => match text.split_once(CUSTOMER) {
                Some((before, after)) if !after.contains(CUSTOMER) => Ok(Some(Self {
                    before: before.to_owned(),
                    after: after.to_owned(),
                })),
                _ => Err(FieldError::new(name, "must contain {customerId} once")),
            },
        }
    }

    /// Returns the customer of an account id; `None` if it does not match the pattern.
    pub(crate) fn customer(&self, account: &str) -> Option<CustomerId> {
        let inner = account.strip_prefix(&self.before)?;
        CustomerId::new(inner.strip_suffix(&self.after)?).ok()
    }
}
