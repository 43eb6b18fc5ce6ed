//! Registration of an application with the store.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use crate::{plan::Plan, tenant::Registration};

/// Form in which a renewal shows in the purchase list. Samsung does not document which one it uses.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum Renewals {
    /// The end of the invoice moves.
    #[default]
    ExtendInvoice,
    /// Another invoice appears under the same subscription id.
    AddInvoice,
    /// As `AddInvoice`, but the earlier invoices are no longer listed.
    ReplaceInvoice,
}

/// Registration of an application, and switches of the simulator itself.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, rename_all = "camelCase", deny_unknown_fields)]
pub struct Configuration {
    /// Key of the check values.
    pub security_key: String,
    /// Products; `plan_code` is the item's id.
    pub products: Vec<Plan>,
    /// Form in which a renewal shows.
    pub renewals: Renewals,
    /// Number of invoices per page.
    pub page_size: usize,
    /// Puts a wrong check value into the responses.
    pub wrong_check_values: bool,
    /// Answers every call with this `CPStatus` and nothing else.
    pub refuse_with: Option<String>,
    /// Time to set the clock to. Without it the clock of a new application shows the real time, and
    /// that of a known one is unchanged.
    pub clock_start: Option<Timestamp>,
    /// Whether the clock moves only on request.
    pub clock_frozen: bool,
}

impl Default for Configuration {
    fn default() -> Self {
        Self {
            security_key: String::new(),
            products: Vec::new(),
            renewals: Renewals::default(),
            page_size: 100,
            wrong_check_values: false,
            refuse_with: None,
            clock_start: None,
            clock_frozen: false,
        }
    }
}

// By hand, so that the key does not end up in a log.
impl std::fmt::Debug for Configuration {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter
            .debug_struct("Configuration")
            .field("products", &self.products)
            .field("renewals", &self.renewals)
            .finish_non_exhaustive()
    }
}

impl Configuration {
    pub(super) fn product(&self, item_id: &str) -> Option<&Plan> {
        self.products.iter().find(|plan| plan.plan_code == item_id)
    }
}

impl Registration for Configuration {
    fn check(&self) -> Result<(), String> {
        if self.security_key.is_empty() {
            return Err("securityKey must not be empty".to_owned());
        }
        if !(1..=100).contains(&self.page_size) {
            return Err("pageSize must be 1 to 100".to_owned());
        }
        for product in &self.products {
            product.check().map_err(|error| error.to_string())?;
        }
        Ok(())
    }

    fn take_clock(&mut self) -> (Option<Timestamp>, bool) {
        (self.clock_start.take(), self.clock_frozen)
    }
}
