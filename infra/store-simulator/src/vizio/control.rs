//! The typed control client of this store.

use reqwest::Method;
use serde_json::json;

use super::{
    Action, ActionOptions, ActionOutcome, Calls, Configuration, CustomNotification,
    NewSubscription, SentNotification, Subscription,
};
use crate::store_control::{Answer, NONE, SimulatedStore, StoreControl};

/// Vizio. The subscription id of a rule for look-ups is that of the look-up.
#[derive(Debug, Clone, Copy)]
pub struct Vizio;

impl SimulatedStore for Vizio {
    const SLUG: &'static str = "vizio";
    type Configuration = Configuration;
    type Calls = Calls;
}

/// Steers one partner's side of the store.
pub type VizioControl = StoreControl<Vizio>;

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

    /// Answers look-ups with or without the `data` envelope.
    pub async fn lookup_envelope(&self, envelope: bool) -> Answer<()> {
        let changes = json!({ "lookupEnvelope": envelope });
        self.reconfigure(&changes).await?;
        Ok(())
    }

    /// Renews and ends whatever is due by the clock.
    pub async fn run_due(&self) -> Answer<Vec<ActionOutcome>> {
        self.send(Method::POST, "/clock/run-due", NONE).await
    }

    /// A customer buys a plan.
    pub async fn create(&self, wanted: &NewSubscription) -> Answer<ActionOutcome> {
        self.send(Method::POST, "/subscriptions", Some(wanted))
            .await
    }

    /// Any action with any options.
    pub async fn act(
        &self,
        subscription_id: &str,
        action: Action,
        options: &ActionOptions,
    ) -> Answer<ActionOutcome> {
        let path = format!("/subscriptions/{subscription_id}/{}", action.as_str());
        self.send(Method::POST, &path, Some(options)).await
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

    /// The store's record of a subscription.
    pub async fn subscription(&self, subscription_id: &str) -> Answer<Subscription> {
        let path = format!("/subscriptions/{subscription_id}");
        self.send(Method::GET, &path, NONE).await
    }

    /// Every subscription, by id.
    pub async fn subscriptions(&self) -> Answer<Vec<Subscription>> {
        self.send(Method::GET, "/subscriptions", NONE).await
    }

    /// Sends a notification that no action causes.
    pub async fn notify(&self, custom: &CustomNotification) -> Answer<SentNotification> {
        self.send(Method::POST, "/notifications", Some(custom))
            .await
    }

    async fn plainly(&self, subscription_id: &str, action: Action) -> Answer<ActionOutcome> {
        let options = ActionOptions::default();
        self.act(subscription_id, action, &options).await
    }
}
