//! State of a purchase from an answer and what is remembered.

use std::collections::BTreeMap;

use domain::{Reading, Status, StoreState, Timestamp};
use jiff::SignedDuration;

use super::Config;
use super::details::{
    CANCELLED_AT, CHANNEL_ID, Details, Named, ON_HOLD_RECOVERED, ORIGINAL_TRANSACTION_ID,
    PAID_UNTIL, REPLACED_ID, REPLACED_ORIGINAL_ID, TOLD_TRIAL_ENDS_AT, TRANSACTION_AT,
    TRANSACTION_ID, TRIAL_ENDS_AT,
};
use super::refunds;
use super::snapshot::{Replaced, malformed};
use super::status::{Standing, Terms, is_known, standing};
use super::wire::Transaction;
use crate::LookUpError;
use crate::fields::shortened;

/// An end that moves by more than this was moved by a payment.
const PAYMENT: SignedDuration = SignedDuration::from_hours(24);

/// Tolerance between the two formats in which Roku writes the end of a trial, and time after the
/// end in which a period may still be the running one.
const HOUR: SignedDuration = SignedDuration::from_hours(1);

/// Look-up of a purchase: the answer, and what is known besides.
pub(super) struct Look<'a> {
    pub(super) config: &'a Config,
    pub(super) line: &'a Transaction,
    pub(super) details: Details<'a>,
    pub(super) own_key: &'a str,
    pub(super) original_id: &'a str,
    pub(super) channel_id: Option<&'a str>,
    pub(super) replaced: Option<Replaced<'a>>,
    pub(super) observed_at: Timestamp,
}

impl<'a> Look<'a> {
    /// Whether it is a one-time purchase: by the configured list or, without one, if it has no end,
    /// gives no access and was not cancelled, as Roku describes one-time purchases. Never if an end
    /// was seen before.
    pub(super) fn is_one_time(&self) -> bool {
        let line = self.line;
        match &self.config.one_time_product_ids {
            Some(listed) => line
                .product_id
                .as_ref()
                .is_some_and(|id| listed.contains(id)),
            None => {
                line.expires_at.is_none()
                    && self.details.text(PAID_UNTIL).is_none()
                    && line.entitled == Some(false)
                    && line.cancelled != Some(true)
                    && self
                        .charge()
                        .is_some_and(|charge| charge.id == self.original_id)
            }
        }
    }

    /// Returns what has no documented meaning: it decides nothing and is alarmed.
    pub(super) fn unknown_word(&self) -> Option<String> {
        let paid_at = self.paid_at().filter(|_| !self.is_one_time());
        if let Some(kind) = self.details.told_unknown() {
            Some(format!("notification {}", shortened(kind)))
        } else if refunds::unclear(self.details, self.line.amount, paid_at) {
            Some("refund of an unknown part".to_owned())
        } else {
            None
        }
    }

    pub(super) fn one_time(&self) -> Result<Reading, LookUpError> {
        let line = self.line;
        if !is_known(&line.word()) {
            let word = line.status.as_deref().unwrap_or_default();
            return Ok(Reading::UnknownStatus(shortened(word)));
        }
        let bought_at = line.purchased_at.or(line.first_purchased_at);
        let bought_at = bought_at.ok_or_else(|| malformed("it has no purchaseDate"))?;
        let mut state = StoreState::one_time(self.product_id()?, bought_at);
        state.order_id = Some(self.original_id.to_owned());
        state.details = self.details_of(bought_at, self.original_id, None);
        let refunded = refunds::in_full(self.details, line.amount, None);
        // A one-time purchase has a single payment, so every refund counts.
        revoke(&mut state, refunded.or(self.charged_back(None)));
        Ok(Reading::Known(state))
    }

    pub(super) fn subscription(&self) -> Result<Reading, LookUpError> {
        let line = self.line;
        let terms = Terms {
            entitled: line
                .entitled
                .ok_or_else(|| malformed("it has no isEntitled"))?,
            cancelled: line
                .cancelled
                .ok_or_else(|| malformed("it has no cancelled"))?,
            expires_at: line
                .expires_at
                .ok_or_else(|| malformed("it has no expirationDate"))?,
            refunded_in_full: self.refunded_in_full(),
        };
        let own = standing(self.config, line, terms, self.details, self.observed_at);
        if let Some(state) = self.before_or_after(&own, terms)? {
            return Ok(Reading::Known(state));
        }
        let ends_at = terms.expires_at;
        let (status, revoked_at) = match own {
            Standing::Unknown(word) => return Ok(Reading::UnknownStatus(word)),
            Standing::Waiting => {
                let word = line.status.as_deref().unwrap_or_default();
                return Ok(Reading::UnknownStatus(shortened(word)));
            }
            Standing::Replaced => return Ok(Reading::Replaced),
            Standing::Active => (Status::Active, None),
            Standing::Grace(_) => (Status::Grace, None),
            Standing::OnHold => (Status::OnHold, None),
            Standing::Cancelled => (Status::Cancelled, None),
            Standing::Ended => (Status::Expired, None),
            Standing::Refunded(at) => (Status::Revoked, Some(at)),
        };
        // Roku may name an end in the future for a subscription that it has ended.
        let ends_at = if status.is_ended() {
            ends_at.min(self.observed_at)
        } else {
            ends_at
        };
        let mut state = self.state(status, self.product_id()?, ends_at, terms);
        if let Standing::Grace(ends_at) = own {
            state.grace_end = Some(ends_at);
        }
        if status != Status::Expired {
            revoke(&mut state, revoked_at.or_else(|| self.taken_back()));
        }
        Ok(Reading::Known(state))
    }

    /// Returns the state of the replaced plan while that gives access: before a cheaper plan
    /// begins, and after the trial of a dearer one was given up.
    fn before_or_after(
        &self,
        own: &Standing,
        terms: Terms,
    ) -> Result<Option<StoreState>, LookUpError> {
        let Some(old) = self.replaced.and_then(|replaced| replaced.line) else {
            return Ok(None);
        };
        let (Some(ends_at), Some(product_id)) = (old.expires_at, &old.product_id) else {
            return Ok(None);
        };
        let over_for = self.observed_at.duration_since(ends_at);
        let waits = self.line.word() == "pendingactive";
        let status = match own {
            Standing::Active | Standing::Grace(_) | Standing::Waiting
                if waits && over_for < HOUR =>
            {
                Status::Active
            }
            Standing::Ended | Standing::Replaced | Standing::Cancelled
                if (waits || !terms.entitled)
                    && old.entitled == Some(true)
                    && over_for.is_negative() =>
            {
                Status::Cancelled
            }
            _ => return Ok(None),
        };
        let mut state = self.state(status, product_id.clone(), ends_at, terms);
        state.order_id = self.line.replaced.clone();
        if status == Status::Active {
            state.pending_product_id = Some(self.product_id()?);
        }
        Ok(Some(state))
    }

    fn state(
        &self,
        status: Status,
        product_id: String,
        ends_at: Timestamp,
        terms: Terms,
    ) -> StoreState {
        let charge = self.charge();
        let paid_until = self.details.at(PAID_UNTIL);
        let kept = self.details.text(TRANSACTION_ID);
        let moved = paid_until.is_some_and(|until| {
            let is_kept = charge.is_some_and(|charge| Some(charge.id) == kept);
            is_kept && terms.expires_at.duration_since(until) > PAYMENT
        });
        // A renewal whose notification has not arrived: its transaction is unknown.
        let last = charge.filter(|_| !moved);
        let (id, at) = last.map_or((self.original_id, None), |last| (last.id, last.at));
        let bought_at = at.or(self.line.purchased_at).unwrap_or(self.observed_at);
        // The latest known end is cache: a replaced plan is recognised by an end before it.
        let seen = if status.is_ended() {
            paid_until.unwrap_or(terms.expires_at).max(terms.expires_at)
        } else {
            terms.expires_at
        };
        let mut details = self.details_of(bought_at, id, Some(seen));
        let cancelled_at = self.details.at(CANCELLED_AT).filter(|_| terms.cancelled);
        if cancelled_at.is_none() {
            details.remove(CANCELLED_AT);
        }
        let trial_ends_at = self
            .trial_that_ends(ends_at)
            .filter(|_| matches!(status, Status::Active | Status::Cancelled));
        match trial_ends_at {
            Some(at) => details.insert(TRIAL_ENDS_AT.to_owned(), at.to_string()),
            None => details.remove(TRIAL_ENDS_AT),
        };
        // A payment that is collected while on hold moves the billing period to its day.
        let recovered_at = self.details.told(&[ON_HOLD_RECOVERED]);
        let recovered_at = recovered_at.filter(|at| last.and_then(|last| last.at) == Some(*at));
        StoreState {
            started_at: self.line.first_purchased_at,
            period_start: recovered_at.filter(|_| status.is_running()),
            trial_end: trial_ends_at.map(|_| ends_at),
            cancelled_at,
            order_id: last.map(|last| last.id.to_owned()),
            details,
            ..StoreState::new(status, product_id, ends_at)
        }
    }

    /// Returns the end of the trial that a notification reported, if it is the end of this period.
    fn trial_that_ends(&self, ends_at: Timestamp) -> Option<Timestamp> {
        let told = [TOLD_TRIAL_ENDS_AT, TRIAL_ENDS_AT].map(|name| self.details.at(name));
        let is_this = |at: &Timestamp| ends_at.duration_since(*at).abs() <= HOUR;
        told.into_iter().flatten().find(is_this)
    }

    /// Returns the transaction that bought the running period, as far as it is known.
    fn charge(&self) -> Option<Named<'a>> {
        let asked = self.line.id.as_deref().unwrap_or(self.own_key);
        let named = self.details.transactions();
        match named.iter().find(|named| named.id == asked) {
            Some(asked) if asked.charge => Some(*asked),
            Some(_) => named.iter().find(|named| named.charge).copied(),
            None => Some(Named {
                id: asked,
                at: self.line.purchased_at,
                charge: true,
            }),
        }
    }

    /// Returns when the money of the running period was taken back, if that ends access.
    fn taken_back(&self) -> Option<Timestamp> {
        self.refunded_in_full()
            .filter(|_| self.config.refund_ends_access)
            .or(self.charged_back(self.paid_at()))
    }

    /// Returns when the money of the running period was returned in full.
    fn refunded_in_full(&self) -> Option<Timestamp> {
        refunds::in_full(self.details, self.line.amount, self.paid_at())
    }

    /// Returns when the running period was paid.
    fn paid_at(&self) -> Option<Timestamp> {
        let paid_at = self.charge().and_then(|charge| charge.at);
        paid_at.or(self.line.purchased_at)
    }

    fn charged_back(&self, bought_at: Option<Timestamp>) -> Option<Timestamp> {
        let at = self.details.charged_back(bought_at);
        at.filter(|_| self.config.chargeback_ends_access)
    }

    fn product_id(&self) -> Result<String, LookUpError> {
        let id = self.line.product_id.clone();
        id.ok_or_else(|| malformed("it has no productId"))
    }

    /// Builds the details, for the next look-up and as `inAppSpecificData` of webhooks.
    fn details_of(
        &self,
        bought_at: Timestamp,
        transaction_id: &str,
        paid_until: Option<Timestamp>,
    ) -> BTreeMap<String, String> {
        let mut details = self.details.kept();
        let mut put = |name: &str, value: String| details.insert(name.to_owned(), value);
        put(ORIGINAL_TRANSACTION_ID, self.original_id.to_owned());
        put(TRANSACTION_ID, transaction_id.to_owned());
        put(TRANSACTION_AT, bought_at.to_string());
        if let Some(channel_id) = self.channel_id {
            put(CHANNEL_ID, channel_id.to_owned());
        }
        if let Some(paid_until) = paid_until {
            put(PAID_UNTIL, paid_until.to_string());
        }
        if let Some(replaced) = self.replaced {
            put(REPLACED_ID, replaced.id.to_owned());
            put(REPLACED_ORIGINAL_ID, replaced.original_id.to_owned());
        }
        details
    }
}

fn revoke(state: &mut StoreState, at: Option<Timestamp>) {
    if at.is_some() {
        state.status = Status::Revoked;
        state.revoked_at = at;
        state.auto_renew = false;
        (state.grace_end, state.trial_end) = (None, None);
    }
}
