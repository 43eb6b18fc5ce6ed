//! Hints with which a purchase is looked up: what notifications reported and answers don't show,
//! and what earlier look-ups found.

use std::collections::BTreeMap;

use domain::{Locator, Timestamp};

use crate::connectors::roku::wire::date;

/// Last known transaction that bought a period.
pub(in crate::connectors::roku) const TRANSACTION_ID: &str = "transactionId";
/// Time of that transaction.
pub(in crate::connectors::roku) const TRANSACTION_AT: &str = "transactionAt";
/// Latest known end of the period.
pub(in crate::connectors::roku) const PAID_UNTIL: &str = "paidUntil";
/// First transaction, which is the purchase key.
pub(in crate::connectors::roku) const ORIGINAL_TRANSACTION_ID: &str = "originalTransactionId";
/// Channel that sold it.
pub(in crate::connectors::roku) const CHANNEL_ID: &str = "channelId";
/// End of a free trial that a notification reported.
pub(in crate::connectors::roku) const TRIAL_ENDS_AT: &str = "trialEndsAt";
/// Time at which auto-renewal was switched off, by a notification.
pub(in crate::connectors::roku) const CANCELLED_AT: &str = "cancelledAt";
/// Time and amount before tax of the last refund, and all known refunds.
pub(in crate::connectors::roku) const REFUNDED_AT: &str = "refundedAt";
pub(in crate::connectors::roku) const REFUNDED_AMOUNT: &str = "refundedAmount";
pub(in crate::connectors::roku) const REFUNDS: &str = "refunds";
/// Time of the last chargeback, and of its reversal.
pub(in crate::connectors::roku) const CHARGED_BACK_AT: &str = "chargedBackAt";
pub(in crate::connectors::roku) const CHARGEBACK_REVERSED_AT: &str = "chargebackReversedAt";
/// Transaction of the subscription that this one replaces, and that subscription's first
/// transaction.
pub(in crate::connectors::roku) const REPLACED_ID: &str = "replacedTransactionId";
pub(in crate::connectors::roku) const REPLACED_ORIGINAL_ID: &str = "replacedOriginalTransactionId";
/// Last notification: its kind, time and transaction; the amount of a refund; the end of a trial.
///
/// Only in locators, and always all of them: what a message does not contain is empty, so that no
/// value of another message remains beside it.
pub(in crate::connectors::roku) const NOTIFIED_KIND: &str = "told";
pub(in crate::connectors::roku) const NOTIFIED_AT: &str = "toldAt";
pub(in crate::connectors::roku) const NOTIFIED_ID: &str = "toldTransactionId";
pub(in crate::connectors::roku) const NOTIFIED_AMOUNT: &str = "toldAmount";
pub(in crate::connectors::roku) const NOTIFIED_TRIAL_ENDS_AT: &str = "toldTrialEndsAt";

/// Kind of a payment that was collected while access was suspended.
pub(in crate::connectors::roku) const ON_HOLD_RECOVERED: &str = "OnHoldRecovered";

/// Kinds of notifications whose transaction buys a period, free or paid.
const CHARGES: [&str; 5] = [
    "Sale",
    "GraceRecovered",
    ON_HOLD_RECOVERED,
    "UpgradeSale",
    "DowngradeSale",
];

/// Other kinds that Roku documents. It spells the first of them in several ways.
const OTHERS: [&str; 10] = [
    "CancellationOfferInitiated",
    "CancellationOfferIntiated",
    "CancellationOfferInitated",
    "CancellationOfferEnded",
    "GraceInitiated",
    "OnHoldInitiated",
    "Cancellation",
    "Resubscribe",
    "UpgradeCancellation",
    "DowngradeCancellation",
];

/// Kinds whose transaction only moves money, and can't be looked up.
const LEDGER: [&str; 5] = [
    "Refund",
    "Credit",
    "Chargeback",
    "ChargebackReversed",
    "SecondChargeback",
];

/// Hints of a locator.
#[derive(Clone, Copy)]
pub(in crate::connectors::roku) struct Hints<'a>(&'a BTreeMap<String, String>);

static NOTHING: BTreeMap<String, String> = BTreeMap::new();

/// Transaction that a notification or an earlier answer named.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(in crate::connectors::roku) struct Named<'a> {
    pub(in crate::connectors::roku) id: &'a str,
    pub(in crate::connectors::roku) at: Option<Timestamp>,
    /// Whether it bought a period.
    pub(in crate::connectors::roku) charge: bool,
}

impl<'a> Hints<'a> {
    pub(in crate::connectors::roku) fn new(hints: &'a BTreeMap<String, String>) -> Self {
        Self(hints)
    }

    /// Returns the purchase's hints; none if they belong to another one.
    pub(in crate::connectors::roku) fn of(locator: &'a Locator) -> Self {
        let own = locator.details.get(ORIGINAL_TRANSACTION_ID);
        if own.is_none_or(|id| *id == locator.key.as_str()) {
            Self(&locator.details)
        } else {
            Self(&NOTHING)
        }
    }

    pub(in crate::connectors::roku) fn all(self) -> &'a BTreeMap<String, String> {
        self.0
    }

    pub(in crate::connectors::roku) fn text(self, name: &str) -> Option<&'a str> {
        let text = self.0.get(name).map(String::as_str);
        text.filter(|text| !text.is_empty())
    }

    pub(in crate::connectors::roku) fn at(self, name: &str) -> Option<Timestamp> {
        self.text(name).and_then(date::instant_text)
    }

    /// Returns the time of the last notification, if it is of one of these kinds.
    pub(in crate::connectors::roku) fn notified(self, kinds: &[&str]) -> Option<Timestamp> {
        let kind = self.text(NOTIFIED_KIND)?;
        self.at(NOTIFIED_AT).filter(|_| kinds.contains(&kind))
    }

    /// Returns the kind of the last notification, if Roku documents none of that name.
    pub(in crate::connectors::roku) fn unknown_notification(self) -> Option<&'a str> {
        let documented = |kind: &&str| {
            [&CHARGES[..], &LEDGER, &OTHERS]
                .iter()
                .any(|kinds| kinds.contains(kind))
        };
        self.text(NOTIFIED_KIND).filter(|kind| !documented(kind))
    }

    /// Returns the transactions that can be looked up, the latest first.
    pub(in crate::connectors::roku) fn transactions(self) -> Vec<Named<'a>> {
        let kept = self.text(TRANSACTION_ID).map(|id| Named {
            id,
            at: self.at(TRANSACTION_AT),
            charge: true,
        });
        let kind = self.text(NOTIFIED_KIND).unwrap_or_default();
        let told = self.text(NOTIFIED_ID).filter(|_| !LEDGER.contains(&kind));
        let told = told.map(|id| Named {
            id,
            at: self.at(NOTIFIED_AT),
            charge: CHARGES.contains(&kind),
        });
        let mut named: Vec<_> = told.into_iter().chain(kept).collect();
        named.sort_by_key(|named| std::cmp::Reverse(named.at));
        named
    }

    /// Returns the time of a chargeback since `bought_at`, unless it was reversed.
    pub(in crate::connectors::roku) fn charged_back(
        self,
        bought_at: Option<Timestamp>,
    ) -> Option<Timestamp> {
        let at = self.at(CHARGED_BACK_AT)?;
        let reversed = self
            .at(CHARGEBACK_REVERSED_AT)
            .is_some_and(|back| back > at);
        let since = bought_at.is_none_or(|bought_at| at >= bought_at);
        Some(at).filter(|_| since && !reversed)
    }
}
