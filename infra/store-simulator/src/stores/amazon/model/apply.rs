//! Dispatch of actions.

use super::{Action, ActionError, Options, Receipt, context::Context};

/// Applies an action. Returns the receipt that replaces this one, if any.
pub(super) fn apply(
    receipt: &mut Receipt,
    action: Action,
    options: &Options,
    context: &mut Context<'_>,
) -> Result<Option<Receipt>, ActionError> {
    match action {
        Action::Renew => receipt.renew(options, context)?,
        Action::ConvertTrial => receipt.convert_trial(options, context)?,
        Action::TurnAutoRenewOff => receipt.turn_auto_renew_off(context)?,
        Action::TurnAutoRenewOn => receipt.turn_auto_renew_on(context)?,
        Action::EnterGrace => receipt.enter_grace(options, context)?,
        Action::Recover => receipt.recover(context)?,
        Action::Expire => receipt.expire(options, context)?,
        Action::CancelOrder => receipt.cancel_order(options, context)?,
        Action::CancelByAmazon => receipt.cancel_by_amazon(options, context)?,
        Action::ChangeNow => return receipt.change_now(options, context).map(Some),
        Action::ChangeLater => receipt.change_later(options, context)?,
        Action::Invalidate => receipt.invalid = true,
        Action::Show => {
            receipt.shown.clone_from(&options.fields);
            receipt.hidden.clone_from(&options.hidden);
        }
    }
    Ok(None)
}
