//! Objects by their ids, as the API shows them.

use serde_json::{Value, json};

use super::{ApiVersion, Billing, Purchase, view, view::Rendering};

impl Billing {
    /// Returns the object with this id as a version of the API shows it: a subscription, an item of
    /// one, a checkout session, an invoice, a payment of one, a payment intent, a charge, a refund,
    /// a dispute, a customer, a price or a product.
    #[must_use]
    pub fn object(&self, id: &str, version: &ApiVersion) -> Option<Value> {
        let livemode = self.livemode_of(id).unwrap_or(true);
        self.object_in(id, livemode, version)
    }

    /// As [`Billing::object`]; prices and products, which exist in both modes, are shown in this
    /// one.
    pub(super) fn object_in(
        &self,
        id: &str,
        livemode: bool,
        version: &ApiVersion,
    ) -> Option<Value> {
        if let Some(purchase) = self.purchase(id) {
            return part(purchase, id, &self.rendering(version));
        }
        if let Some(price) = self.prices.iter().find(|price| price.price_id == id) {
            return Some(view::price(price, livemode));
        }
        if self.prices.iter().any(|price| price.product_id == id) {
            return Some(view::product(id, livemode));
        }
        if id.starts_with("pm_") {
            return Some(json!({"id": id, "object": "payment_method", "type": "card"}));
        }
        let mut purchases = self.purchases.values();
        let theirs = purchases.find(|purchase| purchase.customer_id == id)?;
        Some(view::customer(id, theirs.livemode))
    }

    /// Returns the mode of the object with this id; `None` if it is unknown, or in both modes, as
    /// prices are.
    #[must_use]
    pub fn livemode_of(&self, id: &str) -> Option<bool> {
        let of_customer = || {
            let mut purchases = self.purchases.values();
            purchases.find(|purchase| purchase.customer_id == id)
        };
        let purchase = self.purchase(id).or_else(of_customer);
        purchase.map(|purchase| purchase.livemode)
    }

    pub(super) fn rendering<'a>(&self, version: &'a ApiVersion) -> Rendering<'a> {
        Rendering {
            version,
            inline_items: self.settings.inline_items,
        }
    }
}

fn part(purchase: &Purchase, id: &str, rendering: &Rendering<'_>) -> Option<Value> {
    let subscription = purchase.subscription.as_ref();
    if let Some(known) = subscription {
        if known.subscription_id == id {
            return Some(view::subscription(known, rendering));
        }
        if let Some(item) = known.items.iter().find(|item| item.item_id == id) {
            return Some(view::item(item, known, rendering));
        }
        if let Some(schedule) = known.schedule.as_ref().filter(|one| one.schedule_id == id) {
            return Some(view::schedule(schedule, known));
        }
    }
    if let Some(session) = purchase.session.as_ref().filter(|one| one.session_id == id) {
        return Some(view::session(session, purchase));
    }
    for invoice in &purchase.invoices {
        if invoice.invoice_id == id {
            return Some(view::invoice(invoice, purchase, rendering));
        }
        if let Some(payment) = invoice.payments.iter().find(|one| one.payment_id == id) {
            return Some(view::invoice_payment(payment, invoice, purchase));
        }
    }
    if let Ok(intent) = purchase.intent(id) {
        return Some(view::payment_intent(intent, purchase, rendering));
    }
    if let Ok(charge) = purchase.charge(id) {
        return Some(view::charge(charge, purchase, rendering));
    }
    if let Some(refund) = purchase.refunds.iter().find(|one| one.refund_id == id) {
        return Some(view::refund(refund));
    }
    let dispute = purchase.disputes.iter().find(|one| one.dispute_id == id)?;
    Some(view::dispute(dispute, purchase))
}
