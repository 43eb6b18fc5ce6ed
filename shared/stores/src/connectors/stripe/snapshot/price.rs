//! Amounts of money.

use domain::Price;

/// Currencies that have no minor unit in Stripe's amounts.
const WHOLE: [&str; 15] = [
    "BIF", "CLP", "DJF", "GNF", "JPY", "KMF", "KRW", "MGA", "PYG", "RWF", "VND", "VUV", "XAF",
    "XOF", "XPF",
];

/// Currencies with a minor unit of a thousandth.
const THOUSANDTHS: [&str; 5] = ["BHD", "JOD", "KWD", "OMR", "TND"];

/// Returns `quantity` times an amount in the minor unit of a currency; `None` without an amount or
/// a currency code.
pub(in crate::connectors::stripe) fn price(
    amount: Option<i64>,
    currency: Option<&str>,
    quantity: i64,
) -> Option<Price> {
    let currency = currency?.to_ascii_uppercase();
    let is_code = currency.len() == 3 && currency.bytes().all(|b| b.is_ascii_uppercase());
    // Stripe counts in the smallest unit of the currency, which is not a hundredth everywhere.
    let micros = if WHOLE.contains(&currency.as_str()) {
        1_000_000
    } else if THOUSANDTHS.contains(&currency.as_str()) {
        1_000
    } else {
        10_000
    };
    let amount = amount?.checked_mul(quantity)?.checked_mul(micros)?;
    is_code.then_some(Price {
        currency,
        amount_micros: amount,
    })
}
