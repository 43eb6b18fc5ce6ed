//! The broadcaster's side of a test: one purchase, and all that happened to it.

use std::collections::BTreeSet;

use domain::validation::ClaimResult;
use domain::{
    BroadcasterId, BroadcasterSettings, Cause, Claim, CorrelationId, CustomerId, Decision,
    Environment, Event, EventKind, Observation, OfferId, OfferRef, Reading, Scope, StoreSnapshot,
    Subscription, Timestamp, reduce, reduce_missing,
};
use stores::{
    Connectors, Locator, LookUpError, NotificationError, StoreConfig, StoreNotification,
    parse_submission, read_notification, sends_notifications,
};

use crate::store_under_test::{Action, Arrival, Plan, StoreUnderTest};

/// A store, and what its broadcaster keeps of one purchase.
pub struct Household<S> {
    pub store: S,
    pub subscription: Option<Subscription>,
    pub events: Vec<Event>,
    connectors: Connectors,
    claims: u128,
}

impl<S: StoreUnderTest> Household<S> {
    pub fn new(store: S) -> Self {
        Self {
            store,
            subscription: None,
            events: Vec::new(),
            connectors: Connectors::new().unwrap(),
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
        if !sends_notifications(S::STORE) {
            let config = self.store.config();
            return match self.subscription {
                Some(_) => self.check(&config).await.unwrap(),
                None => Vec::new(),
            };
        }
        let arrivals = self.store.arrivals().await;
        assert!(!arrivals.is_empty(), "the store said nothing");
        let mut kinds = Vec::new();
        for arrival in arrivals {
            let notification = self.read(&self.store.config(), &arrival).await.unwrap();
            let seen = self.look(&self.store.config(), &notification.locator).await;
            kinds.extend(self.apply(seen.unwrap(), &Cause::Notification).await);
        }
        kinds
    }

    /// Looks because a check is due. Gives the events.
    pub async fn check(&mut self, config: &StoreConfig) -> Result<Vec<EventKind>, LookUpError> {
        let seen = self.look(config, &self.known()).await?;
        Ok(self.apply(seen, &Cause::Reconciliation).await)
    }

    /// Submits the purchase for a customer, a minute after whatever was before.
    pub async fn claim(&mut self, customer: &str) -> Result<ClaimResult, LookUpError> {
        self.claim_by(&self.store.config(), customer).await
    }

    pub async fn claim_by(
        &mut self,
        config: &StoreConfig,
        customer: &str,
    ) -> Result<ClaimResult, LookUpError> {
        self.store.wait(60).await;
        let body = self.store.submission();
        let submission = parse_submission(S::STORE, &body).unwrap();
        let seen = self.look(config, &submission.locator).await?;
        let cause = self.cause(customer);
        let decision = self.decide(seen, &cause).await;
        let answer = decision.claim.clone().unwrap();
        self.keep(decision);
        Ok(answer)
    }

    /// Submits something that the store never sold.
    pub async fn claim_nothing(&mut self) -> (LookUpError, ClaimResult) {
        let body = self.store.submission_of_nothing();
        let submission = parse_submission(S::STORE, &body).unwrap();
        let config = self.store.config();
        let error = self.look(&config, &submission.locator).await.unwrap_err();
        let now = self.store.now().await;
        let cause = self.cause("1");
        let settings = BroadcasterSettings::default();
        let decision = reduce_missing(None, now, &cause, &scope(&broadcaster(), &settings, now));
        (error, decision.claim.unwrap())
    }

    pub async fn read(
        &self,
        config: &StoreConfig,
        arrival: &Arrival,
    ) -> Result<StoreNotification, NotificationError> {
        let now = self.store.now().await;
        read_notification(config, &arrival.headers, &arrival.body, now)
    }

    /// Applies an observation and gives the kinds of the events that it caused.
    pub async fn apply(&mut self, seen: StoreSnapshot, cause: &Cause) -> Vec<EventKind> {
        let decision = self.decide(seen, cause).await;
        let kinds = decision.events.iter().map(|event| event.kind).collect();
        self.keep(decision);
        kinds
    }

    /// What would be done of an observation.
    pub async fn decide(&self, snapshot: StoreSnapshot, cause: &Cause) -> Decision {
        let now = self.store.now().await;
        let settings = BroadcasterSettings::default();
        let seen = Observation {
            offer: offer::<S>(&snapshot),
            snapshot,
        };
        let current = self.subscription.as_ref();
        reduce(
            current,
            &seen,
            cause,
            &scope(&broadcaster(), &settings, now),
        )
    }

    pub async fn look(
        &self,
        config: &StoreConfig,
        locator: &Locator,
    ) -> Result<StoreSnapshot, LookUpError> {
        let now = self.store.now().await;
        self.connectors.look_up(config, locator, now).await
    }

    /// The locator of the purchase as it is kept.
    pub fn known(&self) -> Locator {
        let subscription = self.subscription.as_ref().unwrap();
        Locator {
            key: subscription.purchase_key.clone(),
            details: subscription.state.details.clone(),
        }
    }

    pub async fn has_access(&self) -> bool {
        let now = self.store.now().await;
        self.subscription.as_ref().unwrap().access_granted(now)
    }

    pub fn customer(&self) -> Option<&str> {
        let customer = self.subscription.as_ref()?.customer_id.as_ref();
        customer.map(CustomerId::as_str)
    }

    pub fn product(&self) -> &str {
        &self.subscription.as_ref().unwrap().state.product_id
    }

    fn cause(&mut self, customer: &str) -> Cause {
        self.claims += 1;
        let id = format!("{:032x}", self.claims);
        Cause::Claim(Claim {
            customer_id: CustomerId::new(customer).unwrap(),
            correlation_id: id.parse::<CorrelationId>().unwrap(),
        })
    }

    fn keep(&mut self, decision: Decision) {
        self.events.extend(decision.events);
        self.subscription = decision.next.or(self.subscription.take());
    }
}

fn broadcaster() -> BroadcasterId {
    BroadcasterId::new("700100200").unwrap()
}

fn scope<'a>(
    broadcaster_id: &'a BroadcasterId,
    settings: &'a BroadcasterSettings,
    now: Timestamp,
) -> Scope<'a> {
    Scope {
        broadcaster_id,
        environment: Environment::Sandbox,
        settings,
        received_at: now,
        now,
    }
}

fn offer<S: StoreUnderTest>(snapshot: &StoreSnapshot) -> Option<OfferRef> {
    let Reading::Known(state) = &snapshot.reading else {
        return None;
    };
    let known = [Plan::Basic, Plan::Premium, Plan::Trial].map(S::product);
    known
        .contains(&state.product_id.as_str())
        .then(|| OfferRef {
            offer_id: OfferId::new("S1_US").unwrap(),
            package_name: "Everything".to_owned(),
            tags: BTreeSet::new(),
        })
}
