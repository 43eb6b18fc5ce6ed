//! What an app submits: the id of a transaction, as the channel store gave it.

use std::collections::BTreeMap;
use std::net::IpAddr;

use domain::PurchaseKey;
use serde_json::Value;

use crate::fields::Fields;
use crate::{FieldError, Locator, Submission, locator};

/// The names under which apps know a transaction's id; the first one is ours.
const NAMES: [&str; 3] = ["transactionId", "purchaseId", "transactionID"];

const ADDRESS: &str = "customerIP";

/// What Roku promises at most.
pub(super) const LONGEST_ID: usize = 1024;

/// `{customerId?, transactionId, couponCode?, customerIP?}`. The customer's address is checked and
/// not kept.
///
/// It may be any transaction of a subscription: the answer names the first one.
pub(crate) fn parse_submission(body: &Value) -> Result<Submission, FieldError> {
    let mut fields = Fields::of(body, "body")?;
    let customer_id = fields.value("customerId").map(locator::customer_id);
    let submission = Submission {
        customer_id: customer_id.transpose()?,
        locator: transaction(&mut fields)?,
        offer_id: None,
        coupon_code: fields.coupon_code()?,
    };
    let parsed = |value: &Value| value.as_str()?.parse::<IpAddr>().ok();
    if fields
        .value(ADDRESS)
        .is_some_and(|value| parsed(value).is_none())
    {
        return Err(FieldError::new(ADDRESS, "must be an IP address"));
    }
    Ok(submission)
}

fn transaction(fields: &mut Fields<'_>) -> Result<Locator, FieldError> {
    let [ours, ..] = NAMES;
    for name in NAMES {
        let Some(id) = fields.text(name, 1, LONGEST_ID)? else {
            continue;
        };
        let key = key(id).ok_or_else(|| {
            FieldError::new(
                name,
                "must consist of letters, digits and signs, without spaces",
            )
        })?;
        return Ok(Locator {
            key,
            details: BTreeMap::new(),
        });
    }
    Err(FieldError::new(ours, "is required"))
}

/// What can be the id of a transaction: visible ASCII.
pub(super) fn key(id: &str) -> Option<PurchaseKey> {
    let fits = (1..=LONGEST_ID).contains(&id.len()) && id.bytes().all(|b| b.is_ascii_graphic());
    PurchaseKey::new(id).ok().filter(|_| fits)
}
