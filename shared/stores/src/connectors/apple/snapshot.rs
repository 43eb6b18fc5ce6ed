//! Snapshot of a purchase from Apple's signed parts.

pub(in crate::connectors::apple) mod acceptance;
pub(in crate::connectors::apple) mod details;
pub(in crate::connectors::apple) mod renewal;

use domain::{Environment, Reading, Status, Store, StoreSnapshot, StoreState, Timestamp};
use serde_json::Value;

use super::Config;
use super::submission::key;
use super::wire::{self, Millis, Renewal, Transaction};
use crate::LookUpError;
use crate::fields::shortened;
use acceptance::{account, taken};
use details::{Details, bounded};
use renewal::{price, price_change, reason};

/// Builds the snapshot of a purchase at `observed_at` from the payloads of the transaction and, for
/// a subscription, of the renewal information, with the number of its status if there is one. Sends
/// no request and verifies nothing.
///
/// # Errors
/// [`LookUpError::Rejected`] for a purchase of the sandbox or of a family member where none are
/// accepted; [`LookUpError::Malformed`] names the field that can't be read.
pub fn snapshot(
    config: &Config,
    transaction: &Value,
    renewal: Option<&Value>,
    status: Option<i64>,
    observed_at: Timestamp,
) -> Result<StoreSnapshot, LookUpError> {
    let transaction = read(transaction)?;
    let renewal = renewal.map(read).transpose()?;
    of(config, &transaction, renewal.as_ref(), status, observed_at)
}

fn read<T: serde::de::DeserializeOwned>(payload: &Value) -> Result<T, LookUpError> {
    wire::read(payload.to_string().as_bytes()).map_err(|error| malformed(&error.to_string()))
}

pub(super) fn of(
    config: &Config,
    transaction: &Transaction,
    renewal: Option<&Renewal>,
    status: Option<i64>,
    observed_at: Timestamp,
) -> Result<StoreSnapshot, LookUpError> {
    let environment = taken(config, transaction)?;
    let id = transaction.original_transaction_id.as_deref();
    let id = id.ok_or_else(|| malformed("it has no originalTransactionId"))?;
    let purchase_key =
        key(id).map_err(|rule| malformed(&format!("its originalTransactionId {rule}")))?;
    let said = Said {
        transaction,
        renewal,
        environment,
        observed_at,
    };
    Ok(StoreSnapshot {
        account: account(config, transaction, renewal),
        ..StoreSnapshot::new(
            Store::Apple,
            purchase_key,
            said.reading(status)?,
            observed_at,
        )
    })
}

/// Parts of an answer or a notification.
struct Said<'a> {
    transaction: &'a Transaction,
    renewal: Option<&'a Renewal>,
    environment: Environment,
    observed_at: Timestamp,
}

impl Said<'_> {
    fn reading(&self, number: Option<i64>) -> Result<Reading, LookUpError> {
        let transaction = self.transaction;
        if let Some(word) = self.unknown_ownership() {
            return Ok(Reading::UnknownStatus(word));
        }
        let state = match transaction.kind() {
            // Apple has no end for any of these, so their offer says how long they last (ADR 22).
            Some("Consumable" | "Non-Consumable" | "Non-Renewing Subscription") => {
                self.one_time()?
            }
            // An upgrade gives the subscription another transaction, so this one's state is not the
            // subscription's.
            Some(wire::AUTO_RENEWABLE) if transaction.is_replaced() => {
                return Err(malformed("an upgrade has replaced its transaction"));
            }
            Some(wire::AUTO_RENEWABLE) => match self.status(number)? {
                Ok(status) => self.subscription(status)?,
                Err(word) => return Ok(Reading::UnknownStatus(word)),
            },
            Some(word) => {
                let word = shortened(&format!("type {word}"));
                return Ok(Reading::UnknownStatus(word));
            }
            None => return Err(malformed("it has no type")),
        };
        Ok(Reading::Known(state))
    }

    /// Returns the status, or the unknown value that prevents one. Without a number the dates
    /// decide.
    fn status(&self, number: Option<i64>) -> Result<Result<Status, String>, LookUpError> {
        // A refund outranks the status, which may still be that of the running period.
        if self.transaction.revocation_date.is_some() {
            return Ok(Ok(Status::Revoked));
        }
        let running = match self.renews() {
            Some(false) => Status::Cancelled,
            _ => Status::Active,
        };
        let status = match number {
            Some(1) => running,
            Some(2) => Status::Expired,
            Some(3) => Status::OnHold,
            Some(4) => Status::Grace,
            Some(5) => Status::Revoked,
            Some(number) => return Ok(Err(format!("status {number}"))),
            // Apple may leave the number out.
            None if self.grace_end().is_some_and(|end| end > self.observed_at) => Status::Grace,
            None if self.period_end()? > self.observed_at => running,
            None if self.renewal.and_then(|r| r.is_in_billing_retry_period) == Some(true) => {
                Status::OnHold
            }
            None => Status::Expired,
        };
        let unknown = self.renewal.and_then(|renewal| renewal.auto_renew_status);
        // An unknown value only matters while the subscription can still renew.
        let unknown = unknown.filter(|_| !status.is_ended() && self.renews().is_none());
        Ok(match unknown {
            Some(number) => Err(format!("autoRenewStatus {number}")),
            None => Ok(status),
        })
    }

    /// Whether it renews; it does unless Apple says otherwise. `None` for an unknown value.
    fn renews(&self) -> Option<bool> {
        match self.renewal.and_then(|renewal| renewal.auto_renew_status) {
            None | Some(1) => Some(true),
            Some(0) => Some(false),
            Some(_) => None,
        }
    }

    /// Returns an ownership that is neither the buyer's nor a family member's: it is not known what
    /// access it gives.
    fn unknown_ownership(&self) -> Option<String> {
        let word = self.transaction.in_app_ownership_type.as_deref()?;
        let known = self.transaction.is_shared() || word == "PURCHASED";
        (!known).then(|| shortened(&format!("inAppOwnershipType {word}")))
    }

    fn subscription(&self, status: Status) -> Result<StoreState, LookUpError> {
        let (transaction, renewal) = (self.transaction, self.renewal);
        let period_end = self.period_end()?;
        let grace_end = self.grace_end().filter(|_| status == Status::Grace);
        // A grace period without an end would never end.
        if status == Status::Grace && grace_end.is_none() {
            return Err(malformed("it has no gracePeriodExpiresDate"));
        }
        let product_id = self.product_id()?;
        let auto_renew = matches!(status, Status::Active | Status::Grace | Status::OnHold)
            && self.renews() != Some(false);
        // Price and product of the next period mean nothing if there is none.
        let next = renewal.filter(|_| auto_renew);
        // An introductory offer may also be paid for, and after the trial its transaction may still
        // be the last one.
        let in_trial = transaction.offer_type == Some(INTRODUCTORY)
            && transaction.offer_discount_type.as_deref() == Some("FREE_TRIAL")
            && matches!(status, Status::Active | Status::Cancelled);
        let over = matches!(status, Status::Cancelled | Status::Expired);
        Ok(StoreState {
            pending_product_id: next
                .and_then(|next| next.auto_renew_product_id.clone())
                // Apple names the product of the next renewal also if it does not change.
                .filter(|pending| *pending != product_id),
            started_at: at(transaction.original_purchase_date),
            period_start: at(transaction.purchase_date),
            trial_end: in_trial.then_some(period_end),
            grace_end,
            auto_renew,
            cancel_reason: renewal.filter(|_| over).and_then(reason),
            revoked_at: self.revoked_at(status),
            test: self.environment == Environment::Sandbox,
            order_id: self.order_id(),
            price: next.and_then(price),
            price_change: next.and_then(price_change),
            details: Details::signed(transaction, self.environment).written(),
            ..StoreState::new(status, product_id, period_end)
        })
    }

    fn one_time(&self) -> Result<StoreState, LookUpError> {
        let transaction = self.transaction;
        // The purchase itself and not a later restore of it.
        let bought_at = at(transaction
            .original_purchase_date
            .or(transaction.purchase_date))
        .ok_or_else(|| malformed("it has no purchaseDate"))?;
        let revoked_at = self
            .revoked_at(Status::Revoked)
            .filter(|_| self.is_revoked());
        let bought = StoreState::one_time(self.product_id()?, bought_at);
        Ok(StoreState {
            status: revoked_at.map_or(bought.status, |_| Status::Revoked),
            revoked_at,
            test: self.environment == Environment::Sandbox,
            order_id: self.order_id(),
            details: Details::signed(transaction, self.environment).written(),
            ..bought
        })
    }

    fn is_revoked(&self) -> bool {
        self.transaction.revocation_date.is_some()
    }

    fn revoked_at(&self, status: Status) -> Option<Timestamp> {
        let transaction = self.transaction;
        // Status 5 may come without a date; then the signing time counts.
        let told = at(transaction.revocation_date.or(transaction.signed_date));
        told.filter(|_| status == Status::Revoked)
    }

    fn product_id(&self) -> Result<String, LookUpError> {
        let product_id = self.transaction.product_id.as_deref();
        product_id
            .and_then(bounded)
            .ok_or_else(|| malformed("it has no productId"))
    }

    fn period_end(&self) -> Result<Timestamp, LookUpError> {
        at(self.transaction.expires_date).ok_or_else(|| malformed("it has no expiresDate"))
    }

    fn grace_end(&self) -> Option<Timestamp> {
        at(self.renewal?.grace_period_expires_date)
    }

    /// Returns an id of the period that is the same on all devices, which the transaction id is
    /// not.
    fn order_id(&self) -> Option<String> {
        let transaction = self.transaction;
        let id = transaction.web_order_line_item_id.as_deref();
        id.or(transaction.transaction_id.as_deref())
            .and_then(bounded)
    }
}

/// Type of the offer for new customers.
const INTRODUCTORY: i64 = 1;

fn at(instant: Option<Millis>) -> Option<Timestamp> {
    instant.map(|instant| instant.0)
}

fn malformed(what: &str) -> LookUpError {
    LookUpError::Malformed(what.to_owned())
}
