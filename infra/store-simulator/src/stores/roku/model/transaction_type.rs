//! The eighteen values of `transactionType`.

use serde::{Deserialize, Serialize};

/// Transaction type of a notification.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[expect(missing_docs, reason = "they are called what the store calls them")]
pub enum TransactionType {
    Sale,
    GraceInitiated,
    GraceRecovered,
    OnHoldInitiated,
    OnHoldRecovered,
    Cancellation,
    Resubscribe,
    Refund,
    Credit,
    UpgradeSale,
    UpgradeCancellation,
    DowngradeSale,
    DowngradeCancellation,
    CancellationOfferInitiated,
    CancellationOfferEnded,
    Chargeback,
    ChargebackReversed,
    SecondChargeback,
}

impl TransactionType {
    /// Every type.
    pub const ALL: [Self; 18] = [
        Self::Sale,
        Self::GraceInitiated,
        Self::GraceRecovered,
        Self::OnHoldInitiated,
        Self::OnHoldRecovered,
        Self::Cancellation,
        Self::Resubscribe,
        Self::Refund,
        Self::Credit,
        Self::UpgradeSale,
        Self::UpgradeCancellation,
        Self::DowngradeSale,
        Self::DowngradeCancellation,
        Self::CancellationOfferInitiated,
        Self::CancellationOfferEnded,
        Self::Chargeback,
        Self::ChargebackReversed,
        Self::SecondChargeback,
    ];

    /// Returns the name in notifications.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Sale => "Sale",
            Self::GraceInitiated => "GraceInitiated",
            Self::GraceRecovered => "GraceRecovered",
            Self::OnHoldInitiated => "OnHoldInitiated",
            Self::OnHoldRecovered => "OnHoldRecovered",
            Self::Cancellation => "Cancellation",
            Self::Resubscribe => "Resubscribe",
            Self::Refund => "Refund",
            Self::Credit => "Credit",
            Self::UpgradeSale => "UpgradeSale",
            Self::UpgradeCancellation => "UpgradeCancellation",
            Self::DowngradeSale => "DowngradeSale",
            Self::DowngradeCancellation => "DowngradeCancellation",
            Self::CancellationOfferInitiated => "CancellationOfferInitiated",
            Self::CancellationOfferEnded => "CancellationOfferEnded",
            Self::Chargeback => "Chargeback",
            Self::ChargebackReversed => "ChargebackReversed",
            Self::SecondChargeback => "SecondChargeback",
        }
    }

    /// Returns whether it buys a period, free or paid.
    pub(super) fn is_charge(self) -> bool {
        self == Self::GraceRecovered || self == Self::OnHoldRecovered || self.is_sale()
    }

    /// Returns whether its message describes the sale: product, buyer and channel.
    pub(super) fn is_sale(self) -> bool {
        matches!(self, Self::Sale | Self::UpgradeSale | Self::DowngradeSale)
    }

    pub(super) fn is_chargeback(self) -> bool {
        use TransactionType::{Chargeback, ChargebackReversed, SecondChargeback};
        matches!(self, Chargeback | ChargebackReversed | SecondChargeback)
    }

    /// Returns whether only money moves by it; it can be looked up only as a refund, if at all.
    pub(super) fn is_ledger(self) -> bool {
        matches!(self, Self::Refund | Self::Credit) || self.is_chargeback()
    }
}
