//! Next payment of a subscription, and the reason for which there is none.

use domain::{Price, PriceChange};

use crate::connectors::apple::wire::Renewal;

/// Returns the reason of the end.
pub(in crate::connectors::apple) fn reason(renewal: &Renewal) -> Option<String> {
    Some(match renewal.expiration_intent? {
        1 => "user".to_owned(),
        2 => "billing_error".to_owned(),
        3 => "price_increase".to_owned(),
        4 => "product_unavailable".to_owned(),
        5 => "other".to_owned(),
        // Only informs, so an unknown number is passed on and raises no alarm.
        unknown => format!("expiration_intent_{unknown}"),
    })
}

/// Returns the price of the next renewal. Apple counts in thousandths of the currency's unit.
pub(in crate::connectors::apple) fn price(renewal: &Renewal) -> Option<Price> {
    let currency = renewal.currency.as_deref()?;
    let is_code = currency.len() == 3 && currency.bytes().all(|b| b.is_ascii_uppercase());
    is_code.then_some(Price {
        currency: currency.to_owned(),
        amount_micros: renewal.renewal_price?.checked_mul(1000)?,
    })
}

pub(in crate::connectors::apple) fn price_change(renewal: &Renewal) -> Option<PriceChange> {
    let state = match renewal.price_increase_status? {
        0 => "PENDING".to_owned(),
        1 => "ACCEPTED".to_owned(),
        unknown => format!("STATUS_{unknown}"),
    };
    Some(PriceChange {
        new_price: price(renewal)?,
        state,
        charged_from: renewal.renewal_date.map(|at| at.0),
    })
}
