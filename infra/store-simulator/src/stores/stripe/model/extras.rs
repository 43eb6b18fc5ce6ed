//! Extras beside the subscription, billed by an invoice item.

use super::{ActionError, BillingReason, Line, Options, Price, Purchase, Status, context::Context};

const RUNNING: [Status; 3] = [Status::Trialing, Status::Active, Status::PastDue];

impl Purchase {
    /// Bills an extra on an invoice of its own, which is paid at once.
    pub(super) fn bill_extra(
        &mut self,
        options: &Options,
        context: &mut Context<'_>,
    ) -> Result<(), ActionError> {
        let known = self.must_be(&RUNNING)?;
        let currency = &known
            .items
            .first()
            .ok_or(ActionError::NoItem)?
            .price
            .currency;
        let amount = options.amount.ok_or(ActionError::Missing("amount"))?;
        let price = Price::once(
            context.ids.make("price_"),
            context.ids.make("prod_"),
            amount,
            currency,
        );
        let line = Line {
            line_id: context.ids.make("il_"),
            amount,
            period_start: context.at,
            period_end: context.at,
            item_id: context.ids.make("ii_"),
            extra: true,
            proration: false,
            price,
            quantity: 1,
        };
        let reason = BillingReason::AutomaticPendingInvoiceItemInvoice;
        let looks_back = (context.at, context.at);
        let invoice_id = self.draft(reason, vec![line], looks_back, context)?;
        self.tell_invoice("invoice.created", &invoice_id, context)?;
        self.pay(&invoice_id, options, context)
    }

    /// Returns whether a charge paid for a period of the subscription, or for a one-time purchase.
    pub(super) fn is_for_access(&self, invoice_id: Option<&str>) -> bool {
        let invoice = invoice_id.and_then(|id| self.invoice(id).ok());
        invoice.is_none_or(|invoice| invoice.lines.iter().any(|line| !line.extra))
    }
}
