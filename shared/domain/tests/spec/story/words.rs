//! What is said to the story: by customers, and by the store.

use domain::{
    Cause, Claim, Decision, NamedCoupon, Observation, OfferRef, PurchaseKey, Reading, Store,
    StoreSnapshot, StoreState, Timestamp, VoidedPayment,
};

use super::{Story, correlation, customer, key_named, offer};

impl Story {
    /// A customer's submission, with an id of its own.
    pub fn claim(&mut self, who: &str) -> Claim {
        self.claims += 1;
        Claim {
            customer_id: customer(who),
            correlation_id: correlation(self.claims),
            offer_id: None,
            coupon: None,
        }
    }

    /// A customer submits the purchase now, and the store says this now.
    pub fn claimed(&mut self, who: &str, state: &StoreState) -> Decision {
        let seen = self.sees(state, self.now);
        self.claimed_earlier(who, self.now, &seen)
    }

    /// The same, with a coupon code.
    pub fn claimed_with(
        &mut self,
        coupon: &NamedCoupon,
        who: &str,
        state: &StoreState,
    ) -> Decision {
        let claim = Claim {
            coupon: Some(coupon.clone()),
            ..self.claim(who)
        };
        let seen = self.sees(state, self.now);
        self.step(&seen, &Cause::Claim(claim), self.now)
    }

    /// A submission that was received earlier is decided now.
    pub fn claimed_earlier(&mut self, who: &str, at: Timestamp, seen: &Observation) -> Decision {
        let claim = self.claim(who);
        self.step(seen, &Cause::Claim(claim), at)
    }

    /// The store notifies us, and says this now.
    pub fn notified(&mut self, state: &StoreState) -> Decision {
        let seen = self.sees(state, self.now);
        self.step(&seen, &Cause::Notification, self.now)
    }

    /// A look that was made earlier is decided now.
    pub fn seen_earlier(&mut self, at: Timestamp, state: &StoreState) -> Decision {
        let seen = self.sees(state, at);
        self.step(&seen, &Cause::Reconciliation, self.now)
    }

    /// The store notifies us of another purchase, which has taken over from this one.
    pub fn taken_over_by(&mut self, name: &str, state: &StoreState) -> Decision {
        let seen = self.sees_successor(name, state, self.now);
        self.step(&seen, &Cause::Notification, self.now)
    }

    /// A customer submits another purchase, which has taken over from this one.
    pub fn successor_claimed(&mut self, who: &str, name: &str, state: &StoreState) -> Decision {
        let seen = self.sees_successor(name, state, self.now);
        self.claimed_earlier(who, self.now, &seen)
    }

    /// The store says of this name that another purchase has taken over from it.
    pub fn replaced(&mut self, name: &PurchaseKey) -> Decision {
        let seen = self.sees_replaced(name, self.now);
        self.step(&seen, &Cause::Reconciliation, self.now)
    }

    /// The store notifies us that it took a payment back (or the whole purchase), and says this now.
    pub fn voided(&mut self, order: Option<&str>, state: &StoreState) -> Decision {
        let void = VoidedPayment {
            order_id: order.map(str::to_owned),
            at: self.now,
        };
        let seen = Observation {
            voided: Some(void),
            ..self.sees(state, self.now)
        };
        self.step(&seen, &Cause::Notification, self.now)
    }

    /// A look at the store.
    pub fn sees(&self, state: &StoreState, observed_at: Timestamp) -> Observation {
        let reading = Reading::Known(state.clone());
        let snapshot = self.snapshot(&self.key, reading, observed_at);
        Observation::new(snapshot, self.priced(&state.product_id))
    }

    /// A look at the purchase that has taken over from this one.
    pub fn sees_successor(&self, name: &str, state: &StoreState, at: Timestamp) -> Observation {
        let mut seen = self.sees(state, at);
        seen.snapshot.purchase_key = key_named(name);
        seen.snapshot.replaces = Some(self.key.clone());
        seen.replaced.clone_from(&self.current);
        seen
    }

    /// A look at a purchase from which another one has taken over.
    pub fn sees_replaced(&self, name: &PurchaseKey, observed_at: Timestamp) -> Observation {
        Observation::new(self.snapshot(name, Reading::Replaced, observed_at), None)
    }

    /// A look at a store whose status we don't know.
    pub fn sees_unknown(&self, status: &str) -> Observation {
        let reading = Reading::UnknownStatus(status.to_owned());
        Observation::new(self.snapshot(&self.key, reading, self.now), None)
    }

    fn snapshot(&self, key: &PurchaseKey, reading: Reading, at: Timestamp) -> StoreSnapshot {
        StoreSnapshot {
            account: self.account.clone(),
            ..StoreSnapshot::new(Store::Vizio, key.clone(), reading, at)
        }
    }

    fn priced(&self, product: &str) -> Option<OfferRef> {
        offer(product).map(|offer| OfferRef {
            price: self.price.clone(),
            ..offer
        })
    }
}
