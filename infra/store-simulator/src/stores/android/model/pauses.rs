//! Pauses.

use std::time::Duration;

use super::{
    ActionError, Options, Purchase, State,
    charges::later,
    context::Context,
    published::{PAUSE_SCHEDULE_CHANGED, PAUSED, RECOVERED},
};

const PAUSE_SECONDS: u64 = 30 * 86_400;

impl Purchase {
    pub(super) fn schedule_pause(
        &mut self,
        options: &Options,
        context: &mut Context<'_>,
    ) -> Result<(), ActionError> {
        self.must_be(&[State::Active])?;
        self.must_renew()?;
        self.pause_seconds = Some(options.seconds.unwrap_or(PAUSE_SECONDS));
        context.publish(PAUSE_SCHEDULE_CHANGED, self);
        Ok(())
    }

    pub(super) fn pause(
        &mut self,
        options: &Options,
        context: &mut Context<'_>,
    ) -> Result<(), ActionError> {
        self.must_be(&[State::Active])?;
        self.must_renew()?;
        context.reach(self.expiry(), options);
        let seconds = options.seconds.or(self.pause_seconds.take());
        let length = Duration::from_secs(seconds.unwrap_or(PAUSE_SECONDS));
        self.state = State::Paused;
        self.resumes_at = Some(later(self.expiry_or(context.at), length)?);
        context.publish(PAUSED, self);
        Ok(())
    }

    pub(super) fn resume(&mut self, context: &mut Context<'_>) -> Result<(), ActionError> {
        self.must_be(&[State::Paused])?;
        self.charge(context.at, RECOVERED, context)
    }

    pub(super) fn resume_fails(&mut self, context: &mut Context<'_>) -> Result<(), ActionError> {
        self.must_be(&[State::Paused])?;
        self.resumes_at = None;
        self.put_on_hold(context)
    }
}
