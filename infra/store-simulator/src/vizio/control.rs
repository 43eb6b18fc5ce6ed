//! The typed control client of this store.

use std::time::Duration;

use jiff::Timestamp;
use reqwest::Method;
use serde::{Serialize, de::DeserializeOwned};
use serde_json::{Value, json};

use super::{
    Action, ActionOptions, ActionOutcome, Advance, Calls, ClockReading, Configuration,
    CustomNotification, NewSubscription, SentNotification, Subscription,
};
use crate::{Control, ControlError, DeliveryCounts, Faults};

type Answer<T> = Result<T, ControlError>;

/// Steers one partner's side of the store. Every call fails with a [`ControlError`]
/// when the simulator cannot be reached or refuses.
#[derive(Debug, Clone)]
pub struct VizioControl {
    control: Control,
    partner_id: String,
}

#[expect(
    clippy::missing_errors_doc,
    reason = "the type says it for all of them"
)]
impl VizioControl {
    pub(crate) fn new(control: Control, partner_id: String) -> Self {
        Self {
            control,
            partner_id,
        }
    }

    /// The partner's id, as it stands in look-ups and notifications.
    #[must_use]
    pub fn partner_id(&self) -> &str {
        &self.partner_id
    }

    /// Registers the partner, or replaces its registration; subscriptions and counts
    /// stay. Gives the clock.
    pub async fn configure(&self, configuration: &Configuration) -> Answer<Timestamp> {
        let reading: ClockReading = self.send(Method::PUT, "", Some(configuration)).await?;
        Ok(reading.now)
    }

    /// Replaces only the fields that the JSON object has, named as in [`Configuration`]
    /// but in camel case.
    pub async fn reconfigure(&self, changes: &Value) -> Answer<Timestamp> {
        let reading: ClockReading = self.send(Method::PATCH, "", Some(changes)).await?;
        Ok(reading.now)
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

    /// Forgets the partner and all that it has.
    pub async fn remove(&self) -> Answer<()> {
        self.send(Method::DELETE, "", NONE).await
    }

    /// The partner's clock.
    pub async fn now(&self) -> Answer<Timestamp> {
        let reading: ClockReading = self.send(Method::GET, "/clock", NONE).await?;
        Ok(reading.now)
    }

    /// Moves the clock forward; nothing renews or ends by that.
    pub async fn advance_clock(&self, seconds: u64) -> Answer<Timestamp> {
        let body = Advance { seconds };
        let reading: ClockReading = self
            .send(Method::POST, "/clock/advance", Some(&body))
            .await?;
        Ok(reading.now)
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

    /// Look-ups and notifications so far.
    pub async fn calls(&self) -> Answer<Calls> {
        self.send(Method::GET, "/calls", NONE).await
    }

    /// Lets things go wrong from now on, instead of what was set before.
    pub async fn set_faults(&self, faults: &Faults) -> Answer<()> {
        self.send(Method::PUT, "/faults", Some(faults)).await
    }

    /// Lets nothing go wrong any more. What is delayed or held back stays so.
    pub async fn clear_faults(&self) -> Answer<()> {
        self.send(Method::DELETE, "/faults", NONE).await
    }

    /// Sends what is held back and waits until every delivery has ended, or until the
    /// time is over (then some are `pending`).
    pub async fn flush(&self, limit: Duration) -> Answer<DeliveryCounts> {
        let path = format!("/deliveries/flush?timeoutSeconds={}", limit.as_secs());
        let path = self.path(&path);
        let control = &self.control;
        control.call(Method::POST, &path, NONE, limit).await
    }

    async fn plainly(&self, subscription_id: &str, action: Action) -> Answer<ActionOutcome> {
        let options = ActionOptions::default();
        self.act(subscription_id, action, &options).await
    }

    async fn send<A: DeserializeOwned>(
        &self,
        method: Method,
        path: &str,
        body: Option<&(impl Serialize + Sync)>,
    ) -> Answer<A> {
        let path = self.path(path);
        let control = &self.control;
        control.call(method, &path, body, Duration::ZERO).await
    }

    fn path(&self, path: &str) -> String {
        format!("/control/vizio/{}{path}", self.partner_id)
    }
}

const NONE: Option<&()> = None;
