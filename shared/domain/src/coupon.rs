//! Coupon campaigns: how a broadcaster mirrors the introductory prices of a store.

use serde::{Deserialize, Serialize};

use crate::Timestamp;

/// A discount on one offer's first billing cycles, for whoever names its code with a purchase.
///
/// It changes nothing that the customer pays: the store does that. It tells what the broadcaster
/// expects to have been paid.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Campaign {
    /// The code that apps send: 2 to 40 letters, digits, `_` and `-`.
    pub code: String,
    /// What is taken off the offer's price, 1 to 100.
    pub percent: u8,
    /// For how many billing cycles, 1 and up; a free trial is none.
    pub cycles: u32,
    /// The first instant at which it may be used.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub valid_from: Option<Timestamp>,
    /// The first instant at which it may no longer be used.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub valid_until: Option<Timestamp>,
}

/// The code that came with a submission.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NamedCoupon {
    /// The code.
    pub code: String,
    /// The purchased offer's campaign of that code, if it has one.
    pub campaign: Option<Campaign>,
}

/// The discount that a subscription has.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Coupon {
    /// The code by which it was granted.
    pub code: String,
    /// What is taken off the offer's price.
    pub percent: u8,
    /// For how many billing cycles in all.
    pub cycles: u32,
}

/// What became of the code that came with a submission. None of these fails a purchase.
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
    /// What the code is worth at the time of the submission.
    ///
    /// # Errors
    /// Why it is worth nothing.
    pub(crate) fn granted(&self, submitted_at: Timestamp) -> Result<Coupon, CouponResult> {
        let campaign = self.campaign.as_ref().ok_or(CouponResult::Unknown)?;
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
