//! Events about the parts of a purchase.

use serde_json::Value;

use super::{ActionError, Purchase, context::Context, view};

impl Purchase {
    /// The subscription as events show it now.
    pub(super) fn shown(&self, context: &Context<'_>) -> Result<Value, ActionError> {
        Ok(view::subscription(self.running()?, &context.rendering()))
    }

    pub(super) fn tell(&self, kind: &str, context: &mut Context<'_>) -> Result<(), ActionError> {
        let object = self.shown(context)?;
        context.publish(kind, object);
        Ok(())
    }

    /// `customer.subscription.updated`, if anything changed since `before` was shown.
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

    /// What the customer is entitled to, where the account wants that told.
    pub(super) fn tell_entitlements(&self, context: &mut Context<'_>) {
        if !context.settings.entitlement_summaries {
            return;
        }
        let products = self.subscription.iter().flat_map(|known| &known.items);
        let entitled = products.filter(|_| self.grants()).map(|item| {
            let id = item.item_id.replace("si_", "ent_");
            serde_json::json!({"id": id, "object": "entitlements.active_entitlement",
                "feature": item.price.product_id.replace("prod_", "feat_"),
                "livemode": self.livemode, "lookup_key": item.price.product_id})
        });
        let entitled: Vec<Value> = entitled.collect();
        let object = serde_json::json!({
            "object": "entitlements.active_entitlement_summary",
            "customer": self.customer_id,
            "livemode": self.livemode,
            "entitlements": {"object": "list", "has_more": false, "data": entitled,
                "url": format!("/v1/customer/{}/entitlements", self.customer_id)},
        });
        context.publish("entitlements.active_entitlement_summary.updated", object);
    }
}
