//! Cancellations, scheduled, revoked and immediate.

use super::{
    ActionError, CancelForm, CancelReason, CancellationDetails, Options, Purchase, Status,
    context::Context,
};

const RUNNING: [Status; 3] = [Status::Trialing, Status::Active, Status::PastDue];

impl Purchase {
    pub(super) fn cancel(
        &mut self,
        options: &Options,
        context: &mut Context<'_>,
    ) -> Result<(), ActionError> {
        let known = self.must_be(&RUNNING)?;
        let (end, flexible) = (known.period_end(), known.flexible);
        let before = self.shown(context)?;
        let by_mode = if flexible {
            CancelForm::CancelAt
        } else {
            CancelForm::PeriodEnd
        };
        let (flag, at) = match options.cancel_form.unwrap_or(by_mode) {
            CancelForm::PeriodEnd => (true, Some(end)),
            CancelForm::CancelAt => (false, Some(end)),
            CancelForm::FlagOnly => (true, None),
            CancelForm::AtDate => {
                let later = options.seconds.map(|seconds| context.later(seconds));
                let at = options.at.or(later).ok_or(ActionError::Missing("at"))?;
                (false, Some(at))
            }
        };
        let known = self.running_mut()?;
        (known.cancel_at_period_end, known.cancel_at) = (flag, at);
        known.canceled_at = Some(context.at);
        known.cancellation = CancellationDetails {
            reason: Some(CancelReason::CancellationRequested),
            feedback: options.feedback.clone(),
            comment: options.comment.clone(),
        };
        self.tell_update(&before, context)
    }

    pub(super) fn reactivate(&mut self, context: &mut Context<'_>) -> Result<(), ActionError> {
        let known = self.must_be(&RUNNING)?;
        known.set_to_end_at().ok_or(ActionError::NotSetToEnd)?;
        let before = self.shown(context)?;
        let known = self.running_mut()?;
        (known.cancel_at_period_end, known.cancel_at) = (false, None);
        known.canceled_at = None;
        known.cancellation = CancellationDetails::default();
        self.tell_update(&before, context)
    }

    pub(super) fn cancel_now(
        &mut self,
        options: &Options,
        context: &mut Context<'_>,
    ) -> Result<(), ActionError> {
        let status = self.running()?.status;
        if !status.is_live() {
            return Err(ActionError::WrongStatus(status));
        }
        let known = self.running_mut()?;
        known.canceled_at = Some(context.at);
        known.cancellation.feedback.clone_from(&options.feedback);
        known.cancellation.comment.clone_from(&options.comment);
        let reason = options.cancel_reason;
        self.end(
            reason.or(Some(CancelReason::CancellationRequested)),
            context,
        )
    }

    pub(super) fn expire(&mut self, context: &mut Context<'_>) -> Result<(), ActionError> {
        let known = self.must_be(&RUNNING)?;
        let end = known.set_to_end_at().ok_or(ActionError::NotSetToEnd)?;
        context.reach(end);
        self.end(None, context)
    }
}
