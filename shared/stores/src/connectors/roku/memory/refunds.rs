//! Refunds of a purchase. Each counts once, in whatever order they are reported.

use aws_lc_rs::digest;
use domain::Timestamp;

use super::hints::{Hints, REFUNDED_AMOUNT, REFUNDED_AT, REFUNDS};
use crate::connectors::roku::wire::{amount, date};

/// Number of refunds that are kept for a purchase: the latest. Only those of the running period
/// count, and their sum is at most its price: a hundred parts of one price are not to be expected.
const MOST: usize = 100;

/// Stands for an unknown amount or transaction.
const UNKNOWN: &str = "-";

/// Number of digits of a transaction id's hash that distinguish refunds.
const LENGTH: usize = 16;

/// Refund, stored as `<time> <amount> <hash of its transaction's id>`.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(in crate::connectors::roku) struct Refund {
    at: Timestamp,
    amount: String,
    id: String,
}

impl Refund {
    pub(in crate::connectors::roku) fn new(
        at: Timestamp,
        amount: Option<&str>,
        id: Option<&str>,
    ) -> Self {
        let hash = |id: &str| {
            let hash = digest::digest(&digest::SHA256, id.as_bytes());
            hex::encode(hash).chars().take(LENGTH).collect()
        };
        Self {
            at,
            amount: amount.unwrap_or(UNKNOWN).to_owned(),
            id: id.map_or_else(|| UNKNOWN.to_owned(), hash),
        }
    }

    fn read(text: &str) -> Option<Self> {
        let mut parts = text.split(' ');
        let (at, amount, id) = (parts.next()?, parts.next()?, parts.next()?);
        Some(Self {
            at: date::instant_text(at)?,
            amount: amount.to_owned(),
            id: id.to_owned(),
        })
    }

    /// Whether both are the same refund, by time and transaction. Roku does not document whether a
    /// refund has a transaction of its own or that of the payment.
    fn is(&self, other: &Self) -> bool {
        let is_unknown = |one: &Self| one.id == UNKNOWN;
        self.at == other.at && (self.id == other.id || is_unknown(self) || is_unknown(other))
    }

    pub(in crate::connectors::roku) fn at(&self) -> Timestamp {
        self.at
    }

    /// Returns the amount as Roku wrote it.
    pub(in crate::connectors::roku) fn amount(&self) -> Option<&str> {
        Some(self.amount.as_str()).filter(|amount| *amount != UNKNOWN)
    }
}

/// Returns the stored refunds, the oldest first.
pub(in crate::connectors::roku) fn of(hints: Hints<'_>) -> Vec<Refund> {
    let mut kept: Vec<_> = match hints.text(REFUNDS) {
        Some(listed) => listed.split(", ").filter_map(Refund::read).collect(),
        // Items of earlier versions have the last refund only.
        None => {
            let at = hints.at(REFUNDED_AT);
            at.map(|at| Refund::new(at, hints.text(REFUNDED_AMOUNT), None))
                .into_iter()
                .collect()
        }
    };
    kept.sort();
    kept
}

/// Adds a refund unless it is known, and returns the latest ones, the oldest first.
pub(in crate::connectors::roku) fn and(mut kept: Vec<Refund>, told: Refund) -> Vec<Refund> {
    if !kept.iter().any(|one| one.is(&told)) {
        kept.push(told);
    }
    kept.sort();
    let too_many = kept.len().saturating_sub(MOST);
    if too_many > 0 {
        tracing::warn!(store = "roku", "a purchase has more refunds than are kept");
    }
    kept.split_off(too_many)
}

pub(in crate::connectors::roku) fn written(refunds: &[Refund]) -> String {
    let texts: Vec<_> = refunds
        .iter()
        .map(|one| format!("{} {} {}", one.at, one.amount, one.id))
        .collect();
    texts.join(", ")
}

/// Returns when the refunds since `bought_at` reached the price, as far as the amounts are known.
pub(in crate::connectors::roku) fn in_full(
    hints: Hints<'_>,
    price: Option<i64>,
    bought_at: Option<Timestamp>,
) -> Option<Timestamp> {
    let price = price?;
    let mut returned: i64 = 0;
    since(hints, bought_at)
        .find(|refund| {
            let part = amount::micros_of_text(&refund.amount).unwrap_or_default();
            returned = returned.saturating_add(part.saturating_abs());
            part != 0 && returned >= price
        })
        .map(|refund| refund.at)
}

/// Whether it is unknown if the refunds since `bought_at` made up the price, because one has no
/// readable amount or the price is not known.
pub(in crate::connectors::roku) fn unclear(
    hints: Hints<'_>,
    price: Option<i64>,
    bought_at: Option<Timestamp>,
) -> bool {
    in_full(hints, price, bought_at).is_none()
        && since(hints, bought_at)
            .any(|refund| price.is_none() || amount::micros_of_text(&refund.amount).is_none())
}

fn since(hints: Hints<'_>, bought_at: Option<Timestamp>) -> impl Iterator<Item = Refund> {
    of(hints)
        .into_iter()
        .filter(move |refund| bought_at.is_none_or(|bought_at| refund.at >= bought_at))
}
