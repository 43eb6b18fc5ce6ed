//! Coupon campaigns, by which a broadcaster mirrors the introductory prices of a store.

use serde::{Deserialize, Serialize};

use crate::Timestamp;

/// Discount on an offer's first billing cycles, for submissions that name its code.
///
/// It does not affect what the customer pays, which the store decides. It only affects the price
/// that the broadcaster expects.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Campaign {
    /// The code that apps send: 2 to 40 letters, digits, `_` and `-`.
    pub code: String,
    /// Percentage of the offer's price that is taken off, 1 to 100.
    pub percent: u8,
    /// Number of billing cycles with the discount, from 1. A free trial is not counted.
    pub cycles: u32,
    /// First time at which it may be used.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub valid_from: Option<Timestamp>,
    /// First time at which it may no longer be used.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub valid_until: Option<Timestamp>,
}

/// Code of a submission.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NamedCoupon {
    /// The code.
    pub code: String,
    /// The purchased offer's campaign with this code, if there is one.
    pub campaign: Option<Campaign>,
}

/// Discount of a subscription.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Coupon {
    /// The code by which it was granted.
    pub code: String,
    /// Percentage of the offer's price that is taken off.
    pub percent: u8,
    /// Number of billing cycles with the discount.
    pub cycles: u32,
}

/// Result of the code of a submission. None of these fails a purchase.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum CouponResult {
    /// The subscription has the discount.
    Applied,
    /// The offer has no campaign of this code.
    Unknown,
    /// The campaign has not begun.
    NotYetValid,
    /// The campaign is over.
    Expired,
    /// The subscription was past its first billing cycle, or has a coupon already.
    TooLate,
}

impl NamedCoupon {
    /// Returns the discount that the code grants at the time of the submission.
    ///
    /// # Errors
    /// [`CouponResult`] says why there is none.
    pub(crate) fn granted(&self, submitted_at: Timestamp) -> Result<Coupon, CouponResult> {
        let campaign = self.campaign.as_ref().ok_or(CouponResult::Unknown)?;
        // The time of the submission counts, because the store may answer much later.
        if campaign.valid_from.is_some_and(|from| submitted_at < from) {
            return Err(CouponResult::NotYetValid);
        }
        if campaign
            .valid_until
            .is_some_and(|until| submitted_at >= until)
        {
            return Err(CouponResult::Expired);
        }
        Ok(Coupon {
            code: campaign.code.clone(),
            percent: campaign.percent,
            cycles: campaign.cycles,
        })
    }
}
