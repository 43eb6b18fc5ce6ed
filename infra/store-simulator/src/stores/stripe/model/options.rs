//! What an action can be told.

use std::collections::BTreeMap;

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use super::{
    AfterRetries, CancelForm, CancelReason, DisputeStatus, PauseBehavior, PauseType, Private,
    Proration, RefundStatus,
};

/// What an action can be told. Fields that it has no use for are ignored.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, rename_all = "camelCase", deny_unknown_fields)]
pub struct Options {
    /// Change, schedule, add, resubscribe: the price.
    pub price_id: Option<String>,
    /// Change: the item; the first one, if not given.
    pub item_id: Option<String>,
    /// Change, add: how many.
    pub quantity: Option<i64>,
    /// Change: what it costs now.
    pub proration: Proration,
    /// Cancel: which fields are set; by the billing mode, if not given.
    pub cancel_form: Option<CancelForm>,
    /// Cancel at a date: the date.
    pub at: Option<Timestamp>,
    /// Cancel at a date, pause collection: from now on. Extend the trial: by how much.
    pub seconds: Option<u64>,
    /// Cancel: the customer's choice, such as `too_expensive`.
    pub feedback: Option<String>,
    /// Cancel: the customer's words.
    pub comment: Option<Private>,
    /// Cancel now: why.
    pub cancel_reason: Option<CancelReason>,
    /// Exhaust: what becomes of it; the account's setting, if not given.
    pub after_retries: Option<AfterRetries>,
    /// Fail: it is not tried again.
    pub last_attempt: bool,
    /// Pause collection: what becomes of invoices.
    pub behavior: PauseBehavior,
    /// Pause: why.
    pub pause_type: PauseType,
    /// Refund: how much; all that is left, if not given. Dispute: how much.
    pub amount: Option<i64>,
    /// Refund, dispute: the charge; the last one that was paid, if not given.
    pub charge_id: Option<String>,
    /// Refund, dispute: why, in the API's words.
    pub reason: Option<String>,
    /// Refund: where it stands at once.
    pub refund_status: RefundStatus,
    /// Dispute: where it stands at once.
    pub dispute_status: DisputeStatus,
    /// Dispute: the subscription ends by it.
    pub cancel: bool,
    /// Update the metadata: keys and values; `null` takes one away.
    pub metadata: BTreeMap<String, Option<Private>>,
    /// Set the status: any word.
    pub status: Option<String>,
    /// Renew, collect, recover: it is paid without a charge.
    pub out_of_band: bool,
    /// Send the events in the other order.
    pub reverse_order: bool,
    /// Make two events of each.
    pub twice: bool,
    /// Move the clock to where the action belongs.
    pub move_clock: bool,
    /// Make events of it.
    pub notify: bool,
}

impl Default for Options {
    fn default() -> Self {
        Self {
            price_id: None,
            item_id: None,
            quantity: None,
            proration: Proration::default(),
            cancel_form: None,
            at: None,
            seconds: None,
            feedback: None,
            comment: None,
            cancel_reason: None,
            after_retries: None,
            last_attempt: false,
            behavior: PauseBehavior::default(),
            pause_type: PauseType::default(),
            amount: None,
            charge_id: None,
            reason: None,
            refund_status: RefundStatus::default(),
            dispute_status: DisputeStatus::default(),
            cancel: false,
            metadata: BTreeMap::new(),
            status: None,
            out_of_band: false,
            reverse_order: false,
            twice: false,
            move_clock: true,
            notify: true,
        }
    }
}

impl Options {
    /// Options that name a price.
    #[must_use]
    pub fn to_price(price_id: impl Into<String>) -> Self {
        Self {
            price_id: Some(price_id.into()),
            ..Self::default()
        }
    }

    /// Options with a length of time in seconds.
    #[must_use]
    pub fn lasting(seconds: u64) -> Self {
        Self {
            seconds: Some(seconds),
            ..Self::default()
        }
    }

    /// Options with an amount in the currency's minor unit.
    #[must_use]
    pub fn of_amount(amount: i64) -> Self {
        Self {
            amount: Some(amount),
            ..Self::default()
        }
    }

    /// Options with a form of cancellation.
    #[must_use]
    pub fn with_form(form: CancelForm) -> Self {
        Self {
            cancel_form: Some(form),
            ..Self::default()
        }
    }

    /// The same options, but no event is made.
    #[must_use]
    pub fn silently(mut self) -> Self {
        self.notify = false;
        self
    }
}
