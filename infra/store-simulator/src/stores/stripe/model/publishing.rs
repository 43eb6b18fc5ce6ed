//! Events about the parts of a purchase.

use serde_json::Value;

use super::{ActionError, Purchase, context::Context, view};

impl Purchase {
    /// Returns the subscription as events show it now.
    pub(super) fn shown(&self, context: &Context<'_>) -> Result<Value, ActionError> {
        Ok(view::subscription(self.running()?, &context.rendering()))
    }

    pub(super) fn tell(&self, kind: &str, context: &mut Context<'_>) -> Result<(), ActionError> {
        let object = self.shown(context)?;
        context.publish(kind, object);
        Ok(())
    }

    /// Publishes `customer.subscription.updated`, if anything changed since `before`.
    pub(super) fn tell_update(
        &self,
        before: &Value,
        context: &mut Context<'_>,
    ) -> Result<(), ActionError> {
        let object = self.shown(context)?;
        context.publish_change("customer.subscription.updated", before, object);
        Ok(())
    }

    pub(super) fn tell_invoice(
        &self,
        kind: &str,
        invoice_id: &str,
        context: &mut Context<'_>,
    ) -> Result<(), ActionError> {
        let invoice = self.invoice(invoice_id)?;
        let object = view::invoice(invoice, self, &context.rendering());
        context.publish(kind, object);
        Ok(())
    }

    pub(super) fn tell_intent(
        &self,
        kind: &str,
        intent_id: &str,
        context: &mut Context<'_>,
    ) -> Result<(), ActionError> {
        let intent = self.intent(intent_id)?;
        let object = view::payment_intent(intent, self, &context.rendering());
        context.publish(kind, object);
        Ok(())
    }

    pub(super) fn tell_charge(
        &self,
        kind: &str,
        charge_id: &str,
        context: &mut Context<'_>,
    ) -> Result<(), ActionError> {
        let charge = self.charge(charge_id)?;
        let object = view::charge(charge, self, &context.rendering());
        context.publish(kind, object);
        Ok(())
    }

    pub(super) fn tell_session(
        &self,
        kind: &str,
        context: &mut Context<'_>,
    ) -> Result<(), ActionError> {
        let session = self.session.as_ref().ok_or(ActionError::NoCheckout)?;
        context.publish(kind, view::session(session, self));
        Ok(())
    }
}
