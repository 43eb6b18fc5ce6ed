//! Dispatch of actions.

use super::{
    Action, ActionError, DisputeStatus, Options, Purchase, RefundStatus, context::Context,
};

/// Applies an action, as far as it concerns this purchase alone.
pub(super) fn apply(
    purchase: &mut Purchase,
    action: Action,
    options: &Options,
    context: &mut Context<'_>,
) -> Result<(), ActionError> {
    match action {
        Action::CompletePayment => purchase.complete_payment(options, context),
        Action::ExpireIncomplete => purchase.expire_incomplete(context),
        Action::AsyncPaymentSucceeds => purchase.delayed_payment_succeeds(options, context),
        Action::Renew => purchase.renew(options, context),
        Action::BeginPeriod => purchase.begin_period(context),
        Action::Collect => purchase.collect(options, context),
        Action::Fail => purchase.fail(options, context),
        Action::Recover => purchase.recover(options, context),
        Action::Exhaust => purchase.exhaust(options, context),
        Action::Cancel => purchase.cancel(options, context),
        Action::Reactivate => purchase.reactivate(context),
        Action::CancelNow => purchase.cancel_now(options, context),
        Action::Expire => purchase.expire(context),
        Action::ExtendTrial => purchase.extend_trial(options, context),
        Action::ChangePlan => purchase.change_plan(options, context),
        Action::ScheduleChange => purchase.schedule_change(options, context),
        Action::AddItem => purchase.add_item(options, context),
        Action::BillExtra => purchase.bill_extra(options, context),
        Action::PauseCollection => purchase.pause_collection(options, context),
        Action::ResumeCollection => purchase.resume_collection(context),
        Action::Pause => purchase.pause(options, context),
        Action::Resume => purchase.resume(options, context),
        Action::Refund => purchase.refund(options, context),
        Action::FailRefund => purchase.settle_refund(RefundStatus::Failed, context),
        Action::Dispute => purchase.dispute(options, context),
        Action::WinDispute => purchase.close_dispute(DisputeStatus::Won, context),
        Action::LoseDispute => purchase.close_dispute(DisputeStatus::Lost, context),
        Action::AppealDispute => purchase.appeal(context),
        Action::UpdateMetadata => purchase.update_metadata(options, context),
        Action::SetStatus => {
            let known = purchase.running_mut()?;
            known.shown_status.clone_from(&options.status);
            Ok(())
        }
        // These concern other purchases too; see `Billing`.
        Action::Resubscribe => Ok(()),
    }
}
