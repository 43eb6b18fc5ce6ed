//! Lists of objects.

use serde_json::Value;

use super::{ApiVersion, Billing, Purchase, view, view::Rendering};

/// Kind of a list.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Listed {
    /// Subscriptions, including ended ones.
    Subscriptions,
    /// Items of subscriptions.
    SubscriptionItems,
    /// Checkout sessions.
    Sessions,
    /// Line items of checkout sessions.
    LineItems,
    /// Invoices.
    Invoices,
    /// Payments of invoices.
    InvoicePayments,
    /// Charges, including failed ones.
    Charges,
    /// Refunds.
    Refunds,
    /// Disputes.
    Disputes,
}

impl Billing {
    /// Returns the objects of one mode, newest first; only those of one purchase if an id of any of
    /// its objects is given.
    #[must_use]
    pub fn list(
        &self,
        listed: Listed,
        livemode: bool,
        about: Option<&str>,
        version: &ApiVersion,
    ) -> Vec<Value> {
        let rendering = self.rendering(version);
        let purchases: Vec<&Purchase> = match about {
            Some(id) => self.purchase(id).into_iter().collect(),
            None => self.purchases().collect(),
        };
        let of_mode = purchases.into_iter().filter(|one| one.livemode == livemode);
        let mut objects: Vec<Value> = of_mode
            .flat_map(|purchase| shown(purchase, listed, &rendering))
            .collect();
        objects.reverse();
        let created = |object: &Value| object.get("created").and_then(Value::as_i64);
        objects.sort_by_key(|object| std::cmp::Reverse(created(object)));
        objects
    }
}

/// Returns the objects of a purchase, oldest first.
fn shown(purchase: &Purchase, listed: Listed, rendering: &Rendering<'_>) -> Vec<Value> {
    let subscription = purchase.subscription.iter();
    let session = purchase.session.iter();
    match listed {
        Listed::Subscriptions => subscription
            .map(|known| view::subscription(known, rendering))
            .collect(),
        Listed::SubscriptionItems => subscription
            .flat_map(|known| {
                let items = known.items.iter().rev();
                items.map(|item| view::item(item, known, rendering))
            })
            .collect(),
        Listed::Sessions => session
            .map(|known| view::session(known, purchase))
            .collect(),
        Listed::LineItems => session
            .filter_map(|known| {
                let items = view::line_items(known, purchase);
                items.get("data").and_then(Value::as_array).cloned()
            })
            .flatten()
            .collect(),
        Listed::Invoices => {
            let invoices = purchase.invoices.iter();
            invoices
                .map(|one| view::invoice(one, purchase, rendering))
                .collect()
        }
        Listed::InvoicePayments => {
            let invoices = purchase.invoices.iter();
            invoices
                .flat_map(|invoice| {
                    let payments = invoice.payments.iter();
                    payments.map(|one| view::invoice_payment(one, invoice, purchase))
                })
                .collect()
        }
        Listed::Charges => {
            let charges = purchase.charges.iter();
            charges
                .map(|one| view::charge(one, purchase, rendering))
                .collect()
        }
        Listed::Refunds => purchase.refunds.iter().map(view::refund).collect(),
        Listed::Disputes => {
            let disputes = purchase.disputes.iter();
            disputes.map(|one| view::dispute(one, purchase)).collect()
        }
    }
}
