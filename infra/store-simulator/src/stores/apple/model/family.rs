//! Family Sharing.

use super::{Action, ActionError, Options, Ownership, Purchase, Reason, State, context::Context};

const MEMBERS: usize = 5;

impl Purchase {
    /// Shares the purchase. Returns the member's purchase.
    pub(super) fn share(
        &self,
        options: &Options,
        context: &mut Context<'_>,
    ) -> Result<Purchase, ActionError> {
        self.require(&[State::Active, State::Grace])?;
        let product = context.product(&self.product_id)?;
        let is_member = |member: &&Purchase| member.state != State::Revoked;
        let room = context.members.iter().filter(is_member).count() < MEMBERS;
        if !product.family_sharable || self.ownership != Ownership::Purchased || !room {
            return Err(ActionError::NotSharable);
        }
        let named = options.customer.as_ref();
        let returning = context.members.iter().find(|member| {
            member.state == State::Revoked && named.is_some_and(|name| *name == member.customer)
        });
        let mut member = returning.unwrap_or(self).clone();
        if returning.is_none() {
            let made_up = || context.ids.customer();
            member.customer = options.customer.clone().unwrap_or_else(made_up);
            member.app_transaction_id = context.ids.app_transaction();
            member.ownership = Ownership::FamilyShared;
            member.shared_by = Some(self.original_transaction_id.clone());
            member.app_account_token = None;
            member.original_purchase_date = context.at;
            member.transactions.clear();
        }
        let at = context.at;
        member.recent_start = at;
        member.begin_period(product, None, (at, at), Reason::Purchase, context)?;
        member.latest_mut()?.expires_date = self.expires_date();
        member.follow(self);
        if returning.is_none() {
            member.name_after_first()?;
        }
        let subtype = if returning.is_some() {
            "RESUBSCRIBE"
        } else {
            "INITIAL_BUY"
        };
        context.publish(&member, "SUBSCRIBED", Some(subtype))?;
        Ok(member)
    }

    /// Copies the purchaser's renewals to a member.
    pub(super) fn follow(&mut self, purchaser: &Purchase) {
        self.auto_renew = purchaser.auto_renew;
        self.next_product_id.clone_from(&purchaser.next_product_id);
    }
}

/// Returns the action that a member's share follows with, when this one happens to the purchaser.
pub(super) fn followed_by(action: Action, purchaser: &Purchase) -> Option<Action> {
    match action {
        Action::Renew
        | Action::EnterGrace
        | Action::EnterRetry
        | Action::ExpireGrace
        | Action::Recover
        | Action::Expire
        | Action::Upgrade => Some(action),
        Action::Refund => (purchaser.state == State::Revoked).then_some(Action::Revoke),
        _ => None,
    }
}
