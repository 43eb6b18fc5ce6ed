//! Response to the look-up of a subscription.

use jiff::Timestamp;
use serde::Serialize;

use super::{Status, Subscription};

/// Object of the look-up. It shows less than a notification: neither the period's start nor the
/// time of cancellation. The end of a grace period is present only during one.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct LookUp<'a> {
    subscription_id: &'a str,
    status: Status,
    active: bool,
    plan_code: &'a str,
    pending_plan_code: Option<&'a str>,
    partner_account_id: Option<&'a str>,
    invoice_number: Option<&'a str>,
    start_date: Timestamp,
    current_period_end: Timestamp,
    next_billing_date: Option<Timestamp>,
    #[serde(skip_serializing_if = "Option::is_none")]
    grace_period_end: Option<Timestamp>,
    auto_renew: bool,
    in_trial: bool,
    currency: &'a str,
    amount: &'a str,
}

impl<'a> LookUp<'a> {
    pub(crate) fn of(subscription: &'a Subscription, now: Timestamp) -> Self {
        Self {
            subscription_id: &subscription.subscription_id,
            status: subscription.status,
            active: subscription.is_active(now),
            plan_code: &subscription.plan_code,
            pending_plan_code: subscription.pending_plan_code.as_deref(),
            partner_account_id: subscription.partner_account_id.as_deref(),
            invoice_number: subscription.invoice_number(),
            start_date: subscription.start_date,
            current_period_end: subscription.current_period_end,
            next_billing_date: subscription.next_billing_date,
            grace_period_end: subscription.grace_period_end,
            auto_renew: subscription.auto_renew,
            in_trial: subscription.in_trial,
            currency: &subscription.currency,
            amount: &subscription.amount,
        }
    }

    /// Returns the JSON text, in the `data` envelope.
    pub(crate) fn text(&self) -> serde_json::Result<String> {
        serde_json::to_string(&serde_json::json!({ "data": self }))
    }
}
