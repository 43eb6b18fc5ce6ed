//! Options of an action.

use std::collections::BTreeMap;

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use super::{
    AfterRetries, CancelForm, CancelReason, DisputeStatus, PauseBehavior, PauseType, Private,
    Proration, RefundStatus,
};

/// Options of an action. Fields that the action does not use are ignored.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, rename_all = "camelCase", deny_unknown_fields)]
pub struct Options {
    /// Price, for `changePlan`, `scheduleChange`, `addItem` and `resubscribe`.
    pub price_id: Option<String>,
    /// Item to change, for `changePlan`. Defaults to the first one.
    pub item_id: Option<String>,
    /// Quantity, for `changePlan` and `addItem`.
    pub quantity: Option<i64>,
    /// Cost of the change, for `changePlan`.
    pub proration: Proration,
    /// Fields that `cancel` sets. Defaults to those of the billing mode.
    pub cancel_form: Option<CancelForm>,
    /// Date of a cancellation at a date.
    pub at: Option<Timestamp>,
    /// Time from now on, for a cancellation at a date and `pauseCollection`; extension of a trial.
    /// In seconds.
    pub seconds: Option<u64>,
    /// Customer's choice, such as `too_expensive`, for `cancel`.
    pub feedback: Option<String>,
    /// Customer's comment, for `cancel`.
    pub comment: Option<Private>,
    /// Reason, for `cancelNow`.
    pub cancel_reason: Option<CancelReason>,
    /// Treatment of the subscription, for `exhaust`. Defaults to the account's setting.
    pub after_retries: Option<AfterRetries>,
    /// Makes the attempt the last one, for `fail`.
    pub last_attempt: bool,
    /// Treatment of invoices, for `pauseCollection`.
    pub behavior: PauseBehavior,
    /// Reason, for `pause`.
    pub pause_type: PauseType,
    /// Amount in the currency's minor unit: of `refund` (by default all that remains), of `dispute`
    /// (by default the whole charge), of `billExtra`.
    pub amount: Option<i64>,
    /// Charge, for `refund` and `dispute`. Defaults to the last paid one.
    pub charge_id: Option<String>,
    /// Reason in the API's terms, for `refund` and `dispute`.
    pub reason: Option<String>,
    /// Initial status of a refund.
    pub refund_status: RefundStatus,
    /// Initial status of a dispute.
    pub dispute_status: DisputeStatus,
    /// Ends the subscription, for `dispute`.
    pub cancel: bool,
    /// Keys and values, for `updateMetadata`; `null` removes one.
    pub metadata: BTreeMap<String, Option<Private>>,
    /// Status to show, any text, for `setStatus`.
    pub status: Option<String>,
    /// Pays without a charge, for `renew`, `collect` and `recover`.
    pub out_of_band: bool,
    /// Sends the events in reverse order.
    pub reverse_order: bool,
    /// Creates two distinct events for each change.
    pub twice: bool,
    /// Moves the clock to the time at which the action belongs.
    pub move_clock: bool,
    /// Creates events.
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
    /// Creates options that name a price.
    #[must_use]
    pub fn to_price(price_id: impl Into<String>) -> Self {
        Self {
            price_id: Some(price_id.into()),
            ..Self::default()
        }
    }

    /// Creates options with a duration in seconds.
    #[must_use]
    pub fn lasting(seconds: u64) -> Self {
        Self {
            seconds: Some(seconds),
            ..Self::default()
        }
    }

    /// Creates options with an amount in the currency's minor unit.
    #[must_use]
    pub fn of_amount(amount: i64) -> Self {
        Self {
            amount: Some(amount),
            ..Self::default()
        }
    }

    /// Creates options with a form of cancellation.
    #[must_use]
    pub fn with_form(form: CancelForm) -> Self {
        Self {
            cancel_form: Some(form),
            ..Self::default()
        }
    }

    /// Suppresses the events.
    #[must_use]
    pub fn silently(mut self) -> Self {
        self.notify = false;
        self
    }
}
