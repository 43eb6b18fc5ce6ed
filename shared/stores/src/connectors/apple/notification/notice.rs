//! State that a notification carries, and how far it counts without Apple's answer.

use domain::{Notice, NoticePolicy, Reading, Status, StoreSnapshot, Timestamp};

use crate::connectors::apple::wire::{Payload, Renewal, Transaction};
use crate::connectors::apple::{Config, snapshot};

/// Kinds whose transaction is the last one of its subscription, and whether they end it. The
/// transaction of any other kind may be an older one, so those only cause a look-up.
const WHOLE: [(&str, Ends); 13] = [
    ("SUBSCRIBED", Ends::No),
    ("DID_RENEW", Ends::No),
    ("DID_CHANGE_RENEWAL_PREF", Ends::No),
    ("DID_CHANGE_RENEWAL_STATUS", Ends::No),
    ("OFFER_REDEEMED", Ends::No),
    ("DID_FAIL_TO_RENEW", Ends::No),
    ("GRACE_PERIOD_EXPIRED", Ends::No),
    ("PRICE_INCREASE", Ends::No),
    ("RENEWAL_EXTENDED", Ends::No),
    ("ONE_TIME_CHARGE", Ends::No),
    ("EXPIRED", Ends::Yes),
    ("REVOKE", Ends::Yes),
    ("REFUND", Ends::Yes),
];

#[derive(Clone, Copy, PartialEq, Eq)]
enum Ends {
    Yes,
    No,
}

/// Content of a notification.
pub(in crate::connectors::apple) struct NotificationContent<'a> {
    pub(in crate::connectors::apple) config: &'a Config,
    pub(in crate::connectors::apple) payload: &'a Payload,
    pub(in crate::connectors::apple) transaction: &'a Transaction,
    pub(in crate::connectors::apple) renewal: Option<&'a Renewal>,
    pub(in crate::connectors::apple) status: Option<i64>,
}

impl NotificationContent<'_> {
    /// Returns the state, if it is complete. A kind that ends the purchase must carry an ended
    /// state.
    pub(in crate::connectors::apple) fn notice(&self, signed_at: Timestamp) -> Option<Notice> {
        let kind = self.payload.notification_type.as_deref()?;
        let (_, ends) = WHOLE.into_iter().find(|(known, _)| *known == kind)?;
        if self.transaction.is_subscription() && self.renewal.is_none() {
            return None;
        }
        let snapshot = snapshot::of(
            self.config,
            self.transaction,
            self.renewal,
            self.status,
            self.observed_at(signed_at),
        );
        let snapshot = snapshot
            .ok()
            .filter(|snapshot| self.is_of_the_last(snapshot))?;
        let ended = matches!(&snapshot.reading, Reading::Known(state) if state.status.is_ended());
        let alone = match ends {
            Ends::Yes if !ended => return None,
            Ends::Yes if self.is_whole() => NoticePolicy::AtOnce,
            _ => NoticePolicy::AfterGivingUp,
        };
        Some(Notice { snapshot, alone })
    }

    /// Returns when the oldest part was signed, because the state as a whole is not newer.
    fn observed_at(&self, signed_at: Timestamp) -> Timestamp {
        let renewal = self.renewal.and_then(|renewal| renewal.signed_date);
        let parts = [self.transaction.signed_date, renewal];
        let parts = parts.into_iter().flatten().map(|at| at.0);
        parts.fold(signed_at, Timestamp::min)
    }

    /// Whether the state is the subscription's. A refunded transaction may be an older one of a
    /// subscription that continues.
    fn is_of_the_last(&self, snapshot: &StoreSnapshot) -> bool {
        let Reading::Known(state) = &snapshot.reading else {
            return false;
        };
        let revoked = state.status == Status::Revoked;
        !revoked || state.billing.is_one_time() || self.status == Some(5)
    }

    /// Whether nothing of the payment was kept. After a partial refund, or an unknown kind of one,
    /// the look-up decides.
    fn is_whole(&self) -> bool {
        let word = self.transaction.revocation_type.as_deref();
        matches!(word, None | Some("REFUND_FULL" | "FAMILY_REVOKE"))
    }
}
