//! State of the store for one account.

use std::collections::BTreeMap;

use jiff::Timestamp;
use serde_json::Value;

use super::{
    Action, ActionError, AnswerForm, Catalogue, NewPurchase, Options, Published, Purchase, State,
    Transaction, TransactionId, TransactionType, apply::apply, buying, context::Context, id::Ids,
    message, view,
};

/// Maximum number of overdue steps of a purchase that are made at once.
const MAX_STEPS_AT_ONCE: usize = 240;

/// Result of an action.
#[derive(Debug, Clone, PartialEq)]
pub struct Outcome {
    /// Purchase after the action; if another purchase replaces it, that one.
    pub purchase: Purchase,
    /// Time of the action: the end of a period if the action belongs there, else the given time.
    pub at: Timestamp,
    /// Notifications of the store, in order.
    pub published: Vec<Published>,
}

/// Catalogue and purchases of an account.
#[derive(Debug, Clone)]
pub struct Pay {
    catalogue: Catalogue,
    purchases: BTreeMap<TransactionId, Purchase>,
    originals: BTreeMap<TransactionId, TransactionId>,
    ids: Ids,
}

impl Pay {
    /// Creates an account without plans and purchases. Ids depend only on the account's name, so
    /// that a run can be repeated.
    #[must_use]
    pub fn new(account: &str) -> Self {
        Self::seeded(account, 0)
    }

    /// Creates an account like [`Pay::new`]; another seed gives other ids.
    #[must_use]
    pub fn seeded(account: &str, seed: u64) -> Self {
        // FNV-1a: accounts with similar names must not share ids.
        let seed = account.bytes().fold(seed, |hash, byte| {
            (hash ^ u64::from(byte)).wrapping_mul(0x0000_0100_0000_01b3)
        });
        Self {
            catalogue: Catalogue::default(),
            purchases: BTreeMap::new(),
            originals: BTreeMap::new(),
            ids: Ids::seeded(seed),
        }
    }

    /// Replaces the catalogue; purchases stay.
    pub fn set_catalogue(&mut self, catalogue: Catalogue) {
        self.catalogue = catalogue;
    }

    /// Makes a purchase of a plan.
    ///
    /// # Errors
    /// When the id is taken, or the catalogue does not have the plan or the channel.
    pub fn buy(&mut self, wanted: &NewPurchase, now: Timestamp) -> Result<Outcome, ActionError> {
        let mut context = self.context(now);
        let purchase = buying::buy(wanted, &mut context)?;
        let changes = Changes::of(context, wanted.notify, false);
        Ok(self.settle(purchase, changes))
    }

    /// Applies an action to the purchase that this transaction belongs to.
    ///
    /// # Errors
    /// When there is no such transaction, or the action is not possible; then nothing has changed.
    pub fn act(
        &mut self,
        id: &str,
        action: Action,
        options: &Options,
        now: Timestamp,
    ) -> Result<Outcome, ActionError> {
        let before = self.purchase(id).ok_or(ActionError::UnknownPurchase)?;
        let mut purchase = before.clone();
        let mut context = self.context(now);
        let new = apply(&mut purchase, action, options, &mut context)?;
        let changes = Changes::of(context, options.notify, options.reverse_order);
        let mut outcome = self.settle(purchase, changes);
        if let Some(new) = new {
            self.keep(new.clone());
            outcome.purchase = new;
        }
        Ok(outcome)
    }

    /// Does what is due: renews, and ends grace periods and holds.
    pub fn run_due(&mut self, now: Timestamp) -> Vec<Outcome> {
        let ids: Vec<TransactionId> = self.purchases.keys().cloned().collect();
        let mut outcomes = Vec::new();
        for id in ids {
            for _ in 0..MAX_STEPS_AT_ONCE {
                let due = self
                    .purchases
                    .get(&id)
                    .and_then(|known| self.due(known, now));
                let Some(action) = due else { break };
                match self.act(&id, action, &Options::default(), now) {
                    Ok(outcome) => outcomes.push(outcome),
                    Err(_) => break,
                }
            }
        }
        outcomes
    }

    /// Returns the purchase that this transaction belongs to.
    #[must_use]
    pub fn purchase(&self, id: &str) -> Option<&Purchase> {
        self.purchases.get(self.originals.get(id)?)
    }

    /// Returns every purchase, by its first transaction.
    pub fn purchases(&self) -> impl Iterator<Item = &Purchase> {
        self.purchases.values()
    }

    /// Returns the whole response of `validate-transaction`, if it knows the transaction.
    #[must_use]
    pub fn look_up(&self, id: &str, form: &AnswerForm, now: Timestamp) -> Option<Value> {
        view::validated(&self.catalogue, self.purchase(id)?, id, form, now)
    }

    /// Returns the whole response of `validate-refund`, if it knows the refund.
    #[must_use]
    pub fn refund(&self, id: &str, form: &AnswerForm) -> Option<Value> {
        let purchase = self.purchase(id)?;
        let refund = purchase.transaction(id)?;
        let known = refund.kind == TransactionType::Refund;
        known.then(|| view::refunded(&self.catalogue, purchase, refund, form))
    }

    /// Returns whether a purchase gives access, whatever look-ups show.
    #[must_use]
    pub fn grants(&self, id: &str, now: Timestamp) -> bool {
        self.purchase(id).is_some_and(|known| known.grants(now))
    }

    /// Returns the notification of a transaction of this kind with this id, which need not have
    /// happened; `None` without a purchase that it belongs to.
    #[must_use]
    pub fn message(&self, id: &str, kind: TransactionType, now: Timestamp) -> Option<Published> {
        let purchase = self.purchase(id)?;
        let known = purchase.transaction(id).filter(|known| known.kind == kind);
        let made = || Transaction::free(id.into(), kind, now, purchase.expiration_date);
        let transaction = known.cloned().unwrap_or_else(made);
        Some(Published {
            at: now,
            kind: kind.as_str().to_owned(),
            line: purchase.line.clone(),
            message: message::of(&self.catalogue, purchase, &transaction),
        })
    }

    fn due(&self, purchase: &Purchase, now: Timestamp) -> Option<Action> {
        let over = |end: Option<Timestamp>| end.is_some_and(|end| end <= now);
        match purchase.state {
            State::Active | State::PendingActive => {
                over(purchase.expiration_date).then_some(Action::Renew)
            }
            State::InGrace => over(purchase.grace_until).then_some(Action::Hold),
            State::OnHold => over(purchase.hold_until).then_some(Action::Expire),
            _ => None,
        }
    }

    fn context(&mut self, now: Timestamp) -> Context<'_> {
        Context {
            catalogue: &self.catalogue,
            purchases: &self.purchases,
            originals: &self.originals,
            ids: &mut self.ids,
            at: now,
            published: Vec::new(),
            others: Vec::new(),
        }
    }

    fn settle(&mut self, purchase: Purchase, changes: Changes) -> Outcome {
        for other in changes.others {
            self.keep(other);
        }
        self.keep(purchase.clone());
        Outcome {
            purchase,
            at: changes.at,
            published: changes.published,
        }
    }

    fn keep(&mut self, purchase: Purchase) {
        let original = purchase.original_transaction_id.clone();
        for transaction in &purchase.transactions {
            let id = transaction.transaction_id.clone();
            self.originals.insert(id, original.clone());
        }
        self.purchases.insert(original, purchase);
    }
}

/// Changes that an action has collected, applied once it has succeeded.
struct Changes {
    at: Timestamp,
    published: Vec<Published>,
    others: Vec<Purchase>,
}

impl Changes {
    fn of(context: Context<'_>, notify: bool, reverse_order: bool) -> Self {
        let mut published = context.published;
        if !notify {
            published.clear();
        }
        if reverse_order {
            published.reverse();
        }
        Self {
            at: context.at,
            published,
            others: context.others,
        }
    }
}
