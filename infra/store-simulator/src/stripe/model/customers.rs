//! What concerns more than one purchase of a customer.

use jiff::Timestamp;

use super::{ActionError, Billing, CancelReason, NewCheckout, Options, Outcome, Purchase, view};

impl Billing {
    pub(super) fn resubscribe(
        &mut self,
        old: &Purchase,
        options: &Options,
        now: Timestamp,
    ) -> Result<Outcome, ActionError> {
        let known = old.running()?;
        if known.status.is_live() {
            return Err(ActionError::WrongStatus(known.status));
        }
        let first = known.items.first().ok_or(ActionError::NoItem)?;
        let price_id = options.price_id.as_ref().unwrap_or(&first.price.price_id);
        let session = old.session.as_ref();
        let wanted = NewCheckout {
            customer_id: Some(old.customer_id.clone()),
            client_reference_id: session.and_then(|one| one.client_reference_id.clone()),
            metadata: known.metadata.clone(),
            test: !old.livemode,
            without_checkout: session.is_none(),
            classic: !known.flexible,
            silent: !options.notify,
            ..NewCheckout::subscription(price_id)
        };
        self.create(&wanted, now)
    }

    pub(super) fn delete_customer(
        &mut self,
        purchase: &Purchase,
        options: &Options,
        now: Timestamp,
    ) -> Result<Outcome, ActionError> {
        let customer_id = &purchase.customer_id;
        let of_customer = self
            .purchases()
            .filter(|one| one.customer_id == *customer_id);
        let mut theirs: Vec<Purchase> = of_customer.cloned().collect();
        let mut context = self.context(now, purchase.livemode, options);
        for one in &mut theirs {
            let subscription = one.subscription.as_ref();
            if subscription.is_some_and(|known| known.status.is_live()) {
                one.end(Some(CancelReason::CancellationRequested), &mut context)?;
                one.version += 1;
            }
        }
        let object = view::customer(customer_id, purchase.livemode, false);
        context.publish("customer.deleted", object);
        let (at, published) = (context.at, context.published);
        let published = self.finish(published, options, true);
        self.deleted_customers.insert(customer_id.clone());
        theirs.into_iter().for_each(|one| self.keep(one));
        let purchase = self.purchase(&purchase.id).unwrap_or(purchase).clone();
        Ok(Outcome {
            purchase,
            at,
            published,
        })
    }
}
