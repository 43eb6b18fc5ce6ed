//! Objects of one purchase.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use super::{
    ActionError, Charge, Dispute, IntentStatus, Invoice, InvoiceStatus, Metadata, PaymentIntent,
    PaymentStatus, Price, Private, Refund, Status, Subscription,
};

/// Checkout session.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Session {
    /// Session id, `cs_test_…` or `cs_live_…`.
    pub session_id: String,
    /// Whether the customer has completed it.
    pub complete: bool,
    /// Payment status.
    pub payment_status: PaymentStatus,
    /// The merchant's own reference.
    pub client_reference_id: Option<Private>,
    /// Metadata of the session, which is not the subscription's.
    pub metadata: Metadata,
    /// Amount to be paid now, in the currency's minor unit.
    pub amount_total: i64,
    /// Price of the purchase.
    pub price: Price,
    /// Quantity.
    pub quantity: i64,
    /// Time at which it was opened.
    pub created: Timestamp,
}

/// Purchase: a subscription or a one-time purchase, with all objects that belong to it. Times are
/// UTC.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Purchase {
    /// Id of the subscription, or of the payment intent of a one-time purchase.
    pub id: String,
    /// Whether it was made in live mode.
    pub livemode: bool,
    /// Customer, `cus_…`.
    pub customer_id: String,
    /// Checkout session, if there was one.
    pub session: Option<Session>,
    /// Subscription, if it is one.
    pub subscription: Option<Subscription>,
    /// Invoices, oldest first.
    pub invoices: Vec<Invoice>,
    /// Payment intents, oldest first.
    pub payment_intents: Vec<PaymentIntent>,
    /// Charges, including failed ones, oldest first.
    pub charges: Vec<Charge>,
    /// Refunds, oldest first.
    pub refunds: Vec<Refund>,
    /// Disputes, oldest first.
    pub disputes: Vec<Dispute>,
    /// Number of changes.
    pub version: u64,
}

impl Purchase {
    /// Returns the subscription's id; empty for a one-time purchase.
    #[must_use]
    pub fn subscription_id(&self) -> &str {
        let known = self.subscription.as_ref();
        known.map_or("", |known| known.subscription_id.as_str())
    }

    /// Returns the checkout session's id; empty without one.
    #[must_use]
    pub fn session_id(&self) -> &str {
        let known = self.session.as_ref();
        known.map_or("", |known| known.session_id.as_str())
    }

    /// Returns the newest invoice.
    #[must_use]
    pub fn latest_invoice(&self) -> Option<&Invoice> {
        self.invoices.last()
    }

    /// Returns the newest charge, even if it failed.
    #[must_use]
    pub fn latest_charge(&self) -> Option<&Charge> {
        self.charges.last()
    }

    /// Returns whether it gives access: the subscription runs or the single payment was made, and
    /// the last payment is neither refunded in full nor lost to a dispute.
    #[must_use]
    pub fn grants(&self) -> bool {
        let mut charges = self.charges.iter().rev();
        let paid =
            charges.find(|charge| charge.paid && self.is_for_access(charge.invoice_id.as_deref()));
        let runs = match &self.subscription {
            Some(known) => {
                matches!(
                    known.status,
                    Status::Trialing | Status::Active | Status::PastDue
                )
            }
            None => paid.is_some(),
        };
        let taken_back = paid.is_some_and(|charge| {
            let mut disputes = self.disputes.iter();
            let of_it =
                disputes.any(|one| one.charge_id == charge.charge_id && one.status.takes_money());
            charge.is_refunded() || of_it
        });
        runs && !taken_back
    }

    /// Returns every id by which it can be found.
    pub(super) fn ids(&self) -> impl Iterator<Item = &str> {
        let session = self.session.iter().map(|one| one.session_id.as_str());
        let subscription = self.subscription.iter().flat_map(|one| {
            let items = one.items.iter().map(|item| item.item_id.as_str());
            let schedule = one.schedule.iter().map(|one| one.schedule_id.as_str());
            items.chain([one.subscription_id.as_str()]).chain(schedule)
        });
        let invoices = self.invoices.iter().flat_map(|one| {
            let payments = one.payments.iter().map(|paid| paid.payment_id.as_str());
            payments.chain([one.invoice_id.as_str()])
        });
        let intents = self.payment_intents.iter();
        session
            .chain(subscription)
            .chain(invoices)
            .chain(intents.map(|one| one.payment_intent_id.as_str()))
            .chain(self.charges.iter().map(|one| one.charge_id.as_str()))
            .chain(self.refunds.iter().map(|one| one.refund_id.as_str()))
            .chain(self.disputes.iter().map(|one| one.dispute_id.as_str()))
    }

    pub(super) fn running(&self) -> Result<&Subscription, ActionError> {
        self.subscription.as_ref().ok_or(ActionError::BoughtOnce)
    }

    pub(super) fn running_mut(&mut self) -> Result<&mut Subscription, ActionError> {
        self.subscription.as_mut().ok_or(ActionError::BoughtOnce)
    }

    /// Returns the subscription, if its status is one of these.
    pub(super) fn must_be(&self, statuses: &[Status]) -> Result<&Subscription, ActionError> {
        let known = self.running()?;
        if statuses.contains(&known.status) {
            return Ok(known);
        }
        Err(ActionError::WrongStatus(known.status))
    }

    pub(super) fn invoice(&self, id: &str) -> Result<&Invoice, ActionError> {
        let found = self.invoices.iter().find(|one| one.invoice_id == id);
        found.ok_or(ActionError::NoInvoice)
    }

    pub(super) fn invoice_mut(&mut self, id: &str) -> Result<&mut Invoice, ActionError> {
        let found = self.invoices.iter_mut().find(|one| one.invoice_id == id);
        found.ok_or(ActionError::NoInvoice)
    }

    /// Returns the oldest invoice that waits to be finalised or paid.
    pub(super) fn waiting_invoice(&self) -> Option<&Invoice> {
        let waits = |one: &&Invoice| match one.status {
            InvoiceStatus::Open => true,
            InvoiceStatus::Draft => one.auto_advance,
            _ => false,
        };
        self.invoices.iter().find(waits)
    }

    /// Returns whether a period has begun whose invoice is a draft that will be paid.
    pub(super) fn has_draft(&self) -> bool {
        let latest = self.latest_invoice();
        latest.is_some_and(|one| one.status == InvoiceStatus::Draft && one.auto_advance)
    }
}

/// Progress of a payment of an invoice.
pub(super) enum Paying {
    /// Paid amount.
    Paid(i64),
    Open,
    Canceled,
}

impl Purchase {
    pub(super) fn intent(&self, id: &str) -> Result<&PaymentIntent, ActionError> {
        let mut intents = self.payment_intents.iter();
        let found = intents.find(|one| one.payment_intent_id == id);
        found.ok_or(ActionError::NoCharge)
    }

    pub(super) fn intent_mut(&mut self, id: &str) -> Result<&mut PaymentIntent, ActionError> {
        let mut intents = self.payment_intents.iter_mut();
        let found = intents.find(|one| one.payment_intent_id == id);
        found.ok_or(ActionError::NoCharge)
    }

    pub(super) fn charge(&self, id: &str) -> Result<&Charge, ActionError> {
        let found = self.charges.iter().find(|one| one.charge_id == id);
        found.ok_or(ActionError::NoCharge)
    }

    pub(super) fn charge_mut(&mut self, id: &str) -> Result<&mut Charge, ActionError> {
        let found = self.charges.iter_mut().find(|one| one.charge_id == id);
        found.ok_or(ActionError::NoCharge)
    }

    pub(super) fn paying(&self, intent_id: &str) -> Paying {
        match self.intent(intent_id) {
            Ok(intent) if intent.status == IntentStatus::Succeeded => Paying::Paid(intent.amount),
            Ok(intent) if intent.status != IntentStatus::Canceled => Paying::Open,
            _ => Paying::Canceled,
        }
    }
}
