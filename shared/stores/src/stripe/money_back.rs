//! Whether a payment was returned: by refunds, or by a dispute.

use domain::Timestamp;

use super::Config;
use super::config::DisputeEnds;
use super::wire::{Charge, Dispute, List, Refund};

/// A charge with what was asked about it.
pub(super) struct Charged {
    pub(super) charge: Charge,
    /// None where the charge says that there are none.
    pub(super) refunds: List<Refund>,
    pub(super) disputes: List<Dispute>,
}

impl Charged {
    /// When its money was taken back, if access ends with that.
    fn taken_back_at(&self, config: &Config) -> Option<Timestamp> {
        self.disputed_at(config.dispute_ends_access)
            .or_else(|| self.refunded_at(config.partial_refund_ends_access))
    }

    /// What is only a warning, was prevented or was won took no money, or gave it back. What nobody
    /// knows ends nothing.
    fn disputed_at(&self, ends: DisputeEnds) -> Option<Timestamp> {
        let counts = |dispute: &&Dispute| match dispute.status.as_str() {
            "lost" => true,
            "needs_response" | "under_review" => ends == DisputeEnds::Created,
            _ => false,
        };
        let disputes = self.disputes.data.iter().filter(counts);
        disputes.map(|dispute| dispute.created.0).min()
    }

    /// A refund that failed or was cancelled has returned nothing.
    fn refunded_at(&self, in_part_as_well: bool) -> Option<Timestamp> {
        let counts = |refund: &&Refund| {
            let status = refund.status.as_deref();
            matches!(status, None | Some("succeeded" | "pending"))
        };
        let refunds: Vec<_> = self.refunds.data.iter().filter(counts).collect();
        let returned = refunds
            .iter()
            .fold(0_i64, |sum, refund| sum.saturating_add(refund.amount));
        let charge = &self.charge;
        let enough = if in_part_as_well {
            returned > 0
        } else if self.refunds.has_more {
            charge.refunded
        } else {
            returned >= charge.amount
        };
        let at = refunds.iter().map(|refund| refund.created.0);
        let at = if in_part_as_well { at.min() } else { at.max() };
        at.filter(|_| enough && charge.amount > 0)
    }
}

/// When a payment was taken back that consists of these charges. If only some of them were, it was
/// taken back in part.
pub(super) fn taken_back_at(config: &Config, charges: &[Charged]) -> Option<Timestamp> {
    let each = charges.iter().map(|charged| charged.taken_back_at(config));
    if config.partial_refund_ends_access {
        return each.flatten().min();
    }
    each.collect::<Option<Vec<_>>>()?.into_iter().max()
}
