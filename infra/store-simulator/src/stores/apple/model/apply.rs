//! Dispatch of actions.

use super::{Action, ActionError, Options, Purchase, context::Context};

/// Applies an action. Returns the other purchase that it creates or changes, if any.
pub(super) fn apply(
    purchase: &mut Purchase,
    action: Action,
    options: &Options,
    context: &mut Context<'_>,
) -> Result<Option<Purchase>, ActionError> {
    match action {
        Action::Renew => purchase.renew(context)?,
        Action::Cancel => purchase.cancel(context)?,
        Action::Reactivate => purchase.reactivate(context)?,
        Action::EnterGrace => purchase.enter_grace(options, context)?,
        Action::EnterRetry => purchase.enter_retry(context)?,
        Action::ExpireGrace => purchase.expire_grace(context)?,
        Action::Recover => purchase.recover(context)?,
        Action::Expire => purchase.expire(options, context)?,
        Action::Resubscribe => return purchase.resubscribe(options, context),
        Action::Upgrade => purchase.upgrade(options, context)?,
        Action::Downgrade => purchase.downgrade(options, context)?,
        Action::KeepPlan => purchase.keep_plan(context)?,
        Action::Refund => purchase.refund(options, context)?,
        Action::ReverseRefund => purchase.reverse_refund(options, context)?,
        Action::Share => return purchase.share(options, context).map(Some),
        Action::Revoke => purchase.revoke(context)?,
        Action::Restore => purchase.restore(context)?,
    }
    Ok(None)
}
