//! Whether a payment was returned: by refunds, or by a dispute.

use domain::Timestamp;

use super::Config;
use super::config::DisputeEnds;
use super::wire::{Charge, Dispute, PaymentRecord, Refund};
use crate::fields::shortened;

/// One of the payments of which a payment of a period consists.
pub(super) enum Part {
    Charged(Charged),
    /// Taken by another processor and reported to Stripe, with its refunds as a sum.
    Recorded(PaymentRecord),
    /// In a way that is not documented.
    Unknown(String),
}

/// A charge with what was asked about it.
pub(super) struct Charged {
    pub(super) charge: Charge,
    /// None where the charge says that there are none.
    pub(super) refunds: Vec<Refund>,
    pub(super) disputes: Vec<Dispute>,
}

/// Whether the money of a payment was taken back, as far as access depends on it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum TakenBack {
    No,
    /// It was, at the time that Stripe shows; it shows none for a refund that was reported.
    Yes(Option<Timestamp>),
    /// It depends on this word, which is not documented.
    Unknown(String),
}

/// How a word of Stripe's counts.
enum Counts {
    Yes,
    No,
    Unknown,
}

impl Part {
    fn taken_back(&self, config: &Config) -> TakenBack {
        match self {
            Self::Charged(charged) => charged.taken_back(config),
            Self::Recorded(record) => {
                let (paid, returned) =
                    (record.amount_requested.value, record.amount_refunded.value);
                let enough = if config.partial_refund_ends_access {
                    returned > 0
                } else {
                    returned >= paid
                };
                if enough && paid > 0 {
                    TakenBack::Yes(None)
                } else {
                    TakenBack::No
                }
            }
            Self::Unknown(word) => TakenBack::Unknown(word.clone()),
        }
    }

    /// A word that is not documented, also where nothing depends on it.
    fn unknown_word(&self, config: &Config) -> Option<String> {
        match self {
            Self::Charged(charged) => charged.unknown_word(config),
            Self::Recorded(_) => None,
            Self::Unknown(word) => Some(word.clone()),
        }
    }
}

impl Charged {
    fn taken_back(&self, config: &Config) -> TakenBack {
        let disputed = self.disputed(config.dispute_ends_access);
        let refunded = self.refunded(config.partial_refund_ends_access);
        match (disputed, refunded) {
            (TakenBack::Yes(at), _) => TakenBack::Yes(at),
            (unknown @ TakenBack::Unknown(_), TakenBack::No) => unknown,
            (_, refunded) => refunded,
        }
    }

    fn disputed(&self, ends: DisputeEnds) -> TakenBack {
        let counting = self.disputes.iter();
        let counting = counting.filter(|dispute| matches!(dispute.counts(ends), Counts::Yes));
        if let Some(at) = counting.map(|dispute| dispute.created.0).min() {
            return TakenBack::Yes(Some(at));
        }
        self.unknown_dispute(ends)
            .map_or(TakenBack::No, TakenBack::Unknown)
    }

    fn refunded(&self, in_part_as_well: bool) -> TakenBack {
        let sure = |refund: &&Refund| matches!(refund.counts(), Counts::Yes);
        let at = self
            .refunds
            .iter()
            .filter(sure)
            .map(|refund| refund.created.0);
        let at = if in_part_as_well { at.min() } else { at.max() };
        if self.is_returned(in_part_as_well, |counts| matches!(counts, Counts::Yes)) {
            return TakenBack::Yes(at);
        }
        // Undecided only if it depends on the unknown ones.
        let perhaps = self.is_returned(in_part_as_well, |counts| !matches!(counts, Counts::No));
        self.unknown_refund()
            .filter(|_| perhaps)
            .map_or(TakenBack::No, TakenBack::Unknown)
    }

    /// Whether the refunds that count return enough of a charge to end access.
    fn is_returned(&self, in_part_as_well: bool, counts: impl Fn(&Counts) -> bool) -> bool {
        let refunds = self.refunds.iter();
        let refunds = refunds.filter(|refund| counts(&refund.counts()));
        let returned = refunds.fold(0_i64, |sum, refund| sum.saturating_add(refund.amount));
        let paid = self.charge.amount;
        paid > 0 && returned >= if in_part_as_well { 1 } else { paid }
    }

    fn unknown_dispute(&self, ends: DisputeEnds) -> Option<String> {
        let mut disputes = self.disputes.iter();
        let unknown = disputes.find(|dispute| matches!(dispute.counts(ends), Counts::Unknown))?;
        Some(format!("dispute: {}", shortened(&unknown.status)))
    }

    fn unknown_refund(&self) -> Option<String> {
        let mut refunds = self.refunds.iter();
        let unknown = refunds.find(|refund| matches!(refund.counts(), Counts::Unknown))?;
        let status = unknown.status.as_deref().unwrap_or_default();
        Some(format!("refund: {}", shortened(status)))
    }

    fn unknown_word(&self, config: &Config) -> Option<String> {
        self.unknown_dispute(config.dispute_ends_access)
            .or_else(|| self.unknown_refund())
    }
}

impl Dispute {
    /// What is only a warning, was prevented or was won took no money, or gave it back. An appeal
    /// follows a lost decision: until it is won, the bank has the money.
    fn counts(&self, ends: DisputeEnds) -> Counts {
        match self.status.as_str() {
            "lost" | "appeal_needs_response" | "appeal_under_review" => Counts::Yes,
            "needs_response" | "under_review" if ends == DisputeEnds::Created => Counts::Yes,
            "needs_response"
            | "under_review"
            | "won"
            | "warning_needs_response"
            | "warning_under_review"
            | "warning_closed"
            | "prevented" => Counts::No,
            _ => Counts::Unknown,
        }
    }
}

impl Refund {
    /// A refund that failed or was cancelled has returned nothing.
    fn counts(&self) -> Counts {
        match self.status.as_deref() {
            None | Some("succeeded" | "pending") => Counts::Yes,
            Some("failed" | "canceled" | "requires_action") => Counts::No,
            Some(_) => Counts::Unknown,
        }
    }
}

/// Whether a payment was taken back that consists of these parts. If only some of them were, it was
/// taken back in part.
pub(super) fn taken_back(config: &Config, parts: &[Part]) -> TakenBack {
    let each: Vec<_> = parts.iter().map(|part| part.taken_back(config)).collect();
    let times = each.iter().filter_map(|one| match one {
        TakenBack::Yes(at) => Some(*at),
        _ => None,
    });
    let unknown = each.iter().find(|one| matches!(one, TakenBack::Unknown(_)));
    let (returned, at) = if config.partial_refund_ends_access {
        (times.clone().next().is_some(), times.flatten().min())
    } else if each.contains(&TakenBack::No) {
        return TakenBack::No;
    } else {
        let all = !each.is_empty() && times.clone().count() == each.len();
        (all, times.flatten().max())
    };
    if returned {
        return TakenBack::Yes(at);
    }
    unknown.cloned().unwrap_or(TakenBack::No)
}

/// A word of these payments that is not documented.
pub(super) fn unknown_word(config: &Config, parts: &[Part]) -> Option<String> {
    parts.iter().find_map(|part| part.unknown_word(config))
}
