//! Input of an action besides its purchase.

use std::time::Duration;

use jiff::Timestamp;
use serde_json::Value;

use super::{
    ActionError, AfterRetries, ApiVersion, Options, Price, Published, ids::Ids, published,
    view::Rendering,
};

/// Settings of a whole account.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Settings {
    /// API version of events.
    pub api_version: ApiVersion,
    /// Treatment of a subscription after the last failed attempt at payment.
    pub after_retries: AfterRetries,
    /// Number of items that a subscription shows inline; beyond it `has_more` is set.
    pub inline_items: usize,
}

impl Default for Settings {
    fn default() -> Self {
        Self {
            api_version: ApiVersion::default(),
            after_retries: AfterRetries::default(),
            inline_items: 10,
        }
    }
}

pub(super) struct Context<'a> {
    pub(super) prices: &'a [Price],
    pub(super) settings: &'a Settings,
    pub(super) ids: &'a mut Ids,
    pub(super) livemode: bool,
    /// Time of the action, which advances while the action includes waits.
    pub(super) at: Timestamp,
    pub(super) move_clock: bool,
    pub(super) published: Vec<Published>,
}

impl Context<'_> {
    /// Moves to a time that is ahead, if the clock may be moved.
    pub(super) fn reach(&mut self, time: Timestamp) {
        if self.move_clock {
            self.at = self.at.max(time);
        }
    }

    /// Lets time pass, if the clock may be moved.
    pub(super) fn wait(&mut self, seconds: u64) {
        self.reach(self.later(seconds));
    }

    pub(super) fn later(&self, seconds: u64) -> Timestamp {
        let later = self.at.checked_add(Duration::from_secs(seconds));
        later.unwrap_or(Timestamp::MAX)
    }

    pub(super) fn rendering(&self) -> Rendering<'_> {
        Rendering {
            version: &self.settings.api_version,
            inline_items: self.settings.inline_items,
        }
    }

    pub(super) fn publish(&mut self, kind: &str, object: Value) {
        self.push(kind, object, None);
    }

    /// Publishes an update, with the previous attributes; nothing if nothing changed.
    pub(super) fn publish_change(&mut self, kind: &str, before: &Value, object: Value) {
        if let Some(previous) = published::difference(before, &object) {
            self.push(kind, object, Some(previous));
        }
    }

    fn push(&mut self, kind: &str, object: Value, previous_attributes: Option<Value>) {
        let event_id = self.ids.make("evt_");
        self.published.push(Published {
            event_id,
            kind: kind.to_owned(),
            at: self.at,
            livemode: self.livemode,
            object,
            previous_attributes,
            request_id: None,
        });
    }

    pub(super) fn price(&self, price_id: &str) -> Result<Price, ActionError> {
        let mut prices = self.prices.iter();
        let found = prices.find(|price| price.price_id == price_id).cloned();
        found.ok_or_else(|| ActionError::UnknownPrice(price_id.to_owned()))
    }

    /// Returns the price that the options name, which must be recurring.
    pub(super) fn named_price(&self, options: &Options) -> Result<Price, ActionError> {
        let price_id = options.price_id.as_deref();
        let price = self.price(price_id.ok_or(ActionError::Missing("priceId"))?)?;
        if price.is_recurring() {
            return Ok(price);
        }
        Err(ActionError::NotRecurring)
    }
}
