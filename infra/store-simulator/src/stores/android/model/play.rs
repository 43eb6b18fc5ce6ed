//! One app's part of the store.

use std::{collections::BTreeMap, time::Duration};

use jiff::Timestamp;
use serde_json::Value;

use super::{
    AcknowledgeError, Action, ActionError, BasePlan, NamedOwner, NewPurchase, Options, Published,
    Purchase, PurchaseToken, State, VoidedPurchase, apply::apply, buying, context::Context, due,
    token::Ids, view,
};

/// How long a purchase can be looked up after its end.
const AVAILABLE: Duration = Duration::from_secs(60 * 86_400);
/// More steps than this are not made up for at once.
const MAX_STEPS_AT_ONCE: usize = 240;

/// What an action did.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Outcome {
    /// The purchase after it; where another one takes its place, that one.
    pub purchase: Purchase,
    /// When it happened: the end of a period if it belongs there, else the time that was given.
    pub at: Timestamp,
    /// What the store publishes, in order.
    pub published: Vec<Published>,
}

/// What a look-up finds.
#[derive(Clone, PartialEq)]
pub enum LookUp {
    /// A `SubscriptionPurchaseV2`.
    Found(Value),
    /// It ended more than 60 days ago.
    Gone,
    /// No purchase has this token.
    Unknown,
}

/// The plans and the purchases of one app.
#[derive(Debug, Clone)]
pub struct Play {
    package_name: String,
    plans: Vec<BasePlan>,
    purchases: BTreeMap<PurchaseToken, Purchase>,
    voided: Vec<VoidedPurchase>,
    ids: Ids,
}

impl Play {
    /// Without plans and purchases. Tokens and order ids follow from the package name alone, so
    /// that a run can be repeated.
    #[must_use]
    pub fn new(package_name: impl Into<String>) -> Self {
        Self::seeded(package_name, 0)
    }

    /// As [`Play::new`]; another seed gives other tokens and order ids.
    #[must_use]
    pub fn seeded(package_name: impl Into<String>, seed: u64) -> Self {
        let package_name = package_name.into();
        // FNV-1a: apps with neighbouring names shall not share tokens.
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

    /// The app.
    #[must_use]
    pub fn package_name(&self) -> &str {
        &self.package_name
    }

    /// Takes another catalogue; purchases stay.
    pub fn set_plans(&mut self, plans: Vec<BasePlan>) {
        self.plans = plans;
    }

    /// A customer buys a plan.
    ///
    /// # Errors
    /// When the token is taken or the catalogue does not have the plan or the offer.
    pub fn buy(&mut self, wanted: &NewPurchase, now: Timestamp) -> Result<Outcome, ActionError> {
        let mut context = self.context(now);
        let purchase = buying::buy(wanted, &mut context)?;
        let changes = Changes::of(context, wanted.notify);
        Ok(self.settle(purchase, changes))
    }

    /// Lets something happen to a purchase.
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
    /// cancelled and prepaid purchases expire, and takes back what nobody acknowledged in time.
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

    /// The developer acknowledges a purchase; doing so again changes nothing. `owner` is kept for
    /// a purchase that was made outside of the app.
    ///
    /// # Errors
    /// When the token or the product is wrong, when it is not paid, or when it has ended.
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

    /// The store's record of a purchase.
    #[must_use]
    pub fn purchase(&self, token: &str) -> Option<&Purchase> {
        self.purchases.get(token)
    }

    /// Every purchase, by token.
    pub fn purchases(&self) -> impl Iterator<Item = &Purchase> {
        self.purchases.values()
    }

    /// What `purchases.subscriptionsv2.get` finds.
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

    /// The answer of `purchases.subscriptionsv2.get`, if there is one.
    #[must_use]
    pub fn purchase_v2(&self, token: &str, now: Timestamp) -> Option<Value> {
        match self.look_up(token, now) {
            LookUp::Found(purchase) => Some(purchase),
            LookUp::Gone | LookUp::Unknown => None,
        }
    }

    /// Every order that was voided, oldest first.
    #[must_use]
    pub fn voided(&self) -> &[VoidedPurchase] {
        &self.voided
    }

    /// Whether a purchase gives access, whatever look-ups show.
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

/// What an action has collected, once it has succeeded.
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
