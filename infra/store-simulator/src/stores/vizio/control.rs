//! Typed control client of this store.

use serde_json::json;

use super::{
    Action, ActionOptions, ActionOutcome, Calls, Configuration, CustomNotification,
    NewSubscription, SentNotification, Subscription,
};
use crate::{
    Control,
    store_control::{Answer, NotifyingStore, SimulatedStore, StoreControl},
};

/// Vizio. A look-up rule's subscription id is the id in the look-up.
#[derive(Debug, Clone, Copy)]
pub struct Vizio;

impl SimulatedStore for Vizio {
    const SLUG: &'static str = "vizio";
    const PURCHASES: &'static str = "subscriptions";
    type Configuration = Configuration;
    type Calls = Calls;
    type NewPurchase = NewSubscription;
    type Purchase = Subscription;
    type Action = Action;
    type Options = ActionOptions;
    type Outcome = ActionOutcome;
}

impl NotifyingStore for Vizio {
    type CustomNotification = CustomNotification;
    type SentNotification = SentNotification;
}

/// Control client of one partner.
pub type VizioControl = StoreControl<Vizio>;

impl Control {
    /// Returns a control client of one partner of Vizio.
    #[must_use]
    pub fn vizio(&self, partner_id: impl Into<String>) -> VizioControl {
        self.tenant(partner_id)
    }
}

#[expect(
    clippy::missing_errors_doc,
    reason = "the type says it for all of them"
)]
impl StoreControl<Vizio> {
    /// Returns the partner's id, as it appears in look-ups and notifications.
    #[must_use]
    pub fn partner_id(&self) -> &str {
        self.tenant()
    }

    /// Selects the signing key by its index.
    pub async fn sign_with(&self, index: usize) -> Answer<()> {
        self.reconfigure(&json!({ "signWith": index })).await?;
        Ok(())
    }

    /// Begins the next period and pays it.
    pub async fn renew(&self, subscription_id: &str) -> Answer<ActionOutcome> {
        self.plainly(subscription_id, Action::Renew).await
    }

    /// Lets the recurring charge fail, with a grace period or without.
    pub async fn fail(
        &self,
        subscription_id: &str,
        grace_seconds: Option<u64>,
    ) -> Answer<ActionOutcome> {
        let options = ActionOptions {
            grace_seconds,
            ..ActionOptions::default()
        };
        self.act(subscription_id, Action::Fail, &options).await
    }

    /// Lets a charge that had failed succeed.
    pub async fn recover(&self, subscription_id: &str) -> Answer<ActionOutcome> {
        self.plainly(subscription_id, Action::Recover).await
    }

    /// Refunds the last invoice.
    pub async fn refund(&self, subscription_id: &str) -> Answer<ActionOutcome> {
        self.plainly(subscription_id, Action::Refund).await
    }

    /// Opts the customer out.
    pub async fn cancel(&self, subscription_id: &str) -> Answer<ActionOutcome> {
        self.plainly(subscription_id, Action::Cancel).await
    }

    /// Opts the customer in again.
    pub async fn reactivate(&self, subscription_id: &str) -> Answer<ActionOutcome> {
        self.plainly(subscription_id, Action::Reactivate).await
    }

    /// Changes the plan now.
    pub async fn upgrade(&self, subscription_id: &str, plan_code: &str) -> Answer<ActionOutcome> {
        let options = ActionOptions::to_plan(plan_code);
        self.act(subscription_id, Action::Upgrade, &options).await
    }

    /// Changes the plan at the next renewal.
    pub async fn downgrade(&self, subscription_id: &str, plan_code: &str) -> Answer<ActionOutcome> {
        let options = ActionOptions::to_plan(plan_code);
        self.act(subscription_id, Action::Downgrade, &options).await
    }

    /// Ends the subscription.
    pub async fn expire(&self, subscription_id: &str) -> Answer<ActionOutcome> {
        self.plainly(subscription_id, Action::Expire).await
    }
}
