//! The store's record of a purchased subscription, and the actions on it.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use super::{Action, Configuration, Options, Renewals, action::ActionError};
use crate::{clock::Clock, plan::Plan};

/// Statuses that the store knows, as it writes them.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Status {
    /// Active, and renews.
    Active,
    /// Ended.
    Expired,
    /// The buyer opted out.
    CancelledByBuyer,
    /// A charge failed.
    PaymentFailed,
    /// The content provider cancelled it.
    CancelledByProvider,
}

impl Status {
    /// Returns the two characters of the status.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Active => "00",
            Self::Expired => "01",
            Self::CancelledByBuyer => "02",
            Self::PaymentFailed => "03",
            Self::CancelledByProvider => "04",
        }
    }
}

/// Subscription in the store's records. Times are UTC, in whole seconds of the application's clock.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Purchase {
    /// Subscription id, which all its invoices share.
    pub subscription_id: String,
    /// Customer, as the app named them to Samsung.
    pub custom_id: String,
    /// Country of the purchase.
    pub country_code: String,
    /// Two characters of the status.
    pub status: String,
    /// Product that the next renewal changes to, if any.
    pub reserved_item_id: Option<String>,
    /// Time of purchase.
    pub start: Timestamp,
    /// Every listed invoice, oldest first; never empty.
    pub invoices: Vec<Invoice>,
}

/// Invoice of a subscription.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Invoice {
    /// Id of the invoice.
    pub invoice_id: String,
    /// Product.
    pub item_id: String,
    /// Price, decimal text.
    pub price: String,
    /// Currency of the price.
    pub currency: String,
    /// Time of payment.
    pub order_time: Timestamp,
    /// End of the paid period.
    pub end: Timestamp,
    /// Whether the sale was cancelled.
    pub cancelled: bool,
    /// Time at which the application reported delivery.
    pub applied_at: Option<Timestamp>,
}

/// Input of the actions besides the purchase.
pub(super) struct Context<'a> {
    pub(super) configuration: &'a Configuration,
    pub(super) clock: &'a Clock,
    pub(super) invoices_issued: &'a mut u64,
}

impl Context<'_> {
    fn product(&self, item_id: &str) -> Result<Plan, ActionError> {
        let product = self.configuration.product(item_id).cloned();
        product.ok_or_else(|| ActionError::UnknownProduct(item_id.to_owned()))
    }

    fn named_product(&self, options: &Options) -> Result<Plan, ActionError> {
        let item_id = options.item_id.as_deref();
        self.product(item_id.ok_or(ActionError::Missing("itemId"))?)
    }

    /// Returns an invoice for a period of a product, paid at `start`.
    pub(super) fn invoice(
        &mut self,
        id: Option<String>,
        item_id: &str,
        start: Timestamp,
        end: Option<Timestamp>,
    ) -> Result<Invoice, ActionError> {
        let product = self.product(item_id)?;
        *self.invoices_issued += 1;
        let issued = *self.invoices_issued;
        Ok(Invoice {
            invoice_id: id.unwrap_or_else(|| format!("UP01261105{issued:08}")),
            end: match end {
                Some(end) => end,
                None => product.end_of_period(start)?,
            },
            item_id: product.plan_code,
            price: product.amount,
            currency: product.currency,
            order_time: start,
            cancelled: false,
            applied_at: None,
        })
    }
}

impl Purchase {
    /// Returns the end of the last period.
    #[must_use]
    pub fn end(&self) -> Timestamp {
        self.last().map_or(self.start, |invoice| invoice.end)
    }

    /// Returns the invoice of the current period.
    #[must_use]
    pub fn last(&self) -> Option<&Invoice> {
        self.invoices.last()
    }

    pub(super) fn set(&mut self, status: Status) {
        status.as_str().clone_into(&mut self.status);
    }

    fn is(&self, statuses: &[Status]) -> Result<(), ActionError> {
        if statuses.iter().any(|status| self.status == status.as_str()) {
            return Ok(());
        }
        Err(ActionError::WrongStatus(self.status.clone()))
    }

    /// Applies an action. On an error the purchase may be partly changed: work on a copy.
    pub(super) fn apply(
        &mut self,
        action: Action,
        options: &Options,
        context: &mut Context<'_>,
    ) -> Result<(), ActionError> {
        use Status::{Active, CancelledByBuyer, Expired, PaymentFailed};
        match action {
            Action::Renew => {
                self.is(&[Active, PaymentFailed])?;
                self.renew(context)?;
            }
            Action::Fail => {
                self.is(&[Active])?;
                context.clock.reach(self.end());
                self.set(PaymentFailed);
            }
            Action::Cancel => {
                self.is(&[Active])?;
                self.set(CancelledByBuyer);
            }
            Action::Reactivate => {
                self.is(&[CancelledByBuyer])?;
                self.set(Active);
            }
            Action::Expire => {
                context.clock.reach(self.end());
                self.set(Expired);
            }
            Action::Refund => {
                let wanted = options.invoice_id.as_ref();
                let refunded = self.invoices.iter_mut().rev();
                let refunded = refunded
                    .into_iter()
                    .find(|i| wanted.is_none_or(|w| *w == i.invoice_id));
                refunded.ok_or(ActionError::UnknownPurchase)?.cancelled = true;
            }
            Action::Switch => {
                self.is(&[Active])?;
                let item_id = context.named_product(options)?.plan_code;
                let (now, end) = (context.clock.now(), self.end());
                let invoice = context.invoice(None, &item_id, now, Some(end))?;
                self.invoices.push(invoice);
            }
            Action::Reserve => {
                self.is(&[Active])?;
                self.reserved_item_id = Some(context.named_product(options)?.plan_code);
            }
            Action::SetStatus => {
                let status = options.status.clone();
                self.status = status.ok_or(ActionError::Missing("status"))?;
            }
        }
        Ok(())
    }

    fn renew(&mut self, context: &mut Context<'_>) -> Result<(), ActionError> {
        let last = self.last().ok_or(ActionError::UnknownPurchase)?;
        let (start, old_item) = (last.end, last.item_id.clone());
        let reserved = self.reserved_item_id.take();
        let switches = reserved.is_some();
        let item_id = reserved.unwrap_or(old_item);
        context.clock.reach(start);
        self.set(Status::Active);
        let renewals = context.configuration.renewals;
        if renewals == Renewals::ExtendInvoice && !switches {
            let end = context.product(&item_id)?.end_of_period(start)?;
            if let Some(last) = self.invoices.last_mut() {
                last.end = end;
            }
            return Ok(());
        }
        let invoice = context.invoice(None, &item_id, start, None)?;
        if renewals == Renewals::ReplaceInvoice {
            self.invoices.clear();
        }
        self.invoices.push(invoice);
        Ok(())
    }
}
