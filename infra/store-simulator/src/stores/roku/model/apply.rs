//! Dispatch of actions.

use super::{Action, ActionError, Options, Purchase, TransactionType, context::Context};

/// Applies an action. Returns the purchase that replaces this one, if any.
pub(super) fn apply(
    purchase: &mut Purchase,
    action: Action,
    options: &Options,
    context: &mut Context<'_>,
) -> Result<Option<Purchase>, ActionError> {
    match action {
        Action::Renew => purchase.renew(options, context)?,
        Action::Fail => purchase.fail(options, context)?,
        Action::EnterGrace => purchase.enter_grace(options, context)?,
        Action::Hold => purchase.hold(options, context)?,
        Action::Recover => purchase.recover(options, context)?,
        Action::Cancel => purchase.cancel(options, context)?,
        Action::LastDay => purchase.last_day(options, context)?,
        Action::Expire => purchase.expire(options, context)?,
        Action::Resubscribe => return purchase.resubscribe(options, context),
        Action::Refund => purchase.refund(options, context)?,
        Action::Credit => purchase.give_credit(options, context)?,
        Action::Chargeback => {
            purchase.disputed(TransactionType::Chargeback, options, context)?;
        }
        Action::ReverseChargeback => {
            purchase.disputed(TransactionType::ChargebackReversed, options, context)?;
        }
        Action::SecondChargeback => {
            purchase.disputed(TransactionType::SecondChargeback, options, context)?;
        }
        Action::Upgrade => return purchase.upgrade(options, context).map(Some),
        Action::Downgrade => return purchase.downgrade(options, context).map(Some),
        Action::StartOffer => purchase.start_offer(options, context)?,
        Action::EndOffer => purchase.end_offer(options, context)?,
        Action::MoveExpiration => purchase.move_expiration(options, context)?,
        Action::SetAnswer => {
            purchase.shown.clone_from(&options.fields);
            purchase.hidden.clone_from(&options.without);
        }
    }
    Ok(None)
}
