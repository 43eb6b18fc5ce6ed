//! Actions that concern more than one purchase of a customer.

use jiff::Timestamp;

use super::{ActionError, Billing, NewCheckout, Options, Outcome, Purchase};

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
}
