//! Input of an action.

use jiff::Timestamp;

use super::{
    ActionError, Offer, Options, Product, Published, Purchase, State, Transaction, ids::Ids, view,
};

pub(super) struct Context<'a> {
    pub(super) bundle_id: &'a str,
    pub(super) products: &'a [Product],
    pub(super) ids: &'a mut Ids,
    /// Purchases of family members that share this one.
    pub(super) members: &'a [Purchase],
    /// Time of the action; an action that belongs to the end of a period moves it there.
    pub(super) at: Timestamp,
    pub(super) move_clock: bool,
    pub(super) published: Vec<Published>,
}

impl<'a> Context<'a> {
    pub(super) fn reach(&mut self, end: Timestamp) {
        if self.move_clock {
            self.at = self.at.max(end);
        }
    }

    pub(super) fn product(&self, product_id: &str) -> Result<&'a Product, ActionError> {
        let mut products = self.products.iter();
        let found = products.find(|product| product.product_id == product_id);
        found.ok_or_else(|| ActionError::UnknownProduct(product_id.to_owned()))
    }

    /// Returns the product that the options name, in the purchase's group, and the offer.
    pub(super) fn wanted(
        &self,
        purchase: &Purchase,
        options: &Options,
    ) -> Result<(&'a Product, Option<&'a Offer>), ActionError> {
        let named = options.product_id.as_deref();
        let product = self.product(named.unwrap_or(&purchase.product_id))?;
        if product.group() != purchase.group_id {
            return Err(ActionError::OtherGroup);
        }
        let offer = options.offer_id.as_deref();
        let offer = offer.map(|offer| product.offer(offer)).transpose()?;
        Ok((product, offer))
    }

    /// Publishes a notification about the last transaction.
    pub(super) fn publish(
        &mut self,
        purchase: &Purchase,
        notification_type: &'static str,
        subtype: Option<&'static str>,
    ) -> Result<(), ActionError> {
        let latest = purchase.latest().ok_or(ActionError::NoTransaction)?;
        self.publish_about(purchase, latest, notification_type, subtype);
        Ok(())
    }

    pub(super) fn publish_about(
        &mut self,
        purchase: &Purchase,
        transaction: &Transaction,
        notification_type: &'static str,
        subtype: Option<&'static str>,
    ) {
        let status = || State::status(purchase.state_at(self.at));
        self.published.push(Published {
            at: self.at,
            environment: purchase.environment,
            notification_type,
            subtype,
            original_transaction_id: purchase.original_transaction_id.clone(),
            transaction_id: transaction.transaction_id.clone(),
            transaction: view::transaction(self.bundle_id, purchase, transaction),
            renewal: view::renewal(self.products, purchase, self.at),
            status: purchase.renews().then(status),
        });
    }
}
