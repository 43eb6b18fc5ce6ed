//! States of a purchase.

use serde::{Deserialize, Serialize};

/// State of a purchase.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum State {
    /// It renews.
    Active,
    /// The renewal is unpaid; access continues.
    InGrace,
    /// The renewal is unpaid; access has ended.
    OnHold,
    /// Runs to its end.
    Cancelled,
    /// A downgrade that has not begun.
    PendingActive,
    /// Replaced by an upgrade that is in its trial.
    PendingInactive,
    /// Ended.
    Ended,
    /// Bought once.
    OneTime,
}
