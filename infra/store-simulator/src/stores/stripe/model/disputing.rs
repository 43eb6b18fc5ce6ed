//! Disputes of payments by the customer's bank.

use super::{
    ActionError, CancelReason, Charge, Dispute, DisputeStatus, Options, Purchase, context::Context,
    view,
};

impl Purchase {
    pub(super) fn dispute(
        &mut self,
        options: &Options,
        context: &mut Context<'_>,
    ) -> Result<(), ActionError> {
        let disputable = |charge: &&Charge| charge.paid && !charge.disputed;
        let charge = self.chosen_charge(options, disputable)?;
        let charge_id = charge.charge_id.clone();
        let reason = options.reason.clone();
        let dispute = Dispute {
            dispute_id: context.ids.make("du_"),
            charge_id: charge_id.clone(),
            payment_intent_id: charge.payment_intent_id.clone(),
            amount: options.amount.unwrap_or(charge.amount),
            currency: charge.currency.clone(),
            status: options.dispute_status,
            reason: reason.unwrap_or_else(|| "fraudulent".to_owned()),
            created: context.at,
        };
        let object = view::dispute(&dispute, self);
        let takes_money = dispute.status.takes_money();
        self.disputes.push(dispute);
        self.charge_mut(&charge_id)?.disputed = true;
        context.publish("charge.dispute.created", object.clone());
        if takes_money {
            context.publish("charge.dispute.funds_withdrawn", object);
        }
        let live = self
            .subscription
            .as_ref()
            .is_some_and(|one| one.status.is_live());
        if options.cancel && live {
            return self.end(Some(CancelReason::PaymentDisputed), context);
        }
        Ok(())
    }

    /// Moves a lost dispute to the first stage of an appeal, and from there to the second.
    pub(super) fn appeal(&mut self, context: &mut Context<'_>) -> Result<(), ActionError> {
        let (lost, invited) = (DisputeStatus::Lost, DisputeStatus::AppealNeedsResponse);
        let moved = match self.move_dispute(|given| given == lost, invited) {
            Err(_) => {
                let reviewed = DisputeStatus::AppealUnderReview;
                self.move_dispute(|given| given == invited, reviewed)
            }
            moved => moved,
        };
        let (before, object) = moved?;
        context.publish_change("charge.dispute.updated", &before, object);
        Ok(())
    }

    pub(super) fn close_dispute(
        &mut self,
        status: DisputeStatus,
        context: &mut Context<'_>,
    ) -> Result<(), ActionError> {
        let open = |given: DisputeStatus| given.takes_money() && given != DisputeStatus::Lost;
        let (_, object) = self.move_dispute(open, status)?;
        context.publish("charge.dispute.closed", object.clone());
        if status == DisputeStatus::Won {
            context.publish("charge.dispute.funds_reinstated", object);
        }
        Ok(())
    }

    /// Moves the last suitable dispute to another status. Returns it as it was and as it is.
    fn move_dispute(
        &mut self,
        suits: impl Fn(DisputeStatus) -> bool,
        status: DisputeStatus,
    ) -> Result<(serde_json::Value, serde_json::Value), ActionError> {
        let found = self.disputes.iter().rposition(|one| suits(one.status));
        let place = found.ok_or(ActionError::NoDispute)?;
        let mut dispute = self.disputes.get(place).cloned();
        let dispute = dispute.as_mut().ok_or(ActionError::NoDispute)?;
        let before = view::dispute(dispute, self);
        dispute.status = status;
        let after = view::dispute(dispute, self);
        if let Some(known) = self.disputes.get_mut(place) {
            known.status = status;
        }
        Ok((before, after))
    }
}
