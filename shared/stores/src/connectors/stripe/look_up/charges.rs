//! Payments of an invoice, with their refunds and disputes.

use crate::connectors::stripe::client::lists::{FULL_PAGE, ListError, Pages};
use crate::connectors::stripe::client::{ApiClient, path};
use crate::connectors::stripe::snapshot::refunds::{Charged, Part};
use crate::connectors::stripe::wire::{
    Charge, Invoice, InvoicePayment, Means, PaymentRecord, Ref, malformed,
};
use crate::fields::shortened;

/// Returns the payments of an invoice. One that was paid outside of Stripe and not reported has
/// none.
pub(in crate::connectors::stripe) async fn of_invoice(
    api: &ApiClient<'_>,
    invoice: &Invoice,
) -> Result<Vec<Part>, ListError> {
    // A trial or a full coupon: there is no payment that could be refunded.
    if invoice.amount_paid == Some(0) {
        return Ok(Vec::new());
    }
    if !api.config.api_version.has_invoice_payments() {
        return match &invoice.charge {
            Some(charge) => Ok(vec![charged(api, Ref::Id(charge.id().to_owned())).await?]),
            None => Ok(Vec::new()),
        };
    }
    let query = [
        ("invoice", invoice.id.as_str()),
        FULL_PAGE,
        ("expand[]", "data.payment.payment_intent.latest_charge"),
    ];
    let payments = Pages::new(api, "invoice payments", "invoice_payments", &query);
    let payments: Vec<InvoicePayment> = payments.rest().await?;
    let mut parts = Vec::new();
    for payment in payments {
        // Partial payments make several parts, and failed attempts stay in the list.
        parts.extend(match payment.status.as_deref() {
            Some("paid") => match payment.payment {
                Some(means) => by(api, means).await?,
                None => None,
            },
            None | Some("open" | "canceled") => None,
            Some(other) => Some(unknown("invoice payment", other)),
        });
    }
    Ok(parts)
}

/// Returns the part that a payment is; `None` if Stripe has nothing to refund.
async fn by(api: &ApiClient<'_>, means: Means) -> Result<Option<Part>, ListError> {
    let charge = match (means.kind.as_deref(), means.payment_intent) {
        (None | Some("payment_intent"), Some(Ref::Object(payment))) => payment.latest_charge,
        (None | Some("payment_intent"), Some(Ref::Id(_))) => {
            // The request asked for the object. Without it nothing is known about refunds.
            return Err(malformed("a payment is not expanded").into());
        }
        (Some("payment_intent"), None) => None,
        (None | Some("charge"), _) => means.charge,
        // Taken by another processor: there is no charge, and refunds are only a sum.
        (Some("payment_record"), _) => {
            return match means.payment_record {
                Some(record) => recorded(api, record.id()).await.map(Some),
                None => Err(malformed("a payment_record is not named").into()),
            };
        }
        (Some(other), _) => return Ok(Some(unknown("payment", other))),
    };
    match charge {
        Some(charge) => charged(api, charge).await.map(Some),
        None => Ok(None),
    }
}

/// Reads a charge, and its refunds and disputes if it says that it has any.
pub(in crate::connectors::stripe) async fn charged(
    api: &ApiClient<'_>,
    charge: Ref<Charge>,
) -> Result<Part, ListError> {
    let charge = match charge {
        Ref::Object(charge) => *charge,
        Ref::Id(id) => api.also(&path("charges", &id), &[]).await?,
    };
    let query = [("charge", charge.id.as_str()), FULL_PAGE];
    // Two requests less for nearly every look-up.
    let refunds = if charge.refunded || charge.amount_refunded > 0 {
        let refunds = Pages::new(api, "refunds", "refunds", &query);
        refunds.rest().await?
    } else {
        Vec::new()
    };
    let disputes = if charge.disputed {
        let disputes = Pages::new(api, "disputes", "disputes", &query);
        disputes.rest().await?
    } else {
        Vec::new()
    };
    Ok(Part::Charged(Charged {
        charge,
        refunds,
        disputes,
    }))
}

async fn recorded(api: &ApiClient<'_>, id: &str) -> Result<Part, ListError> {
    let record: PaymentRecord = api.also(&path("payment_records", id), &[]).await?;
    crate::connectors::stripe::client::same(id, &record.id)?;
    Ok(Part::Recorded(record))
}

fn unknown(of: &str, word: &str) -> Part {
    Part::Unknown(format!("{of}: {}", shortened(word)))
}
