//! Purchases of one app, in both environments.

use std::collections::{BTreeMap, HashMap};

use jiff::Timestamp;

use super::{
    Action, ActionError, Environment, NewPurchase, Options, Ownership, Product, Published,
    Purchase, State,
    apply::apply,
    buying::{self, Account},
    context::Context,
    due::due,
    family::followed_by,
    ids::Ids,
};

/// Result of an action.
#[derive(Debug, Clone, PartialEq)]
pub struct Outcome {
    /// Purchase after the action; if the action creates another purchase, that one.
    pub purchase: Purchase,
    /// Time of the action: the end of a period, if that is later than the given time.
    pub at: Timestamp,
    /// Notifications, in order.
    pub published: Vec<Published>,
}

/// Purchases of one app.
#[derive(Debug, Clone)]
pub struct AppStore {
    pub(super) bundle_id: String,
    pub(super) products: Vec<Product>,
    pub(super) purchases: BTreeMap<String, Purchase>,
    /// Original transaction id by transaction id.
    pub(super) originals: HashMap<String, String>,
    /// Id in this app of each Apple account.
    accounts: HashMap<(Environment, String), String>,
    ids: Ids,
    revision: u64,
    last_signed: i64,
}

impl AppStore {
    /// Creates an app without products, whose ids are always the same.
    #[must_use]
    pub fn new(bundle_id: impl Into<String>) -> Self {
        Self::seeded(bundle_id, 0)
    }

    /// Creates an app without products, whose ids depend on the seed.
    #[must_use]
    pub fn seeded(bundle_id: impl Into<String>, seed: u64) -> Self {
        Self {
            bundle_id: bundle_id.into(),
            products: Vec::new(),
            purchases: BTreeMap::new(),
            originals: HashMap::new(),
            accounts: HashMap::new(),
            ids: Ids::seeded(seed),
            revision: 0,
            last_signed: i64::MIN,
        }
    }

    /// Returns the bundle id of the app.
    #[must_use]
    pub fn bundle_id(&self) -> &str {
        &self.bundle_id
    }

    /// Replaces the products for sale.
    pub fn set_products(&mut self, products: Vec<Product>) {
        self.products = products;
    }

    /// Makes a purchase of a product.
    ///
    /// # Errors
    /// When the product is not for sale, or the customer has a subscription of the group.
    pub fn buy(&mut self, wanted: &NewPurchase, now: Timestamp) -> Result<Outcome, ActionError> {
        let account = self.account(wanted)?;
        let known = (wanted.environment, account.customer.clone());
        let app_transaction_id = account.app_transaction_id.clone();
        let mut context = Context {
            bundle_id: &self.bundle_id,
            products: &self.products,
            ids: &mut self.ids,
            members: &[],
            at: now,
            move_clock: true,
            published: Vec::new(),
        };
        let purchase = buying::buy(wanted, account, &mut context)?;
        let mut published = context.published;
        published.retain(|_| wanted.notify);
        self.accounts.insert(known, app_transaction_id);
        let purchase = self.keep(purchase);
        Ok(Outcome {
            purchase,
            at: now,
            published,
        })
    }

    fn account(&mut self, wanted: &NewPurchase) -> Result<Account, ActionError> {
        let named = wanted.customer.clone();
        let customer = named.unwrap_or_else(|| self.ids.customer());
        let key = (wanted.environment, customer.clone());
        let known = self.accounts.get(&key).cloned();
        let app_transaction_id = known.unwrap_or_else(|| self.ids.app_transaction());
        let mut products = self.products.iter();
        let product = products.find(|product| product.product_id == wanted.product_id);
        let group = product.and_then(Product::group);
        let same_group = |purchase: &&Purchase| {
            group.is_some()
                && purchase.group_id == group
                && purchase.app_transaction_id == app_transaction_id
        };
        let before: Vec<_> = self.purchases.values().filter(same_group).collect();
        let pays = |purchase: &&Purchase| purchase.ownership == Ownership::Purchased;
        if before
            .iter()
            .any(|purchase| pays(purchase) && purchase.is_live())
        {
            return Err(ActionError::Subscribed);
        }
        Ok(Account {
            returns: !before.is_empty(),
            customer,
            app_transaction_id,
        })
    }

    /// Applies an action to the purchase that any of its transactions identifies, and to the shares
    /// of family members.
    ///
    /// # Errors
    /// When there is no such purchase, or the action is not possible; then nothing has changed.
    pub fn act(
        &mut self,
        transaction_id: &str,
        action: Action,
        options: &Options,
        now: Timestamp,
    ) -> Result<Outcome, ActionError> {
        let before = self.purchase(transaction_id).cloned();
        let before = before.ok_or(ActionError::UnknownPurchase)?;
        let members = self.members(&before.original_transaction_id);
        let (after, mut outcome) = self.act_alone(before, action, options, &members, now)?;
        for member in members {
            self.take_along(member, action, options, &after, &mut outcome);
        }
        Ok(outcome)
    }

    /// Applies an action to this purchase only. Returns the purchase and the outcome.
    fn act_alone(
        &mut self,
        mut purchase: Purchase,
        action: Action,
        options: &Options,
        members: &[Purchase],
        now: Timestamp,
    ) -> Result<(Purchase, Outcome), ActionError> {
        let mut context = Context {
            bundle_id: &self.bundle_id,
            products: &self.products,
            ids: &mut self.ids,
            members,
            at: now,
            move_clock: options.move_clock,
            published: Vec::new(),
        };
        let other = apply(&mut purchase, action, options, &mut context)?;
        let at = context.at;
        let mut published = context.published;
        published.retain(|_| options.notify);
        let purchase = self.keep(purchase);
        let outcome = Outcome {
            purchase: other.map_or_else(|| purchase.clone(), |other| self.keep(other)),
            at,
            published,
        };
        Ok((purchase, outcome))
    }

    fn take_along(
        &mut self,
        mut member: Purchase,
        action: Action,
        options: &Options,
        purchaser: &Purchase,
        outcome: &mut Outcome,
    ) {
        if matches!(member.state, State::Revoked | State::Expired) {
            return;
        }
        member.follow(purchaser);
        let shared = self.product(&purchaser.product_id);
        let shared = shared.is_some_and(|product| product.family_sharable);
        let followed = followed_by(action, purchaser);
        let followed = followed.map(|same| if shared { same } else { Action::Revoke });
        self.keep(member.clone());
        let Some(followed) = followed else {
            return;
        };
        let options = Options {
            transaction_id: None,
            offer_id: None,
            ..options.clone()
        };
        // An action that is not possible for a member is skipped.
        if let Ok((_, of_member)) = self.act_alone(member, followed, &options, &[], outcome.at) {
            outcome.published.extend(of_member.published);
        }
    }

    /// Does what is due: at most one step for each purchase.
    pub fn run_due(&mut self, now: Timestamp) -> Vec<Outcome> {
        let due = |purchase: &Purchase| {
            let action = due(purchase, now)?;
            Some((purchase.original_transaction_id.clone(), action))
        };
        let due: Vec<_> = self.purchases.values().filter_map(due).collect();
        let options = Options::default();
        let outcomes = due
            .into_iter()
            .filter_map(|(id, action)| self.act(&id, action, &options, now).ok());
        outcomes.collect()
    }

    /// Returns a `signedDate` for the current signature, in milliseconds: later than every one
    /// before, even where the clock stands still.
    pub fn signed_date(&mut self, now: Timestamp) -> i64 {
        let after = self.last_signed.saturating_add(1);
        self.last_signed = now.as_millisecond().max(after);
        self.last_signed
    }

    /// Forgets the last `signedDate`, after the clock was set anew.
    pub fn forget_signed_date(&mut self) {
        self.last_signed = i64::MIN;
    }

    fn product(&self, product_id: &str) -> Option<&Product> {
        let mut products = self.products.iter();
        products.find(|product| product.product_id == product_id)
    }

    fn members(&self, original_transaction_id: &str) -> Vec<Purchase> {
        let of_this =
            |purchase: &&Purchase| purchase.shared_by.as_deref() == Some(original_transaction_id);
        self.purchases.values().filter(of_this).cloned().collect()
    }

    /// Stores a purchase; its changed transactions get a new revision.
    fn keep(&mut self, mut purchase: Purchase) -> Purchase {
        let id = purchase.original_transaction_id.clone();
        let before = self.purchases.get(&id);
        for (index, transaction) in purchase.transactions.iter_mut().enumerate() {
            let old = before.and_then(|before| before.transactions.get(index));
            if old.is_some_and(|old| old.shows_as(transaction)) {
                continue;
            }
            self.revision += 1;
            transaction.revision = self.revision;
            let transaction_id = transaction.transaction_id.clone();
            self.originals.insert(transaction_id, id.clone());
        }
        self.purchases.insert(id, purchase.clone());
        purchase
    }
}
