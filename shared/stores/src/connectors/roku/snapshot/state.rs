//! State of a purchase from an answer and what is remembered.

use domain::{Reading, Status, StoreState, Timestamp};
use jiff::SignedDuration;

use super::details::Details;
use super::replaced::Replaced;
use super::status::{OwnStatus, Terms, is_known, own_status};
use crate::connectors::roku::Config;
use crate::connectors::roku::memory::hints::{
    CANCELLED_AT, Hints, NOTIFIED_TRIAL_ENDS_AT, Named, ON_HOLD_RECOVERED, PAID_UNTIL,
    TRANSACTION_ID, TRIAL_ENDS_AT,
};
use crate::connectors::roku::memory::{Memory, refunds};
use crate::connectors::roku::wire::{Transaction, malformed};
use crate::fields::shortened;
use crate::{LookUpError, string_map};

/// An end that moves by more than this was moved by a payment.
const PAYMENT: SignedDuration = SignedDuration::from_hours(24);

/// Tolerance between the two formats in which Roku writes the end of a trial, and time after the
/// end in which a period may still be the running one.
const HOUR: SignedDuration = SignedDuration::from_hours(1);

/// Look-up of a purchase: the answer, and what is known besides.
pub(in crate::connectors::roku) struct Look<'a> {
    pub(in crate::connectors::roku) config: &'a Config,
    pub(in crate::connectors::roku) line: &'a Transaction,
    pub(in crate::connectors::roku) hints: Hints<'a>,
    pub(in crate::connectors::roku) own_key: &'a str,
    pub(in crate::connectors::roku) original_id: &'a str,
    pub(in crate::connectors::roku) channel_id: Option<&'a str>,
    pub(in crate::connectors::roku) replaced: Option<Replaced<'a>>,
    pub(in crate::connectors::roku) observed_at: Timestamp,
}

impl<'a> Look<'a> {
    /// Whether it is a one-time purchase: by the configured list or, without one, if it has no end,
    /// gives no access and was not cancelled, as Roku describes one-time purchases. Never if an end
    /// was seen before.
    pub(in crate::connectors::roku) fn is_one_time(&self) -> bool {
        let line = self.line;
        match &self.config.one_time_product_ids {
            Some(listed) => line
                .product_id
                .as_ref()
                .is_some_and(|id| listed.contains(id)),
            None => {
                line.expires_at.is_none()
                    && self.hints.text(PAID_UNTIL).is_none()
                    && line.entitled == Some(false)
                    && line.cancelled != Some(true)
                    && self
                        .charge()
                        .is_some_and(|charge| charge.id == self.original_id)
            }
        }
    }

    /// Returns what has no documented meaning: it decides nothing and is alarmed.
    pub(in crate::connectors::roku) fn unknown_word(&self) -> Option<String> {
        let paid_at = self.paid_at().filter(|_| !self.is_one_time());
        if let Some(kind) = self.hints.unknown_notification() {
            Some(format!("notification {}", shortened(kind)))
        } else if refunds::unclear(self.hints, self.line.amount, paid_at) {
            Some("refund of an unknown part".to_owned())
        } else {
            None
        }
    }

    pub(in crate::connectors::roku) fn one_time(&self) -> Result<(Reading, Memory), LookUpError> {
        let line = self.line;
        if !is_known(&line.word()) {
            let word = line.status.as_deref().unwrap_or_default();
            return Ok((Reading::UnknownStatus(shortened(word)), Memory::default()));
        }
        let bought_at = line.purchased_at.or(line.first_purchased_at);
        let bought_at = bought_at.ok_or_else(|| malformed("it has no purchaseDate"))?;
        let mut state = StoreState::one_time(self.product_id()?, bought_at);
        state.order_id = Some(self.original_id.to_owned());
        state.details = string_map::written(&self.details_of(bought_at, self.original_id));
        let refunded = refunds::in_full(self.hints, line.amount, None);
        // A one-time purchase has a single payment, so every refund counts.
        revoke(&mut state, refunded.or(self.charged_back(None)));
        Ok((Reading::Known(state), Memory::of(self.hints, None)))
    }

    pub(in crate::connectors::roku) fn subscription(
        &self,
    ) -> Result<(Reading, Memory), LookUpError> {
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
        let own = own_status(self.config, line, terms, self.hints, self.observed_at);
        if let Some((status, state)) = self.before_or_after(&own, terms)? {
            return Ok((Reading::Known(state), self.memory(status, terms)));
        }
        let ends_at = terms.expires_at;
        let (status, revoked_at) = match own {
            OwnStatus::Unknown(word) => {
                return Ok((Reading::UnknownStatus(word), Memory::default()));
            }
            OwnStatus::Waiting => {
                let word = line.status.as_deref().unwrap_or_default();
                return Ok((Reading::UnknownStatus(shortened(word)), Memory::default()));
            }
            OwnStatus::Replaced => return Ok((Reading::Replaced, Memory::default())),
            OwnStatus::Active => (Status::Active, None),
            OwnStatus::Grace(_) => (Status::Grace, None),
            OwnStatus::OnHold => (Status::OnHold, None),
            OwnStatus::Cancelled => (Status::Cancelled, None),
            OwnStatus::Ended => (Status::Expired, None),
            OwnStatus::Refunded(at) => (Status::Revoked, Some(at)),
        };
        // Roku may name an end in the future for a subscription that it has ended.
        let ends_at = if status.is_ended() {
            ends_at.min(self.observed_at)
        } else {
            ends_at
        };
        let mut state = self.state(status, self.product_id()?, ends_at, terms);
        if let OwnStatus::Grace(ends_at) = own {
            state.grace_end = Some(ends_at);
        }
        // Whether an ended subscription was refunded is decided by `own_status` already.
        if status != Status::Expired {
            revoke(&mut state, revoked_at.or_else(|| self.taken_back()));
        }
        Ok((Reading::Known(state), self.memory(status, terms)))
    }

    /// Returns the state of the replaced plan while that gives access: before a cheaper plan
    /// begins, and after the trial of a dearer one was given up.
    fn before_or_after(
        &self,
        own: &OwnStatus,
        terms: Terms,
    ) -> Result<Option<(Status, StoreState)>, LookUpError> {
        let Some(old) = self.replaced.and_then(|replaced| replaced.line) else {
            return Ok(None);
        };
        let (Some(ends_at), Some(product_id)) = (old.expires_at, &old.product_id) else {
            return Ok(None);
        };
        let over_for = self.observed_at.duration_since(ends_at);
        let waits = self.line.word() == "pendingactive";
        let status = match own {
            OwnStatus::Active | OwnStatus::Grace(_) | OwnStatus::Waiting
                if waits && over_for < HOUR =>
            {
                Status::Active
            }
            OwnStatus::Ended | OwnStatus::Replaced | OwnStatus::Cancelled
                if (waits || !terms.entitled)
                    && old.entitled == Some(true)
                    && over_for.is_negative() =>
            {
                Status::Cancelled
            }
            _ => return Ok(None),
        };
        let mut state = self.state(status, product_id.clone(), ends_at, terms);
        // The running period was paid by the replaced plan's transaction.
        state.order_id = self.line.replaced.clone();
        if status == Status::Active {
            state.pending_product_id = Some(self.product_id()?);
        }
        Ok(Some((status, state)))
    }

    fn state(
        &self,
        status: Status,
        product_id: String,
        ends_at: Timestamp,
        terms: Terms,
    ) -> StoreState {
        let charge = self.charge();
        let paid_until = self.hints.at(PAID_UNTIL);
        let kept = self.hints.text(TRANSACTION_ID);
        let moved = paid_until.is_some_and(|until| {
            let is_kept = charge.is_some_and(|charge| Some(charge.id) == kept);
            is_kept && terms.expires_at.duration_since(until) > PAYMENT
        });
        // A renewal whose notification has not arrived: its transaction is unknown.
        let last = charge.filter(|_| !moved);
        let (id, at) = last.map_or((self.original_id, None), |last| (last.id, last.at));
        let bought_at = at.or(self.line.purchased_at).unwrap_or(self.observed_at);
        let cancelled_at = self.hints.at(CANCELLED_AT).filter(|_| terms.cancelled);
        let trial_ends_at = self
            .trial_that_ends(ends_at)
            .filter(|_| matches!(status, Status::Active | Status::Cancelled));
        let details = self.details_of(bought_at, id);
        let details = Details {
            cancelled_at: details.cancelled_at.filter(|_| cancelled_at.is_some()),
            trial_ends_at: trial_ends_at.map(|at| at.to_string()),
            ..details
        };
        // A payment that is collected while on hold moves the billing period to its day.
        let recovered_at = self.hints.notified(&[ON_HOLD_RECOVERED]);
        let recovered_at = recovered_at.filter(|at| last.and_then(|last| last.at) == Some(*at));
        StoreState {
            started_at: self.line.first_purchased_at,
            period_start: recovered_at.filter(|_| status.is_running()),
            trial_end: trial_ends_at.map(|_| ends_at),
            cancelled_at,
            order_id: last.map(|last| last.id.to_owned()),
            details: string_map::written(&details),
            ..StoreState::new(status, product_id, ends_at)
        }
    }

    /// Returns the end of the trial that a notification reported, if it is the end of this period.
    fn trial_that_ends(&self, ends_at: Timestamp) -> Option<Timestamp> {
        let told = [NOTIFIED_TRIAL_ENDS_AT, TRIAL_ENDS_AT].map(|name| self.hints.at(name));
        let is_this = |at: &Timestamp| ends_at.duration_since(*at).abs() <= HOUR;
        told.into_iter().flatten().find(is_this)
    }

    /// Returns the transaction that bought the running period, as far as it is known.
    fn charge(&self) -> Option<Named<'a>> {
        let asked = self.line.id.as_deref().unwrap_or(self.own_key);
        let named = self.hints.transactions();
        match named.iter().find(|named| named.id == asked) {
            Some(asked) if asked.charge => Some(*asked),
            // The requested transaction buys no period (a cancellation, a refund), so an announced
            // one that does counts.
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
        refunds::in_full(self.hints, self.line.amount, self.paid_at())
    }

    /// Returns when the running period was paid.
    fn paid_at(&self) -> Option<Timestamp> {
        let paid_at = self.charge().and_then(|charge| charge.at);
        paid_at.or(self.line.purchased_at)
    }

    fn charged_back(&self, bought_at: Option<Timestamp>) -> Option<Timestamp> {
        let at = self.hints.charged_back(bought_at);
        at.filter(|_| self.config.chargeback_ends_access)
    }

    fn product_id(&self) -> Result<String, LookUpError> {
        let id = self.line.product_id.clone();
        id.ok_or_else(|| malformed("it has no productId"))
    }

    /// Returns what the next look-up of a subscription has to know.
    fn memory(&self, status: Status, terms: Terms) -> Memory {
        let expires_at = terms.expires_at;
        // While it runs, the answer's end counts, also if it moved back. Of an ended one the latest
        // end is kept, because an end before it shows that another plan has taken over.
        let before = self.hints.at(PAID_UNTIL).filter(|_| status.is_ended());
        let seen = before.map_or(expires_at, |before| before.max(expires_at));
        Memory::of(self.hints, Some(seen))
    }

    /// Builds the details of a purchase that was last paid by this transaction.
    fn details_of(&self, bought_at: Timestamp, transaction_id: &str) -> Details {
        let replaced = self.replaced;
        Details {
            original_transaction_id: self.original_id.to_owned(),
            transaction_id: transaction_id.to_owned(),
            transaction_at: Some(bought_at),
            channel_id: self.channel_id.map(str::to_owned),
            replaced_transaction_id: replaced.map(|replaced| replaced.id.to_owned()),
            replaced_original_transaction_id: replaced
                .map(|replaced| replaced.original_id.to_owned()),
            ..Details::notified(self.hints)
        }
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
