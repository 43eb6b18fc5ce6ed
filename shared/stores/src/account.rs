//! Whose purchase it is, by the store's own word.

use domain::CustomerId;

use crate::FieldError;
use crate::fields::Fields;

const CUSTOMER: &str = "{customerId}";

/// How a customer's id is written in the store's account id.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct AccountPattern {
    before: String,
    after: String,
}

impl AccountPattern {
    /// Reads `accountIdPattern`. An empty one means that the store's word is not asked for.
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

    /// The customer whom an account id names; `None` if it is not written like this.
    pub(crate) fn customer(&self, account: &str) -> Option<CustomerId> {
        let inner = account.strip_prefix(&self.before)?;
        CustomerId::new(inner.strip_suffix(&self.after)?).ok()
    }
}
