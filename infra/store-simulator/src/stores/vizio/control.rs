//! The typed control client of this store.

use serde_json::json;

use super::{
    Action, ActionOptions, ActionOutcome, Calls, Configuration, CustomNotification,
    NewSubscription, SentNotification, Subscription,
};
use crate::{
    Control,
    store_control::{Answer, NotifyingStore, SimulatedStore, StoreControl},
};

/// Vizio. The subscription id of a rule for look-ups is that of the look-up.
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

/// Steers one partner's side of the store.
pub type VizioControl = StoreControl<Vizio>;

impl Control {
    /// The Vizio store as one partner sees it.
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
    /// The partner's id, as it stands in look-ups and notifications.
    #[must_use]
    pub fn partner_id(&self) -> &str {
        self.tenant()
    }

    /// Chooses the signing key by its index.
    pub async fn sign_with(&self, index: usize) -> Answer<()> {
        self.reconfigure(&json!({ "signWith": index })).await?;
        Ok(())
    }

    /// The next period begins and is paid.
    pub async fn renew(&self, subscription_id: &str) -> Answer<ActionOutcome> {
        self.plainly(subscription_id, Action::Renew).await
    }

    /// The recurring charge fails, with a grace period or without.
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

    /// A charge that had failed succeeds.
    pub async fn recover(&self, subscription_id: &str) -> Answer<ActionOutcome> {
        self.plainly(subscription_id, Action::Recover).await
    }

    /// The last invoice is paid back.
    pub async fn refund(&self, subscription_id: &str) -> Answer<ActionOutcome> {
        self.plainly(subscription_id, Action::Refund).await
    }

    /// The customer opts out.
    pub async fn cancel(&self, subscription_id: &str) -> Answer<ActionOutcome> {
        self.plainly(subscription_id, Action::Cancel).await
    }

    /// The customer opts in again.
    pub async fn reactivate(&self, subscription_id: &str) -> Answer<ActionOutcome> {
        self.plainly(subscription_id, Action::Reactivate).await
    }

    /// Takes another plan now.
    pub async fn upgrade(&self, subscription_id: &str, plan_code: &str) -> Answer<ActionOutcome> {
        let options = ActionOptions::to_plan(plan_code);
        self.act(subscription_id, Action::Upgrade, &options).await
    }

    /// Takes another plan at the next renewal.
    pub async fn downgrade(&self, subscription_id: &str, plan_code: &str) -> Answer<ActionOutcome> {
        let options = ActionOptions::to_plan(plan_code);
        self.act(subscription_id, Action::Downgrade, &options).await
    }

    /// The end is reached.
    pub async fn expire(&self, subscription_id: &str) -> Answer<ActionOutcome> {
        self.plainly(subscription_id, Action::Expire).await
    }
}
