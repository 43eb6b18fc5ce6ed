//! Refunds and disputes: whether a payment was returned.

use domain::Timestamp;

use crate::connectors::stripe::Config;
use crate::connectors::stripe::config::DisputeEnds;
use crate::connectors::stripe::wire::{Charge, Dispute, PaymentRecord, Refund};
use crate::fields::shortened;

/// Payment that is a part of the payment of a period.
pub(in crate::connectors::stripe) enum Part {
    Charged(Charged),
    /// Taken by another processor and reported to Stripe, with the sum of its refunds.
    Recorded(PaymentRecord),
    /// Of a kind that is not documented.
    Unknown(String),
}

/// Charge with its refunds and disputes.
pub(in crate::connectors::stripe) struct Charged {
    pub(in crate::connectors::stripe) charge: Charge,
    /// Empty if the charge says that there are none.
    pub(in crate::connectors::stripe) refunds: Vec<Refund>,
    pub(in crate::connectors::stripe) disputes: Vec<Dispute>,
}

/// Whether the money of a payment was taken back, as far as access depends on it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(in crate::connectors::stripe) enum TakenBack {
    No,
    /// Taken back at this time; a reported refund has none.
    Yes(Option<Timestamp>),
    /// Depends on this value, which is not documented.
    Unknown(String),
}

/// Effect of a status.
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
                // A record has no list of refunds, so their sum decides.
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

    /// Returns a value that is not documented, also if nothing depends on it.
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
            // A dispute that counts ends access, whatever was refunded besides.
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
        // With partial refunds counting, access ends with the first one; otherwise with the one
        // that completes the sum.
        let at = if in_part_as_well { at.min() } else { at.max() };
        if self.is_returned(in_part_as_well, |counts| matches!(counts, Counts::Yes)) {
            return TakenBack::Yes(at);
        }
        // Undecided only if the unknown refunds could make the difference.
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
    /// Returns the effect of a dispute. A warning, a prevented and a won dispute took no money or
    /// gave it back. An appeal follows a lost decision: until it is won, the bank has the money.
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
    /// Returns the effect of a refund. One that failed or was cancelled returned nothing.
    fn counts(&self) -> Counts {
        match self.status.as_deref() {
            // If a pending refund fails later, the look-up by that event restores access.
            None | Some("succeeded" | "pending") => Counts::Yes,
            Some("failed" | "canceled" | "requires_action") => Counts::No,
            Some(_) => Counts::Unknown,
        }
    }
}

/// Whether a payment that consists of these parts was taken back. If only some parts were, it was
/// taken back partially.
pub(in crate::connectors::stripe) fn taken_back(config: &Config, parts: &[Part]) -> TakenBack {
    let each: Vec<_> = parts.iter().map(|part| part.taken_back(config)).collect();
    let times = each.iter().filter_map(|one| match one {
        TakenBack::Yes(at) => Some(*at),
        _ => None,
    });
    let unknown = each.iter().find(|one| matches!(one, TakenBack::Unknown(_)));
    let (returned, at) = if config.partial_refund_ends_access {
        (times.clone().next().is_some(), times.flatten().min())
    // One part that was kept makes it partial, whatever is unknown about the others.
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

/// Returns a value of these payments that is not documented.
pub(in crate::connectors::stripe) fn unknown_word(
    config: &Config,
    parts: &[Part],
) -> Option<String> {
    parts.iter().find_map(|part| part.unknown_word(config))
}
