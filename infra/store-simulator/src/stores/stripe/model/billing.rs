//! State of the store for one account.

use std::collections::{BTreeMap, HashMap};

use jiff::Timestamp;

use super::{
    Action, ActionError, NewCheckout, Options, Price, Published, Purchase, Settings, apply::apply,
    context::Context, due, ids::Ids,
};

/// Maximum number of overdue steps of a purchase that are made at once.
const MAX_STEPS_AT_ONCE: usize = 480;

/// Result of an action.
#[derive(Debug, Clone, PartialEq)]
pub struct Outcome {
    /// Purchase after the action; of a resubscription the new one.
    pub purchase: Purchase,
    /// Time at which the action was complete; later than the given time if it includes a wait.
    pub at: Timestamp,
    /// Events of the store, in order.
    pub published: Vec<Published>,
}

/// Prices and purchases of one account, of both modes.
#[derive(Debug, Clone)]
pub struct Billing {
    account_id: String,
    pub(super) prices: Vec<Price>,
    pub(super) settings: Settings,
    pub(super) purchases: BTreeMap<String, Purchase>,
    /// Purchases by age, oldest first.
    pub(super) order: Vec<String>,
    /// Purchase that an object belongs to.
    by_object: HashMap<String, String>,
    ids: Ids,
}

impl Billing {
    /// Creates an account without prices and purchases. Ids depend only on the account's id, so
    /// that a run can be repeated.
    #[must_use]
    pub fn new(account_id: impl Into<String>) -> Self {
        Self::seeded(account_id, 0)
    }

    /// Creates an account like [`Billing::new`]; another seed gives other ids.
    #[must_use]
    pub fn seeded(account_id: impl Into<String>, seed: u64) -> Self {
        let account_id = account_id.into();
        // FNV-1a: accounts with similar names must not share ids.
        let seed = account_id.bytes().fold(seed, |hash, byte| {
            (hash ^ u64::from(byte)).wrapping_mul(0x0000_0100_0000_01b3)
        });
        Self {
            account_id,
            prices: Vec::new(),
            settings: Settings::default(),
            purchases: BTreeMap::new(),
            order: Vec::new(),
            by_object: HashMap::new(),
            ids: Ids::seeded(seed),
        }
    }

    /// Returns the account id.
    #[must_use]
    pub fn account_id(&self) -> &str {
        &self.account_id
    }

    /// Replaces the catalogue; purchases stay.
    pub fn set_prices(&mut self, prices: Vec<Price>) {
        self.prices = prices;
    }

    /// Replaces the settings of the account.
    pub fn set_settings(&mut self, settings: Settings) {
        self.settings = settings;
    }

    /// Makes a purchase.
    ///
    /// # Errors
    /// When the id is taken or the catalogue does not have the price.
    pub fn create(&mut self, wanted: &NewCheckout, now: Timestamp) -> Result<Outcome, ActionError> {
        let taken = wanted.id.as_ref();
        if taken.is_some_and(|id| self.by_object.contains_key(id)) {
            return Err(ActionError::Exists);
        }
        let options = Options {
            notify: !wanted.silent,
            ..Options::default()
        };
        let mut context = self.context(now, !wanted.test, &options);
        let purchase = Purchase::begin(wanted, &mut context)?;
        let (at, published) = (context.at, context.published);
        let published = self.finish(published, &options, true);
        self.keep(purchase.clone());
        Ok(Outcome {
            purchase,
            at,
            published,
        })
    }

    /// Applies an action to the purchase that the id of any of its objects identifies.
    ///
    /// # Errors
    /// When nothing has the id, or the action is not possible; then nothing has changed.
    pub fn act(
        &mut self,
        id: &str,
        action: Action,
        options: &Options,
        now: Timestamp,
    ) -> Result<Outcome, ActionError> {
        let known = self.purchase(id).ok_or(ActionError::UnknownPurchase)?;
        let mut purchase = known.clone();
        if action == Action::Resubscribe {
            return self.resubscribe(&purchase, options, now);
        }
        let mut context = self.context(now, purchase.livemode, options);
        apply(&mut purchase, action, options, &mut context)?;
        let (at, published) = (context.at, context.published);
        let published = self.finish(published, options, !action.is_automatic());
        purchase.version += 1;
        self.keep(purchase.clone());
        Ok(Outcome {
            purchase,
            at,
            published,
        })
    }

    /// Does what is due: begins periods and collects their invoices, lets cancelled subscriptions
    /// end and unpaid new ones expire. It does not retry declined payments.
    pub fn run_due(&mut self, now: Timestamp) -> Vec<Outcome> {
        let mut outcomes = Vec::new();
        for id in self.order.clone() {
            for _ in 0..MAX_STEPS_AT_ONCE {
                let known = self.purchases.get(&id);
                let due = known.and_then(|known| due::due(known, now));
                let Some(action) = due else { break };
                match self.act(&id, action, &Options::default(), now) {
                    Ok(outcome) => outcomes.push(outcome),
                    Err(_) => break,
                }
            }
        }
        outcomes
    }

    /// Returns the purchase that an object belongs to: a subscription, a session, an invoice, a
    /// charge …
    #[must_use]
    pub fn purchase(&self, id: &str) -> Option<&Purchase> {
        self.purchases.get(self.by_object.get(id)?)
    }

    /// Returns every purchase, oldest first.
    pub fn purchases(&self) -> impl Iterator<Item = &Purchase> {
        self.order.iter().filter_map(|id| self.purchases.get(id))
    }

    /// Returns whether a purchase gives access.
    #[must_use]
    pub fn grants(&self, id: &str) -> bool {
        self.purchase(id).is_some_and(Purchase::grants)
    }

    pub(super) fn context(
        &mut self,
        now: Timestamp,
        livemode: bool,
        options: &Options,
    ) -> Context<'_> {
        Context {
            prices: &self.prices,
            settings: &self.settings,
            ids: &mut self.ids,
            livemode,
            at: now,
            move_clock: options.move_clock,
            published: Vec::new(),
        }
    }

    pub(super) fn finish(
        &mut self,
        mut published: Vec<Published>,
        options: &Options,
        asked_for: bool,
    ) -> Vec<Published> {
        if !options.notify {
            return Vec::new();
        }
        if asked_for {
            let request_id = self.ids.make("req_");
            for one in &mut published {
                one.request_id = Some(request_id.clone());
            }
        }
        if options.twice {
            let again = published.iter().map(|one| Published {
                event_id: self.ids.make("evt_"),
                ..one.clone()
            });
            let again: Vec<_> = again.collect();
            let pairs = published.into_iter().zip(again);
            published = pairs.flat_map(|(one, other)| [one, other]).collect();
        }
        if options.reverse_order {
            published.reverse();
        }
        published
    }

    pub(super) fn keep(&mut self, purchase: Purchase) {
        for id in purchase.ids() {
            if !self.by_object.contains_key(id) {
                self.by_object.insert(id.to_owned(), purchase.id.clone());
            }
        }
        if !self.purchases.contains_key(&purchase.id) {
            self.order.push(purchase.id.clone());
        }
        self.purchases.insert(purchase.id.clone(), purchase);
    }
}
