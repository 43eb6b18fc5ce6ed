//! Invoices and their payments.

use jiff::Timestamp;

use super::{
    ActionError, BillingReason, Charge, IntentStatus, Invoice, InvoicePayment, InvoiceStatus, Line,
    Metadata, Options, PaymentIntent, Purchase, context::Context,
};

impl Purchase {
    /// Creates a draft invoice with these lines, which becomes the subscription's latest one.
    /// `looks_back` is the period that it shows as its own. Returns its id.
    pub(super) fn draft(
        &mut self,
        billing_reason: BillingReason,
        lines: Vec<Line>,
        looks_back: (Timestamp, Timestamp),
        context: &mut Context<'_>,
    ) -> Result<String, ActionError> {
        let invoice_id = context.ids.make("in_");
        let known = self.running_mut()?;
        known.latest_invoice.clone_from(&invoice_id);
        let first = lines.first().ok_or(ActionError::NoItem)?;
        let (period_start, period_end) = looks_back;
        let total: i64 = lines.iter().map(|line| line.amount).sum();
        let invoice = Invoice {
            invoice_id: invoice_id.clone(),
            status: InvoiceStatus::Draft,
            billing_reason,
            currency: first.price.currency.clone(),
            amount_due: total.max(0),
            amount_paid: 0,
            auto_advance: true,
            attempt_count: 0,
            next_payment_attempt: None,
            created: context.at,
            finalized_at: None,
            paid_at: None,
            period_start,
            period_end,
            lines,
            payments: Vec::new(),
            metadata: known.metadata.clone(),
        };
        self.invoices.push(invoice);
        Ok(invoice_id)
    }

    /// Returns the lines of the items' current periods.
    pub(super) fn lines(&self, context: &mut Context<'_>) -> Result<Vec<Line>, ActionError> {
        let items = self.running()?.items.iter();
        let lines = items.map(|item| Line {
            line_id: context.ids.make("il_"),
            amount: item.amount(),
            period_start: item.current_period_start,
            period_end: item.current_period_end,
            item_id: item.item_id.clone(),
            extra: false,
            proration: false,
            price: item.price.clone(),
            quantity: item.quantity,
        });
        Ok(lines.collect())
    }

    /// Finalises a draft; if there is something to pay, it gets a payment intent.
    pub(super) fn finalize(
        &mut self,
        invoice_id: &str,
        context: &mut Context<'_>,
    ) -> Result<(), ActionError> {
        let invoice = self.invoice_mut(invoice_id)?;
        if invoice.status != InvoiceStatus::Draft {
            return Ok(());
        }
        invoice.status = InvoiceStatus::Open;
        invoice.finalized_at = Some(context.at);
        let (amount, currency) = (invoice.amount_due, invoice.currency.clone());
        if amount > 0 {
            let metadata = Metadata::default();
            let for_invoice = Some(invoice_id.to_owned());
            let intent = self.intend(amount, currency, metadata, for_invoice, context);
            let payment = InvoicePayment {
                payment_id: context.ids.make("inpay_"),
                payment_intent_id: intent,
                created: context.at,
            };
            self.invoice_mut(invoice_id)?.payments.push(payment);
        }
        self.tell_invoice("invoice.finalized", invoice_id, context)
    }

    /// Creates a payment intent. Returns its id.
    pub(super) fn intend(
        &mut self,
        amount: i64,
        currency: String,
        metadata: Metadata,
        invoice_id: Option<String>,
        context: &mut Context<'_>,
    ) -> String {
        let payment_intent_id = context.ids.make("pi_");
        self.payment_intents.push(PaymentIntent {
            payment_intent_id: payment_intent_id.clone(),
            amount,
            currency,
            status: IntentStatus::RequiresPaymentMethod,
            latest_charge: None,
            invoice_id,
            created: context.at,
            metadata,
        });
        payment_intent_id
    }

    /// Makes one attempt at a payment, with its events.
    pub(super) fn charge_intent(
        &mut self,
        intent_id: &str,
        paid: bool,
        context: &mut Context<'_>,
    ) -> Result<(), ActionError> {
        let charge_id = context.ids.make("ch_");
        let intent = self.intent_mut(intent_id)?;
        intent.latest_charge = Some(charge_id.clone());
        intent.status = if paid {
            IntentStatus::Succeeded
        } else {
            IntentStatus::RequiresPaymentMethod
        };
        let charge = Charge {
            charge_id: charge_id.clone(),
            payment_intent_id: intent.payment_intent_id.clone(),
            invoice_id: intent.invoice_id.clone(),
            amount: intent.amount,
            amount_refunded: 0,
            currency: intent.currency.clone(),
            paid,
            disputed: false,
            created: context.at,
            metadata: intent.metadata.clone(),
        };
        self.charges.push(charge);
        let (of_charge, of_intent) = if paid {
            ("charge.succeeded", "payment_intent.succeeded")
        } else {
            ("charge.failed", "payment_intent.payment_failed")
        };
        self.tell_charge(of_charge, &charge_id, context)?;
        self.tell_intent(of_intent, intent_id, context)
    }

    /// Finalises an invoice if it is a draft, and pays it.
    pub(super) fn pay(
        &mut self,
        invoice_id: &str,
        options: &Options,
        context: &mut Context<'_>,
    ) -> Result<(), ActionError> {
        self.finalize(invoice_id, context)?;
        let invoice = self.invoice(invoice_id)?;
        let intent = invoice.payment_intent_id().map(str::to_owned);
        if let (Some(intent), false) = (&intent, options.out_of_band) {
            self.charge_intent(intent, true, context)?;
        }
        let invoice = self.invoice_mut(invoice_id)?;
        invoice.status = InvoiceStatus::Paid;
        invoice.amount_paid = invoice.amount_due;
        invoice.paid_at = Some(context.at);
        invoice.attempt_count = invoice.attempt_count.saturating_add(1);
        invoice.next_payment_attempt = None;
        self.tell_invoice("invoice.paid", invoice_id, context)?;
        if options.out_of_band {
            return Ok(());
        }
        self.tell_invoice("invoice.payment_succeeded", invoice_id, context)
    }

    /// Finalises an invoice if it is a draft, and declines its charge.
    pub(super) fn decline(
        &mut self,
        invoice_id: &str,
        next_attempt: Option<Timestamp>,
        context: &mut Context<'_>,
    ) -> Result<(), ActionError> {
        self.finalize(invoice_id, context)?;
        let invoice = self.invoice_mut(invoice_id)?;
        invoice.attempt_count = invoice.attempt_count.saturating_add(1);
        invoice.next_payment_attempt = next_attempt;
        let intent = invoice.payment_intent_id().map(str::to_owned);
        if let Some(intent) = intent {
            self.charge_intent(&intent, false, context)?;
        }
        self.tell_invoice("invoice.payment_failed", invoice_id, context)
    }

    /// Voids an unpaid invoice.
    pub(super) fn void(
        &mut self,
        invoice_id: &str,
        context: &mut Context<'_>,
    ) -> Result<(), ActionError> {
        let invoice = self.invoice_mut(invoice_id)?;
        invoice.status = InvoiceStatus::Void;
        invoice.next_payment_attempt = None;
        let intent = invoice.payment_intent_id().map(str::to_owned);
        if let Some(intent) = intent {
            self.intent_mut(&intent)?.status = IntentStatus::Canceled;
        }
        self.tell_invoice("invoice.voided", invoice_id, context)
    }
}
