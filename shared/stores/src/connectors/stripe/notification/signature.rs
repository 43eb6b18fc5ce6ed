//! `Stripe-Signature`: `t=<epoch seconds>,v1=<hex>[,v1=<hex>…]`, an HMAC-SHA256 over that time as
//! written, a dot and the body as received. The key is the text of a secret with its prefix.

use aws_lc_rs::{constant_time, hmac};
use domain::Timestamp;
use jiff::SignedDuration;
use secrecy::{ExposeSecret, SecretString};

const HEADER: &str = "stripe-signature";

/// Number of times and signatures of one notification that are considered. While a secret is being
/// replaced there is a signature for each.
const MOST_TIMES: usize = 4;
const MOST_SIGNATURES: usize = 16;

/// Reason for which a signature proves nothing, for the log.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub(in crate::connectors::stripe) enum NoProof {
    #[error("no time")]
    NoTime,
    #[error("no signature of version 1")]
    NoSignature,
    #[error("the time is too far from now")]
    NotNow,
    #[error("no signature is right")]
    Wrong,
}

/// Checks that one of the signatures was made with one of the secrets, and about now.
pub(in crate::connectors::stripe) fn check(
    secrets: &[SecretString],
    tolerance: SignedDuration,
    headers: &[(String, String)],
    body: &[u8],
    now: Timestamp,
) -> Result<(), NoProof> {
    let (mut times, mut signatures) = (Vec::new(), Vec::new());
    for part in parts(headers) {
        // `v0` is Stripe's test scheme; accepting it would be a downgrade.
        match part.split_once('=') {
            Some(("t", time)) if times.len() < MOST_TIMES => times.push(time),
            Some(("v1", hex)) if signatures.len() < MOST_SIGNATURES => signatures.push(hex),
            _ => {}
        }
    }
    if times.is_empty() {
        return Err(NoProof::NoTime);
    }
    let signatures: Vec<_> = signatures
        .into_iter()
        .filter_map(|text| hex::decode(text).ok())
        .collect();
    if signatures.is_empty() {
        return Err(NoProof::NoSignature);
    }
    // Before the signatures are computed, so that an old notification costs no HMAC.
    times.retain(|time| is_recent(time, tolerance, now));
    if times.is_empty() {
        return Err(NoProof::NotNow);
    }
    let right = times.into_iter().any(|time| {
        secrets.iter().any(|secret| {
            let key = hmac::Key::new(hmac::HMAC_SHA256, secret.expose_secret().as_bytes());
            let mut message = hmac::Context::with_key(&key);
            // The time as it is written: parsing and printing it again could change the signed
            // bytes.
            message.update(time.as_bytes());
            message.update(b".");
            message.update(body);
            let right = message.sign();
            let equal = constant_time::verify_slices_are_equal;
            signatures
                .iter()
                .any(|signature| equal(right.as_ref(), signature).is_ok())
        })
    });
    if right { Ok(()) } else { Err(NoProof::Wrong) }
}

fn parts(headers: &[(String, String)]) -> impl Iterator<Item = &str> {
    headers
        .iter()
        .filter(|(name, _)| name.eq_ignore_ascii_case(HEADER))
        .flat_map(|(_, value)| value.split(','))
        .map(str::trim)
}

fn is_recent(time: &str, tolerance: SignedDuration, now: Timestamp) -> bool {
    let digits = !time.is_empty() && time.bytes().all(|b| b.is_ascii_digit());
    let seconds = time.parse::<i64>().ok().filter(|_| digits);
    seconds.is_some_and(|at| {
        let away = now.as_second().saturating_sub(at).saturating_abs();
        away <= tolerance.as_secs()
    })
}
