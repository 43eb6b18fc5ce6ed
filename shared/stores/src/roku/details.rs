//! What the next look at a purchase needs to know: what notifications told and answers don't show.
//! It is kept in a purchase's details, and webhooks show it as `inAppSpecificData`.

use std::collections::BTreeMap;

use domain::Timestamp;

use super::date;
use crate::Locator;

/// The last transaction that is known to have bought a period.
pub(super) const TRANSACTION_ID: &str = "transactionId";
/// When it did.
pub(super) const TRANSACTION_AT: &str = "transactionAt";
/// The latest end of the period that was seen.
pub(super) const PAID_UNTIL: &str = "paidUntil";
/// The first transaction: the key.
pub(super) const ORIGINAL_TRANSACTION_ID: &str = "originalTransactionId";
/// The channel that sold it.
pub(super) const CHANNEL_ID: &str = "channelId";
/// The end of a free trial that a notification told of.
pub(super) const TRIAL_ENDS_AT: &str = "trialEndsAt";
/// When auto-renewal went off, by a notification.
pub(super) const CANCELLED_AT: &str = "cancelledAt";
/// When money was last returned, and how much before tax; and all that is known to have been.
pub(super) const REFUNDED_AT: &str = "refundedAt";
pub(super) const REFUNDED_AMOUNT: &str = "refundedAmount";
pub(super) const REFUNDS: &str = "refunds";
/// When a bank took money back, and when Roku got it back.
pub(super) const CHARGED_BACK_AT: &str = "chargedBackAt";
pub(super) const CHARGEBACK_REVERSED_AT: &str = "chargebackReversedAt";
/// A transaction of the subscription that this one replaces, and that one's first.
pub(super) const REPLACED_ID: &str = "replacedTransactionId";
pub(super) const REPLACED_ORIGINAL_ID: &str = "replacedOriginalTransactionId";
/// The last notification: its kind, its time, its transaction; the amount, if it is of a refund; the
/// end of the trial, if it is in one. Only in locators, and always all of them: what a message does not
/// tell is an empty text, so that nothing of another message stays beside it.
pub(super) const TOLD: &str = "told";
pub(super) const TOLD_AT: &str = "toldAt";
pub(super) const TOLD_ID: &str = "toldTransactionId";
pub(super) const TOLD_AMOUNT: &str = "toldAmount";
pub(super) const TOLD_TRIAL_ENDS_AT: &str = "toldTrialEndsAt";

/// What of it stays known from one look to the next, whatever the answer says.
const KEPT: [&str; 7] = [
    CANCELLED_AT,
    TRIAL_ENDS_AT,
    REFUNDED_AT,
    REFUNDED_AMOUNT,
    REFUNDS,
    CHARGED_BACK_AT,
    CHARGEBACK_REVERSED_AT,
];

/// The kind of a payment that was collected while access was suspended.
pub(super) const ON_HOLD_RECOVERED: &str = "OnHoldRecovered";

/// The kinds of notifications whose transaction buys a period, free or paid.
const CHARGES: [&str; 5] = [
    "Sale",
    "GraceRecovered",
    ON_HOLD_RECOVERED,
    "UpgradeSale",
    "DowngradeSale",
];

/// Those whose transaction only moves money, and can't be asked for.
const LEDGER: [&str; 5] = [
    "Refund",
    "Credit",
    "Chargeback",
    "ChargebackReversed",
    "SecondChargeback",
];

/// The details of a locator, or of a state.
#[derive(Clone, Copy)]
pub(super) struct Details<'a>(&'a BTreeMap<String, String>);

static NOTHING: BTreeMap<String, String> = BTreeMap::new();

/// A transaction that a notification or an earlier answer named.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) struct Named<'a> {
    pub(super) id: &'a str,
    pub(super) at: Option<Timestamp>,
    /// Whether it bought a period.
    pub(super) charge: bool,
}

impl<'a> Details<'a> {
    pub(super) fn new(details: &'a BTreeMap<String, String>) -> Self {
        Self(details)
    }

    /// Those of the purchase; none if they are another one's.
    pub(super) fn of(locator: &'a Locator) -> Self {
        let own = locator.details.get(ORIGINAL_TRANSACTION_ID);
        if own.is_none_or(|id| *id == locator.key.as_str()) {
            Self(&locator.details)
        } else {
            Self(&NOTHING)
        }
    }

    pub(super) fn all(self) -> &'a BTreeMap<String, String> {
        self.0
    }

    pub(super) fn text(self, name: &str) -> Option<&'a str> {
        let text = self.0.get(name).map(String::as_str);
        text.filter(|text| !text.is_empty())
    }

    pub(super) fn at(self, name: &str) -> Option<Timestamp> {
        self.text(name).and_then(date::instant_text)
    }

    /// The last notification, if it is one of these, and when.
    pub(super) fn told(self, kinds: &[&str]) -> Option<Timestamp> {
        let kind = self.text(TOLD)?;
        self.at(TOLD_AT).filter(|_| kinds.contains(&kind))
    }

    /// What can be asked for, the latest first.
    pub(super) fn transactions(self) -> Vec<Named<'a>> {
        let kept = self.text(TRANSACTION_ID).map(|id| Named {
            id,
            at: self.at(TRANSACTION_AT),
            charge: true,
        });
        let kind = self.text(TOLD).unwrap_or_default();
        let told = self.text(TOLD_ID).filter(|_| !LEDGER.contains(&kind));
        let told = told.map(|id| Named {
            id,
            at: self.at(TOLD_AT),
            charge: CHARGES.contains(&kind),
        });
        let mut named: Vec<_> = told.into_iter().chain(kept).collect();
        named.sort_by_key(|named| std::cmp::Reverse(named.at));
        named
    }

    /// What of them goes on into the next state.
    pub(super) fn kept(self) -> BTreeMap<String, String> {
        let kept = KEPT.iter().filter_map(|name| self.0.get_key_value(*name));
        kept.filter(|(_, value)| !value.is_empty())
            .map(|(name, value)| (name.clone(), value.clone()))
            .collect()
    }

    /// When a bank took back the money of what was bought since `bought_at`, unless Roku got it back.
    pub(super) fn charged_back(self, bought_at: Option<Timestamp>) -> Option<Timestamp> {
        let at = self.at(CHARGED_BACK_AT)?;
        let reversed = self
            .at(CHARGEBACK_REVERSED_AT)
            .is_some_and(|back| back > at);
        let since = bought_at.is_none_or(|bought_at| at >= bought_at);
        Some(at).filter(|_| since && !reversed)
    }
}
