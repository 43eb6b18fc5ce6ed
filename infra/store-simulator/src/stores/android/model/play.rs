//! State of the store for one app.

use std::{collections::BTreeMap, time::Duration};

use jiff::Timestamp;
use serde_json::Value;

use super::{
    AcknowledgeError, Action, ActionError, BasePlan, NamedOwner, NewPurchase, Options, Published,
    Purchase, PurchaseToken, State, VoidedPurchase, apply::apply, buying, context::Context, due,
    token::Ids, view,
};

/// Time after its end for which a purchase can be looked up.
const AVAILABLE: Duration = Duration::from_secs(60 * 86_400);
/// Maximum number of overdue steps of a purchase that are made at once.
const MAX_STEPS_AT_ONCE: usize = 240;

/// Result of an action.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Outcome {
    /// Purchase after the action; if another purchase replaces it, that one.
    pub purchase: Purchase,
    /// Time of the action: the end of a period if the action belongs there, else the given time.
    pub at: Timestamp,
    /// Notifications of the store, in order.
    pub published: Vec<Published>,
}

/// Result of a look-up.
#[derive(Clone, PartialEq)]
pub enum LookUp {
    /// The purchase, as a `SubscriptionPurchaseV2`.
    Found(Value),
    /// The purchase ended more than 60 days ago.
    Gone,
    /// No purchase has this token.
    Unknown,
}

/// Plans and purchases of one app.
#[derive(Debug, Clone)]
pub struct Play {
    package_name: String,
    plans: Vec<BasePlan>,
    purchases: BTreeMap<PurchaseToken, Purchase>,
    voided: Vec<VoidedPurchase>,
    ids: Ids,
}

impl Play {
    /// Creates an app without plans and purchases. Tokens and order ids depend only on the package
    /// name, so that a run can be repeated.
    #[must_use]
    pub fn new(package_name: impl Into<String>) -> Self {
        Self::seeded(package_name, 0)
    }

    /// Creates an app like [`Play::new`]; another seed gives other tokens and order ids.
    #[must_use]
    pub fn seeded(package_name: impl Into<String>, seed: u64) -> Self {
        let package_name = package_name.into();
        // FNV-1a: apps with similar names must not share tokens.
        let seed = package_name.bytes().fold(seed, |hash, byte| {
            (hash ^ u64::from(byte)).wrapping_mul(0x0000_0100_0000_01b3)
        });
        Self {
            package_name,
            plans: Vec::new(),
            purchases: BTreeMap::new(),
            voided: Vec::new(),
            ids: Ids::seeded(seed),
        }
    }

    /// Returns the package name of the app.
    #[must_use]
    pub fn package_name(&self) -> &str {
        &self.package_name
    }

    /// Replaces the catalogue; purchases stay.
    pub fn set_plans(&mut self, plans: Vec<BasePlan>) {
        self.plans = plans;
    }

    /// Makes a purchase of a plan.
    ///
    /// # Errors
    /// When the token is taken or the catalogue does not have the plan or the offer.
    pub fn buy(&mut self, wanted: &NewPurchase, now: Timestamp) -> Result<Outcome, ActionError> {
        let mut context = self.context(now);
        let purchase = buying::buy(wanted, &mut context)?;
        let changes = Changes::of(context, wanted.notify);
        Ok(self.settle(purchase, changes))
    }

    /// Applies an action to a purchase.
    ///
    /// # Errors
    /// When no purchase has the token, or the action is not possible; then nothing has changed.
    pub fn act(
        &mut self,
        token: &str,
        action: Action,
        options: &Options,
        now: Timestamp,
    ) -> Result<Outcome, ActionError> {
        let mut context = self.context(now);
        let mut purchase = context.other(token)?;
        let new = apply(&mut purchase, action, options, &mut context)?;
        if let Some(new) = &new {
            context.others.push(new.clone());
        }
        let changes = Changes::of(context, options.notify);
        let mut outcome = self.settle(purchase, changes);
        if let Some(new) = new {
            let stored = self.purchases.get(&new.purchase_token).cloned();
            outcome.purchase = stored.unwrap_or(new);
        }
        Ok(outcome)
    }

    /// Does what is due: renews, begins and ends pauses, ends grace periods and holds, lets
    /// cancelled and prepaid purchases expire, and revokes what was not acknowledged in time.
    pub fn run_due(&mut self, now: Timestamp) -> Vec<Outcome> {
        let tokens: Vec<PurchaseToken> = self.purchases.keys().cloned().collect();
        let mut outcomes = Vec::new();
        for token in tokens {
            for _ in 0..MAX_STEPS_AT_ONCE {
                let due = self.purchase(&token).and_then(|known| due::due(known, now));
                let Some((action, options)) = due else { break };
                match self.act(&token, action, &options, now) {
                    Ok(outcome) => outcomes.push(outcome),
                    Err(_) => break,
                }
            }
        }
        outcomes
    }

    /// Acknowledges a purchase on behalf of the developer; repeating it changes nothing. `owner` is
    /// kept for a purchase that was made outside of the app.
    ///
    /// # Errors
    /// When the token or the product is wrong, when the purchase is not paid, or when it has ended.
    pub fn acknowledge(
        &mut self,
        token: &str,
        product_id: &str,
        owner: &NamedOwner,
        now: Timestamp,
    ) -> Result<(), AcknowledgeError> {
        let purchase = self.purchases.get_mut(token);
        let purchase = purchase.ok_or(AcknowledgeError::UnknownPurchase)?;
        if is_gone(purchase, now) {
            return Err(AcknowledgeError::Gone);
        }
        purchase.acknowledge(product_id, owner, now)?;
        purchase.version += 1;
        Ok(())
    }

    /// Returns the store's record of a purchase.
    #[must_use]
    pub fn purchase(&self, token: &str) -> Option<&Purchase> {
        self.purchases.get(token)
    }

    /// Returns every purchase, by token.
    pub fn purchases(&self) -> impl Iterator<Item = &Purchase> {
        self.purchases.values()
    }

    /// Returns the result of `purchases.subscriptionsv2.get`.
    #[must_use]
    pub fn look_up(&self, token: &str, now: Timestamp) -> LookUp {
        match self.purchases.get(token) {
            None => LookUp::Unknown,
            Some(purchase) if is_gone(purchase, now) => LookUp::Gone,
            Some(purchase) => {
                let stale = purchase.stale.clone();
                LookUp::Found(stale.unwrap_or_else(|| view::json(purchase, now)))
            }
        }
    }

    /// Returns the response of `purchases.subscriptionsv2.get`, if there is one.
    #[must_use]
    pub fn purchase_v2(&self, token: &str, now: Timestamp) -> Option<Value> {
        match self.look_up(token, now) {
            LookUp::Found(purchase) => Some(purchase),
            LookUp::Gone | LookUp::Unknown => None,
        }
    }

    /// Returns every order that was voided, oldest first.
    #[must_use]
    pub fn voided(&self) -> &[VoidedPurchase] {
        &self.voided
    }

    /// Returns whether a purchase gives access, whatever look-ups show.
    #[must_use]
    pub fn grants(&self, token: &str, now: Timestamp) -> bool {
        self.purchase(token).is_some_and(|known| known.grants(now))
    }

    fn context(&mut self, now: Timestamp) -> Context<'_> {
        Context {
            plans: &self.plans,
            purchases: &self.purchases,
            ids: &mut self.ids,
            at: now,
            published: Vec::new(),
            others: Vec::new(),
            voided: Vec::new(),
        }
    }

    fn settle(&mut self, mut purchase: Purchase, changes: Changes) -> Outcome {
        purchase.version += 1;
        for mut other in changes.others {
            other.version += 1;
            self.purchases.insert(other.purchase_token.clone(), other);
        }
        self.voided.extend(changes.voided);
        let token = purchase.purchase_token.clone();
        self.purchases.insert(token, purchase.clone());
        Outcome {
            purchase,
            at: changes.at,
            published: changes.published,
        }
    }
}

/// Changes that an action has collected, applied once it has succeeded.
struct Changes {
    at: Timestamp,
    published: Vec<Published>,
    others: Vec<Purchase>,
    voided: Vec<VoidedPurchase>,
}

impl Changes {
    fn of(context: Context<'_>, notify: bool) -> Self {
        Self {
            at: context.at,
            published: if notify {
                context.published
            } else {
                Vec::new()
            },
            others: context.others,
            voided: context.voided,
        }
    }
}

fn is_gone(purchase: &Purchase, now: Timestamp) -> bool {
    let ended = purchase.state_at(now) == State::Expired;
    let since = purchase.expiry().map(|end| end.duration_until(now));
    ended && since.is_some_and(|since| !since.is_negative() && since.unsigned_abs() > AVAILABLE)
}
