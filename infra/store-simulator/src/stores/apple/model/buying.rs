//! First purchases and resubscriptions.

use super::{
    ActionError, AppliedOffer, NewPurchase, Offer, Options, Ownership, Product, ProductKind,
    Purchase, Reason, State, Transaction, context::Context,
};

/// Creates a purchase of a product, without transactions.
fn bare(
    product: &Product,
    wanted: &NewPurchase,
    account: Account,
    at: jiff::Timestamp,
) -> Purchase {
    Purchase {
        original_transaction_id: String::new(),
        environment: wanted.environment,
        customer: account.customer,
        app_transaction_id: account.app_transaction_id,
        kind: product.kind,
        group_id: product.group(),
        product_id: product.product_id.clone(),
        ownership: Ownership::Purchased,
        shared_by: None,
        app_account_token: wanted.app_account_token.clone(),
        storefront: wanted.storefront.clone(),
        state: State::Active,
        auto_renew: product.kind == ProductKind::AutoRenewable,
        next_product_id: product.product_id.clone(),
        grace_period_expires_date: None,
        expiration_intent: None,
        original_purchase_date: at,
        recent_start: at,
        transactions: Vec::new(),
    }
}

/// Apple account that buys.
pub(super) struct Account {
    pub(super) customer: String,
    pub(super) app_transaction_id: String,
    /// Whether the account had a subscription of the group before.
    pub(super) returns: bool,
}

fn begun(offer: &Offer) -> AppliedOffer {
    offer.applied(offer.periods.saturating_sub(1))
}

pub(super) fn buy(
    wanted: &NewPurchase,
    account: Account,
    context: &mut Context<'_>,
) -> Result<Purchase, ActionError> {
    let product = context.product(&wanted.product_id)?;
    let offer = wanted.offer_id.as_deref();
    let offer = offer.map(|offer| product.offer(offer)).transpose()?;
    let returns = account.returns;
    let mut purchase = bare(product, wanted, account, context.at);
    if purchase.renews() {
        let at = context.at;
        let offer = offer.map(begun);
        purchase.begin_period(product, offer.as_ref(), (at, at), Reason::Purchase, context)?;
    } else {
        purchase.transactions.push(once(product, wanted, context)?);
    }
    purchase.name_after_first()?;
    let (notification_type, subtype) = match (purchase.renews(), returns) {
        (true, false) => ("SUBSCRIBED", Some("INITIAL_BUY")),
        (true, true) => ("SUBSCRIBED", Some("RESUBSCRIBE")),
        (false, _) => ("ONE_TIME_CHARGE", None),
    };
    context.publish(&purchase, notification_type, subtype)?;
    Ok(purchase)
}

fn once(
    product: &Product,
    wanted: &NewPurchase,
    context: &mut Context<'_>,
) -> Result<Transaction, ActionError> {
    Ok(Transaction {
        transaction_id: context.ids.transaction(wanted.environment),
        web_order_line_item_id: None,
        product_id: product.product_id.clone(),
        purchase_date: context.at,
        expires_date: None,
        price: product.price()?,
        currency: product.currency.clone(),
        offer: None,
        reason: Reason::Purchase,
        revocation: None,
        is_upgraded: false,
        app_account_token: wanted.app_account_token.clone(),
        revision: 0,
    })
}

impl Purchase {
    pub(super) fn name_after_first(&mut self) -> Result<(), ActionError> {
        let first = self
            .transactions
            .first()
            .ok_or(ActionError::NoTransaction)?;
        self.original_transaction_id
            .clone_from(&first.transaction_id);
        Ok(())
    }

    /// Resubscribes. Returns the new purchase, if it has an id of its own.
    pub(super) fn resubscribe(
        &mut self,
        options: &Options,
        context: &mut Context<'_>,
    ) -> Result<Option<Purchase>, ActionError> {
        self.require(&[
            State::Active,
            State::Expired,
            State::BillingRetry,
            State::Revoked,
        ])?;
        if self.state_at(context.at) == State::Active {
            return Err(ActionError::WrongState(self.state));
        }
        let (product, offer) = context.wanted(self, options)?;
        let token = options.app_account_token.clone();
        let mut own = options.new_original.then(|| self.clone());
        let purchase = own.as_mut().unwrap_or(self);
        purchase.app_account_token = token.or(purchase.app_account_token.take());
        if options.new_original {
            purchase.transactions.clear();
            purchase.original_purchase_date = context.at;
        }
        purchase.recent_start = context.at;
        let at = context.at;
        let offer = offer.map(begun);
        purchase.begin_period(product, offer.as_ref(), (at, at), Reason::Purchase, context)?;
        if options.new_original {
            purchase.name_after_first()?;
        }
        context.publish(purchase, "SUBSCRIBED", Some("RESUBSCRIBE"))?;
        Ok(own)
    }

    /// Restores the purchase on another device.
    pub(super) fn restore(&mut self, context: &mut Context<'_>) -> Result<(), ActionError> {
        let environment = self.environment;
        let mut again = self.latest_mut()?.clone();
        again.transaction_id = context.ids.transaction(environment);
        self.transactions.push(again);
        Ok(())
    }

    pub(super) fn upgrade(
        &mut self,
        options: &Options,
        context: &mut Context<'_>,
    ) -> Result<(), ActionError> {
        self.require(&[State::Active, State::Grace])?;
        if options.product_id.is_none() {
            return Err(ActionError::Missing("productId"));
        }
        let (product, offer) = context.wanted(self, options)?;
        let period = self.latest_mut()?.web_order_line_item_id.clone();
        let same = |one: &&mut Transaction| one.web_order_line_item_id == period;
        for old in self.transactions.iter_mut().filter(same) {
            old.is_upgraded = true;
        }
        let at = context.at;
        let offer = offer.map(begun);
        self.begin_period(product, offer.as_ref(), (at, at), Reason::Purchase, context)?;
        context.publish(self, "DID_CHANGE_RENEWAL_PREF", Some("UPGRADE"))
    }
}
