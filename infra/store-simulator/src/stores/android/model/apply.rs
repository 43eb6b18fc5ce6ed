//! Dispatch of actions.

use super::{Action, ActionError, CancelledBy, Options, Purchase, context::Context};

/// Applies an action. Returns the purchase that replaces this one, if any.
pub(super) fn apply(
    purchase: &mut Purchase,
    action: Action,
    options: &Options,
    context: &mut Context<'_>,
) -> Result<Option<Purchase>, ActionError> {
    match action {
        Action::CompletePending => purchase.complete_pending(options, context)?,
        Action::CancelPending => purchase.cancel_pending(context)?,
        Action::Renew => purchase.renew(options, context)?,
        Action::EnterGrace => purchase.enter_grace(options, context)?,
        Action::Hold => purchase.hold(options, context)?,
        Action::Recover => purchase.recover(context)?,
        Action::Cancel => purchase.cancel(options, context)?,
        Action::Restart => purchase.restart(context)?,
        Action::Expire => purchase.expire(options, context)?,
        Action::Revoke => {
            let by = options.by.unwrap_or(CancelledBy::Developer);
            purchase.revoke(by, context)?;
        }
        Action::Refund => purchase.refund(options)?,
        Action::Void => purchase.void(options, context)?,
        Action::CatchUp => purchase.stale = None,
        Action::SchedulePause => purchase.schedule_pause(options, context)?,
        Action::Pause => purchase.pause(options, context)?,
        Action::Resume => purchase.resume(context)?,
        Action::ResumeFails => purchase.resume_fails(context)?,
        Action::Replace => return purchase.replace(options, context).map(Some),
        Action::ReplaceLater => return purchase.replace_later(options, context).map(Some),
        Action::Resubscribe => return purchase.resubscribe(options, context).map(Some),
        Action::TopUp => return purchase.top_up(options, context).map(Some),
        Action::Defer => purchase.defer(options, context)?,
        Action::AddItem => purchase.add_item(options, context)?,
        Action::Acknowledge => purchase.acknowledge_by_app(context.at)?,
        Action::SetState => purchase.shown_state.clone_from(&options.state),
    }
    Ok(None)
}
