//! A purchase with the reducer's decisions, step by step.

use cloud::subscriptions::{Change, PurchaseRecord};
use domain::{
    BroadcasterId, BroadcasterSettings, Cause, Claim, CorrelationId, CustomerId, Decision,
    Environment, Locator, Observation, OfferId, OfferRef, PurchaseKey, Reading, Scope, Status,
    Store, StoreSnapshot, StoreState, Subscription, Timestamp, reduce,
};
use jiff::SignedDuration;

use crate::seed::{BROADCASTER, OFFER, PRODUCT};

/// Purchase at the store. Each step happens a minute after the one before.
#[derive(Debug, Clone)]
pub struct Purchase {
    /// The store's key.
    pub key: PurchaseKey,
    /// Time of the last step.
    pub now: Timestamp,
    /// Stored purchase before the last step.
    pub before: Option<PurchaseRecord>,
    /// Stored subscription after the last step.
    pub current: Option<Subscription>,
    /// Decision of the last step.
    pub decision: Decision,
}

impl Purchase {
    /// Builds an unknown purchase.
    ///
    /// # Panics
    /// If it is not a purchase key.
    #[must_use]
    pub fn new(key: &str) -> Self {
        Self {
            key: PurchaseKey::new(key).unwrap(),
            now: "2026-11-05T09:30:00Z".parse().unwrap(),
            before: None,
            current: None,
            decision: Decision::failed(None),
        }
    }

    /// Builds a purchase that a customer has just claimed.
    #[must_use]
    pub fn claimed(key: &str, customer: &str) -> Self {
        let mut purchase = Self::new(key);
        purchase.claim(customer);
        purchase
    }

    /// Returns an active state, paid for the first thirty days.
    ///
    /// # Panics
    /// Never in this millennium.
    #[must_use]
    pub fn active(&self) -> StoreState {
        let began = "2026-11-05T09:30:00Z".parse::<Timestamp>().unwrap();
        let ends = began.checked_add(SignedDuration::from_hours(720)).unwrap();
        StoreState {
            started_at: Some(began),
            period_start: Some(began),
            details: self.locator().details,
            ..StoreState::new(Status::Active, PRODUCT.to_owned(), ends)
        }
    }

    /// Lets a customer claim it as active.
    ///
    /// # Panics
    /// If the text is not a customer id.
    pub fn claim(&mut self, customer: &str) -> &mut Self {
        let claim = Claim {
            customer_id: CustomerId::new(customer).unwrap(),
            correlation_id: CorrelationId(Default::default()),
            offer_id: None,
            coupon: None,
        };
        self.step(self.active(), &Cause::Claim(claim))
    }

    /// Lets the store send a notification with a state.
    pub fn notify(&mut self, state: StoreState) -> &mut Self {
        self.step(state, &Cause::Notification)
    }

    /// Renews it for thirty more days.
    ///
    /// # Panics
    /// If it is unknown.
    pub fn renew(&mut self) -> &mut Self {
        let mut state = self.current.as_ref().unwrap().state.clone();
        state.period_start = Some(state.period_end);
        state.period_end = state
            .period_end
            .checked_add(SignedDuration::from_hours(720))
            .unwrap();
        self.notify(state)
    }

    fn step(&mut self, state: StoreState, cause: &Cause) -> &mut Self {
        // Each observation must be newer than the one before, or the reducer ignores it.
        self.now = self.now.checked_add(SignedDuration::from_mins(1)).unwrap();
        let offer = OfferRef {
            offer_id: OfferId::new(OFFER).unwrap(),
            package_name: "Symphony Monthly".to_owned(),
            tags: ["symphony".to_owned()].into(),
            rental: None,
            price: None,
        };
        let seen = Observation::new(self.snapshot(state), Some(offer));
        let broadcaster_id = BroadcasterId::new(BROADCASTER).unwrap();
        let scope = Scope {
            broadcaster_id: &broadcaster_id,
            environment: Environment::Sandbox,
            settings: &BroadcasterSettings::default(),
            received_at: self.now,
            now: self.now,
        };
        self.decision = reduce(self.current.as_ref(), &seen, cause, &scope);
        let stored = self.current.take();
        // A decision without a next state changes nothing that is stored.
        self.current = match self.decision.next.clone() {
            Some(mut next) => {
                // As the storage layer does.
                next.version = stored.as_ref().map_or(1, |stored| stored.version + 1);
                Some(next)
            }
            None => stored.clone(),
        };
        self.before = stored.map(|stored| PurchaseRecord::new(stored, self.locator()));
        self
    }

    /// Returns the store's snapshot at the time of the last step.
    #[must_use]
    pub fn snapshot(&self, state: StoreState) -> StoreSnapshot {
        StoreSnapshot::new(
            Store::Vizio,
            self.key.clone(),
            Reading::Known(state),
            self.now,
        )
    }

    /// Returns its locator.
    #[must_use]
    pub fn locator(&self) -> Locator {
        Locator {
            key: self.key.clone(),
            details: [("subscriptionId".to_owned(), self.key.as_str().to_owned())].into(),
        }
    }

    /// Returns the last step as a change to be written.
    #[must_use]
    pub fn change<'a>(&'a self, locator: &'a Locator) -> Change<'a> {
        Change::answered(self.before.as_ref(), &self.decision, locator, self.now)
    }
}
