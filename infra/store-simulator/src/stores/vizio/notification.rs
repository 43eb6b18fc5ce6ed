//! Notifications and their envelope.

use jiff::Timestamp;
use serde::Serialize;
use uuid::Uuid;

use super::{Invoice, InvoiceStatus, Status, Subscription};

/// The nine event types of the store.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum EventType {
    /// The subscription was created, in trial or paid.
    Created,
    /// A first or recurring charge was paid.
    PaymentSuccessful,
    /// A recurring charge failed.
    PaymentFailed,
    /// A charge was refunded.
    PaymentRefund,
    /// The customer opted out; the subscription runs to its end.
    Canceled,
    /// The customer opted in again before the end.
    Reactivated,
    /// The next renewal changes to a lower plan.
    DowngradePending,
    /// The plan or the dates have changed.
    Updated,
    /// The end was reached.
    Expired,
}

impl EventType {
    /// Returns the store's spelling.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Created => "SUBSCRIPTION.CREATED",
            Self::PaymentSuccessful => "SUBSCRIPTION.PAYMENT.SUCCESSFUL",
            Self::PaymentFailed => "SUBSCRIPTION.PAYMENT.FAILED",
            Self::PaymentRefund => "SUBSCRIPTION.PAYMENT.REFUND",
            Self::Canceled => "SUBSCRIPTION.CANCELED",
            Self::Reactivated => "SUBSCRIPTION.REACTIVATED",
            Self::DowngradePending => "SUBSCRIPTION.DOWNGRADE.PENDING",
            Self::Updated => "SUBSCRIPTION.UPDATED",
            Self::Expired => "SUBSCRIPTION.EXPIRED",
        }
    }
}

/// Event of a subscription, with the data that the subscription alone does not show.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Notice {
    pub(crate) event: EventType,
    /// Invoice of the charge that the event is about.
    pub(crate) invoice: Option<Invoice>,
    /// Plan before a switch.
    pub(crate) previous_plan_code: Option<String>,
}

impl Notice {
    pub(crate) fn of(event: EventType) -> Self {
        Self {
            event,
            invoice: None,
            previous_plan_code: None,
        }
    }

    pub(crate) fn about_charge(event: EventType, invoice: &Invoice) -> Self {
        Self {
            invoice: Some(invoice.clone()),
            ..Self::of(event)
        }
    }

    pub(crate) fn about_switch(previous_plan_code: String) -> Self {
        Self {
            previous_plan_code: Some(previous_plan_code),
            ..Self::of(EventType::Updated)
        }
    }
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Envelope<'a> {
    notification_id: &'a str,
    event_type: &'a str,
    event_time: Timestamp,
    partner_id: &'a str,
    app_id: &'a str,
    data: Option<Data<'a>>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Data<'a> {
    subscription_id: &'a str,
    invoice_number: Option<&'a str>,
    partner_account_id: Option<&'a str>,
    plan_code: &'a str,
    previous_plan_code: Option<&'a str>,
    pending_plan_code: Option<&'a str>,
    status: Status,
    auto_renew: bool,
    in_trial: bool,
    start_date: Timestamp,
    current_period_start: Timestamp,
    current_period_end: Timestamp,
    next_billing_date: Option<Timestamp>,
    grace_period_end: Option<Timestamp>,
    canceled_at: Option<Timestamp>,
    payment: Option<Payment<'a>>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Payment<'a> {
    status: InvoiceStatus,
    amount: &'a str,
    currency: &'a str,
    failure_reason: Option<&'static str>,
    refunded_at: Option<Timestamp>,
    refund_amount: Option<&'a str>,
}

/// Sender of a notification, and its time.
pub(crate) struct Sender<'a> {
    pub(crate) partner_id: &'a str,
    pub(crate) app_id: &'a str,
    pub(crate) now: Timestamp,
}

/// Generates an id for a notification.
pub(crate) fn new_id() -> String {
    format!("nv-{}", Uuid::new_v4())
}

/// Builds the body of a notification. `event_type` may be one that the store does not know.
pub(crate) fn body(
    sender: &Sender<'_>,
    notification_id: &str,
    event_type: &str,
    subscription: Option<&Subscription>,
    notice: Option<&Notice>,
) -> serde_json::Result<Vec<u8>> {
    serde_json::to_vec(&Envelope {
        notification_id,
        event_type,
        event_time: sender.now,
        partner_id: sender.partner_id,
        app_id: sender.app_id,
        data: subscription.map(|subscription| data(subscription, notice)),
    })
}

fn data<'a>(subscription: &'a Subscription, notice: Option<&'a Notice>) -> Data<'a> {
    let invoice = notice.and_then(|notice| notice.invoice.as_ref());
    Data {
        subscription_id: &subscription.subscription_id,
        invoice_number: invoice
            .map(|invoice| invoice.invoice_number.as_str())
            .or_else(|| subscription.invoice_number()),
        partner_account_id: subscription.partner_account_id.as_deref(),
        plan_code: &subscription.plan_code,
        previous_plan_code: notice.and_then(|notice| notice.previous_plan_code.as_deref()),
        pending_plan_code: subscription.pending_plan_code.as_deref(),
        status: subscription.status,
        auto_renew: subscription.auto_renew,
        in_trial: subscription.in_trial,
        start_date: subscription.start_date,
        current_period_start: subscription.current_period_start,
        current_period_end: subscription.current_period_end,
        next_billing_date: subscription.next_billing_date,
        grace_period_end: subscription.grace_period_end,
        canceled_at: subscription.canceled_at,
        payment: invoice.map(payment),
    }
}

fn payment(invoice: &Invoice) -> Payment<'_> {
    let refunded = invoice.status == InvoiceStatus::Refunded;
    Payment {
        status: invoice.status,
        amount: &invoice.amount,
        currency: &invoice.currency,
        failure_reason: (invoice.status == InvoiceStatus::Failed).then_some("CARD_DECLINED"),
        refunded_at: invoice.refunded_at,
        refund_amount: refunded.then_some(invoice.amount.as_str()),
    }
}
