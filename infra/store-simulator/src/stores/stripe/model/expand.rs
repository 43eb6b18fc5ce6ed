//! Expansion of ids in responses.

use serde_json::{Value, json};

use super::{ApiVersion, Billing, Listed, view};

/// Maximum number of names in a path.
pub const MAX_DEPTH: usize = 4;

/// Reason why a path cannot be expanded.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ExpandError {
    /// The path has too many names.
    #[error("You cannot expand more than {MAX_DEPTH} levels of a property. Property: {0}")]
    TooDeep(String),
    /// The path leads to nothing that can be expanded.
    #[error("This property cannot be expanded ({0}).")]
    NotExpandable(String),
}

impl Billing {
    /// Expands a path such as `latest_invoice.payments` in an object of a mode.
    ///
    /// # Errors
    /// When the path is too deep or leads nowhere.
    pub fn expand(
        &self,
        object: &mut Value,
        path: &str,
        livemode: bool,
        version: &ApiVersion,
    ) -> Result<(), ExpandError> {
        let names: Vec<&str> = path.split('.').collect();
        if names.len() > MAX_DEPTH {
            return Err(ExpandError::TooDeep(path.to_owned()));
        }
        let expanded = self.expand_names(object, &names, livemode, version);
        expanded.ok_or_else(|| ExpandError::NotExpandable(path.to_owned()))
    }

    fn expand_names(
        &self,
        value: &mut Value,
        names: &[&str],
        livemode: bool,
        version: &ApiVersion,
    ) -> Option<()> {
        let (name, rest) = names.split_first()?;
        if let Some(entries) = value.as_array_mut() {
            for entry in entries {
                self.expand_names(entry, names, livemode, version)?;
            }
            return Some(());
        }
        if *name == "data" {
            let entries = value.get_mut("data")?.as_array_mut()?;
            if rest.is_empty() {
                return None;
            }
            for entry in entries {
                self.expand_names(entry, rest, livemode, version)?;
            }
            return Some(());
        }
        let included = self.included(value, name, version);
        let is_included = included.is_some();
        if let (Some(included), Some(members)) = (included, value.as_object_mut()) {
            members.insert((*name).to_owned(), included);
        }
        let member = value.get_mut(*name)?;
        if member.is_null() {
            return Some(());
        }
        if let Some(id) = member.as_str() {
            *member = self.object_in(id, livemode, version)?;
        } else if rest.is_empty() && !is_included && member.get("object").is_none() {
            return None;
        }
        if rest.is_empty() {
            return Some(());
        }
        self.expand_names(member, rest, livemode, version)
    }

    /// Returns a member that an object has only when it is expanded.
    fn included(&self, value: &Value, name: &str, version: &ApiVersion) -> Option<Value> {
        let id = value.get("id")?.as_str()?;
        if value.get(name).is_some() {
            return None;
        }
        let (listed, path) = match (value.get("object")?.as_str()?, name) {
            ("invoice", "payments") if version.has_item_periods() => {
                (Listed::InvoicePayments, "/v1/invoice_payments".to_owned())
            }
            ("charge", "refunds") => (Listed::Refunds, format!("/v1/charges/{id}/refunds")),
            ("checkout.session", "line_items") => {
                let purchase = self.purchase(id)?;
                return Some(view::line_items(purchase.session.as_ref()?, purchase));
            }
            _ => return None,
        };
        let owner = value.get("object")?.as_str()?;
        let livemode = self.livemode_of(id)?;
        let mut data = self.list(listed, livemode, Some(id), version);
        data.retain(|one| one.get(owner).and_then(Value::as_str) == Some(id));
        Some(json!({"object": "list", "data": data, "has_more": false, "url": path}))
    }
}
