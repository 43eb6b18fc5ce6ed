//! The broadcaster's side of a test: what one household bought, and all that happened to it.

use domain::validation::ClaimDecision;
use domain::{
    Cause, Claim, CorrelationId, CustomerId, Decision, Event, EventKind, Locator,
    StoreNotification, StoreSnapshot, StoreState, Subscription, VoidedPayment,
};
use serde_json::Value;
use stores::{
    ConnectorContext, LookUpError, NotificationError, Received, StoreConfig, parse_submission,
};

use crate::kept::{Kept, decide_missing, resend};
use crate::store_under_test::{Action, Arrival, StoreUnderTest};

/// A store, and what its broadcaster keeps.
pub struct Household<S> {
    pub store: S,
    kept: Kept,
    events: Vec<Event>,
    context: ConnectorContext,
    claims: u128,
}

impl<S: StoreUnderTest> Household<S> {
    pub fn new(store: S) -> Self {
        Self {
            store,
            kept: Kept::default(),
            events: Vec::new(),
            context: ConnectorContext::new().unwrap(),
            claims: 0,
        }
    }

    /// A store that has sold a subscription which customer 1 has claimed.
    pub async fn with_purchase(store: S) -> Self {
        let mut household = Self::new(store);
        household.happens(Action::Buy).await;
        household.claim("1").await.unwrap();
        household
    }

    /// Lets something happen at the store and hears its notifications. Gives the events.
    pub async fn happens(&mut self, action: Action) -> Vec<EventKind> {
        self.store.act(action).await;
        self.hear().await
    }

    /// Acts on the notifications that arrived, as the store then looks. A store that sends none is
    /// looked at because a check is due; of what nobody has claimed, nothing is known.
    pub async fn hear(&mut self) -> Vec<EventKind> {
        self.hear_by(&self.store.config()).await
    }

    pub async fn hear_by(&mut self, config: &StoreConfig) -> Vec<EventKind> {
        if !stores::profile(S::STORE).sends_notifications {
            return match self.kept.held() {
                Some(_) => self.check(config).await.unwrap(),
                None => Vec::new(),
            };
        }
        let arrivals = self.store.arrivals().await;
        assert!(!arrivals.is_empty(), "the store said nothing");
        let mut kinds = Vec::new();
        for arrival in arrivals {
            let received = self.receive(config, &arrival).await.unwrap();
            let Received::About(notification) = received else {
                continue;
            };
            let seen = self.look(config, &notification.locator).await.unwrap();
            let (voided, cause) = (notification.voided, Cause::Notification);
            kinds.extend(told(&self.take_in(seen, voided, &cause).await.events));
        }
        kinds
    }

    /// Looks because a check is due. Gives the events.
    pub async fn check(&mut self, config: &StoreConfig) -> Result<Vec<EventKind>, LookUpError> {
        self.check_on(config, &known(self.subscription())).await
    }

    /// Looks at any purchase. Gives the events.
    pub async fn check_on(
        &mut self,
        config: &StoreConfig,
        locator: &Locator,
    ) -> Result<Vec<EventKind>, LookUpError> {
        let seen = self.look(config, locator).await?;
        Ok(self.apply(seen, &Cause::Reconciliation).await)
    }

    /// Submits the purchase for a customer, a minute after whatever was before.
    pub async fn claim(&mut self, customer: &str) -> Result<ClaimDecision, LookUpError> {
        self.claim_by(&self.store.config(), customer).await
    }

    pub async fn claim_by(
        &mut self,
        config: &StoreConfig,
        customer: &str,
    ) -> Result<ClaimDecision, LookUpError> {
        self.submit(config, &self.store.submission(), customer)
            .await
    }

    pub async fn submit(
        &mut self,
        config: &StoreConfig,
        body: &Value,
        customer: &str,
    ) -> Result<ClaimDecision, LookUpError> {
        self.store.wait(60).await;
        let submission = parse_submission(S::STORE, body).unwrap();
        let seen = self.look(config, &submission.locator).await?;
        let cause = self.cause(customer);
        let decision = self.take_in(seen, None, &cause).await;
        Ok(decision.claim.unwrap())
    }

    /// Submits something that the store never sold.
    pub async fn claim_nothing(&mut self) -> (LookUpError, ClaimDecision) {
        let body = self.store.submission_of_nothing();
        let submission = parse_submission(S::STORE, &body).unwrap();
        let config = self.store.config();
        let error = self.look(&config, &submission.locator).await.unwrap_err();
        let decision = decide_missing(&self.cause("1"), self.store.now().await);
        (error, decision.claim.unwrap())
    }

    pub async fn receive(
        &self,
        config: &StoreConfig,
        arrival: &Arrival,
    ) -> Result<Received, NotificationError> {
        let Arrival { at, headers, body } = arrival;
        let read = config.read_notification(&self.context, headers, body, *at);
        read.await.map(|accepted| accepted.received)
    }

    /// A notification that is about a purchase.
    pub async fn read(&self, config: &StoreConfig, arrival: &Arrival) -> StoreNotification {
        match self.receive(config, arrival).await.unwrap() {
            Received::About(notification) => notification,
            other => panic!("{other:?}"),
        }
    }

    /// Applies an observation and gives the kinds of the events that it caused.
    pub async fn apply(&mut self, seen: StoreSnapshot, cause: &Cause) -> Vec<EventKind> {
        told(&self.take_in(seen, None, cause).await.events)
    }

    /// What would be done of an observation.
    pub async fn decide(&self, seen: StoreSnapshot, cause: &Cause) -> Decision {
        let now = self.store.now().await;
        self.kept.decide::<S>(seen, None, cause, now)
    }

    async fn take_in(
        &mut self,
        seen: StoreSnapshot,
        voided: Option<VoidedPayment>,
        cause: &Cause,
    ) -> Decision {
        let now = self.store.now().await;
        let alias = seen.alias.clone();
        let memory = seen.hints().map(|_| seen.memory.clone());
        let decision = self.kept.decide::<S>(seen, voided, cause, now);
        self.kept.keep(&decision, alias, memory);
        self.events.extend(decision.events.iter().cloned());
        if let Some(next) = &decision.next {
            self.acknowledge(next).await;
        }
        decision
    }

    /// Tells the store that it was delivered what somebody holds, if the store asks for that.
    async fn acknowledge(&self, next: &Subscription) {
        if next.ownership.customer_id.is_some() && next.state.acknowledge_by.is_some() {
            let (config, locator) = (self.store.config(), known(next));
            let told = config.acknowledge(&self.context, &locator, &next.state);
            assert_eq!(told.await, Ok(()));
        }
    }

    /// Looks at a purchase, with all that is known of it besides.
    pub async fn look(
        &self,
        config: &StoreConfig,
        locator: &Locator,
    ) -> Result<StoreSnapshot, LookUpError> {
        let now = self.store.now().await;
        let locator = self.kept.informed(locator);
        let looked_up = config.look_up(&self.context, &locator, now).await;
        looked_up.map(|looked_up| looked_up.snapshot)
    }

    /// The subscription as it is announced again.
    pub async fn resent(&self) -> Subscription {
        let decision = resend(self.subscription(), self.store.now().await);
        decision.events.into_iter().next().unwrap().subscription
    }

    pub fn subscription(&self) -> &Subscription {
        self.kept.held().expect("nothing is kept")
    }

    pub fn state(&self) -> &StoreState {
        &self.subscription().state
    }

    pub async fn has_access(&self) -> bool {
        let now = self.store.now().await;
        self.subscription().access_granted(now)
    }

    pub fn customer(&self) -> Option<&str> {
        let customer = self.kept.held()?.ownership.customer_id.as_ref();
        customer.map(CustomerId::as_str)
    }

    pub fn product(&self) -> &str {
        &self.state().product_id
    }

    /// Everything that was told so far.
    pub fn told(&self) -> Vec<EventKind> {
        told(&self.events)
    }

    fn cause(&mut self, customer: &str) -> Cause {
        self.claims += 1;
        let id = format!("{:032x}", self.claims);
        Cause::Claim(Claim {
            customer_id: CustomerId::new(customer).unwrap(),
            correlation_id: id.parse::<CorrelationId>().unwrap(),
            offer_id: None,
            coupon: None,
        })
    }
}

/// The locator of a purchase as it is kept.
pub fn known(subscription: &Subscription) -> Locator {
    Locator {
        key: subscription.purchase_key.clone(),
        details: subscription.state.details.clone(),
    }
}

fn told(events: &[Event]) -> Vec<EventKind> {
    events.iter().map(|event| event.kind).collect()
}
