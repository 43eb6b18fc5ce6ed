//! Purchases: made, paid, or given up.

use std::time::Duration;

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use super::{
    ActionError, BasePlan, Item, Options, Order, Purchase, PurchaseToken, State,
    context::Context,
    published::{PENDING_PURCHASE_CANCELED, PURCHASED},
};

const THREE_DAYS: Duration = Duration::from_secs(3 * 86_400);
const THREE_MINUTES: Duration = Duration::from_secs(180);
const A_WEEK: Duration = Duration::from_secs(7 * 86_400);

/// A purchase to make.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct NewPurchase {
    /// Its token; made up if not given.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub purchase_token: Option<PurchaseToken>,
    /// The subscription product.
    pub product_id: String,
    /// Its base plan; without it the only one of the product.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub base_plan_id: Option<String>,
    /// The offer; without it the base plan's price.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub offer_id: Option<String>,
    /// `obfuscatedExternalAccountId`, as the app sets it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub account_id: Option<String>,
    /// `obfuscatedExternalProfileId`, as the app sets it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub profile_id: Option<String>,
    /// The billing country.
    #[serde(default = "germany")]
    pub region_code: String,
    /// By a licence tester.
    #[serde(default)]
    pub test: bool,
    /// It is not paid yet.
    #[serde(default)]
    pub pending: bool,
    /// Send the notification.
    #[serde(default = "yes")]
    pub notify: bool,
}

// By hand: accounts are personal data.
impl std::fmt::Debug for NewPurchase {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter
            .debug_struct("NewPurchase")
            .field("product_id", &self.product_id)
            .field("base_plan_id", &self.base_plan_id)
            .field("offer_id", &self.offer_id)
            .field("pending", &self.pending)
            .finish_non_exhaustive()
    }
}

fn germany() -> String {
    "DE".to_owned()
}

fn yes() -> bool {
    true
}

impl NewPurchase {
    /// A purchase of this plan that names no account.
    #[must_use]
    pub fn of(product_id: impl Into<String>, base_plan_id: impl Into<String>) -> Self {
        Self {
            purchase_token: None,
            product_id: product_id.into(),
            base_plan_id: Some(base_plan_id.into()),
            offer_id: None,
            account_id: None,
            profile_id: None,
            region_code: germany(),
            test: false,
            pending: false,
            notify: true,
        }
    }

    /// The same purchase under this token.
    #[must_use]
    pub fn with_token(mut self, token: impl Into<PurchaseToken>) -> Self {
        self.purchase_token = Some(token.into());
        self
    }

    /// The same purchase by this offer.
    #[must_use]
    pub fn with_offer(mut self, offer_id: impl Into<String>) -> Self {
        self.offer_id = Some(offer_id.into());
        self
    }

    /// The same purchase, naming the account.
    #[must_use]
    pub fn for_account(mut self, account_id: impl Into<String>) -> Self {
        self.account_id = Some(account_id.into());
        self
    }

    /// The same purchase by a licence tester.
    #[must_use]
    pub fn as_test(mut self) -> Self {
        self.test = true;
        self
    }

    /// The same purchase, not paid yet.
    #[must_use]
    pub fn pending(mut self) -> Self {
        self.pending = true;
        self
    }

    /// The same purchase, but nothing is sent.
    #[must_use]
    pub fn silently(mut self) -> Self {
        self.notify = false;
        self
    }
}

/// A purchase that did not exist before.
pub(super) fn buy(
    wanted: &NewPurchase,
    context: &mut Context<'_>,
) -> Result<Purchase, ActionError> {
    let plan = context.named_plan(&Options {
        product_id: Some(wanted.product_id.clone()),
        base_plan_id: wanted.base_plan_id.clone(),
        ..Options::default()
    })?;
    let item = context.item(plan, wanted.offer_id.as_deref())?;
    let mut purchase = Purchase {
        account_id: wanted.account_id.clone(),
        profile_id: wanted.profile_id.clone(),
        region_code: wanted.region_code.clone(),
        test: wanted.test,
        ..context.draft(wanted.purchase_token.clone(), vec![item])?
    };
    if !wanted.pending {
        purchase.begin(context)?;
        context.publish(PURCHASED, &purchase);
    }
    Ok(purchase)
}

impl Context<'_> {
    /// A pending purchase of nobody.
    pub(super) fn draft(
        &mut self,
        token: Option<PurchaseToken>,
        items: Vec<Item>,
    ) -> Result<Purchase, ActionError> {
        let purchase_token = token.unwrap_or_else(|| self.ids.token());
        if self.purchases.contains_key(&purchase_token) {
            return Err(ActionError::Exists);
        }
        let order_id = self.ids.order();
        Ok(Purchase {
            purchase_token,
            first_order_id: order_id.clone(),
            order_id,
            state: State::Pending,
            shown_state: None,
            start: None,
            region_code: germany(),
            account_id: None,
            profile_id: None,
            test: false,
            acknowledged: false,
            acknowledge_by: None,
            linked_purchase_token: None,
            replaced_by: None,
            cancellation: None,
            revoked: false,
            pending_order_id: None,
            paid_until: None,
            hold_ends: None,
            pause_seconds: None,
            resumes_at: None,
            items,
            orders: Vec::new(),
            renewals: 0,
            out_of_app: None,
            stale: None,
            version: 0,
        })
    }
}

impl Purchase {
    /// The first payment: every item begins.
    pub(super) fn begin(&mut self, context: &Context<'_>) -> Result<(), ActionError> {
        let order_id = self.order_id.clone();
        for item in &mut self.items {
            item.begin(context.plan_of(item)?, context.at, &order_id)?;
        }
        self.orders.push(Order {
            order_id,
            paid_at: context.at,
            voided: false,
        });
        self.start_at(context)
    }

    /// It runs from now on, and waits to be acknowledged.
    pub(super) fn start_at(&mut self, context: &Context<'_>) -> Result<(), ActionError> {
        self.state = State::Active;
        self.start = Some(context.at);
        let plan = context.plan_of(self.main_item()?)?;
        self.acknowledge_by = Some(acknowledge_by(plan, self.test, context.at)?);
        Ok(())
    }

    pub(super) fn complete_pending(
        &mut self,
        options: &Options,
        context: &mut Context<'_>,
    ) -> Result<(), ActionError> {
        self.must_be(&[State::Pending])?;
        let Some(linked) = &self.linked_purchase_token else {
            self.begin(context)?;
            context.publish(PURCHASED, self);
            return Ok(());
        };
        let mut old = context.other(linked)?;
        self.take_over(&mut old, options, context)?;
        context.others.push(old);
        Ok(())
    }

    pub(super) fn cancel_pending(&mut self, context: &mut Context<'_>) -> Result<(), ActionError> {
        self.must_be(&[State::Pending])?;
        self.state = State::PendingPurchaseCanceled;
        context.publish(PENDING_PURCHASE_CANCELED, self);
        Ok(())
    }
}

fn acknowledge_by(plan: &BasePlan, test: bool, at: Timestamp) -> Result<Timestamp, ActionError> {
    let mut allowed = if test { THREE_MINUTES } else { THREE_DAYS };
    if plan.prepaid {
        let period = at.duration_until(plan.end_of_period(at)?).unsigned_abs();
        if period < A_WEEK {
            allowed = allowed.min(period / 2);
        }
    }
    let end = at.checked_add(allowed);
    end.map_err(|error| ActionError::Period(error.to_string()))
}
