//! `Stripe-Signature`: HMAC-SHA256 over the time, a dot, and the raw body.

use aws_lc_rs::hmac;

use super::SignWith;

/// Secret of a foreign endpoint.
const WRONG_SECRET: &str = "whsec_of_somebody_else";

/// Returns the signature in lower-case hexadecimal digits. The key is the whole secret, including
/// its prefix.
pub(super) fn sign(secret: &str, timestamp: i64, body: &[u8]) -> String {
    let key = hmac::Key::new(hmac::HMAC_SHA256, secret.as_bytes());
    let mut context = hmac::Context::with_key(&key);
    context.update(timestamp.to_string().as_bytes());
    context.update(b".");
    context.update(body);
    hex::encode(context.sign().as_ref())
}

/// Returns the header of an event that is sent at `timestamp`, genuine or forged; `None` if there
/// is none.
pub(super) fn header<'a>(
    sign_with: &SignWith,
    secrets: impl Iterator<Item = &'a str>,
    timestamp: i64,
    body: &[u8],
) -> Option<String> {
    let mut secrets = secrets;
    let signed = |secret: &str| sign(secret, timestamp, body);
    let mut parts = vec![format!("t={timestamp}")];
    match sign_with {
        SignWith::NoHeader => return None,
        SignWith::Secrets => parts.extend(secrets.map(|one| format!("v1={}", signed(one)))),
        SignWith::WrongSecret => parts.push(format!("v1={}", signed(WRONG_SECRET))),
        SignWith::ThisSecret(secret) => parts.push(format!("v1={}", signed(secret))),
        SignWith::UpperCase => {
            parts.extend(secrets.map(|one| format!("v1={}", signed(one).to_uppercase())));
        }
        SignWith::V0Only => {
            let right = signed(secrets.next().unwrap_or(WRONG_SECRET));
            parts.push(format!("v0={right}"));
        }
        SignWith::NoTimestamp => {
            parts.clear();
            parts.extend(secrets.map(|one| format!("v1={}", signed(one))));
        }
    }
    Some(parts.join(","))
}

#[cfg(test)]
mod tests {
    use super::*;

    const AT: i64 = 1_796_206_500;
    const BODY: &[u8] = br#"{"id":"evt_1ExampleAbC","object":"event","type":"invoice.paid"}"#;
    const ALPHA: &str = "f7dd1be7ad9ff0171f7995c9fb5c0499a8b42af7305c008f08a762792456b8a9";
    const BETA: &str = "c899bc16422db7d6982cd6e973575de3d0897d1dd7082b59f47429c3127952bc";
    const SECRETS: [&str; 2] = ["whsec_test_beta", "whsec_test_alpha"];

    #[test]
    fn the_published_vectors() {
        assert_eq!(sign("whsec_test_alpha", AT, BODY), ALPHA);
        assert_eq!(sign("whsec_test_beta", AT, BODY), BETA);
    }

    #[test]
    fn every_secret_signs_in_its_order() {
        let header = header(&SignWith::Secrets, SECRETS.into_iter(), AT, BODY);
        assert_eq!(header.unwrap(), format!("t={AT},v1={BETA},v1={ALPHA}"));
    }

    #[test]
    fn wrong_headers_are_wrong_in_one_thing() {
        let made = |sign_with: &SignWith| header(sign_with, SECRETS.into_iter().skip(1), AT, BODY);
        assert_eq!(
            made(&SignWith::V0Only).unwrap(),
            format!("t={AT},v0={ALPHA}")
        );
        assert_eq!(made(&SignWith::NoTimestamp).unwrap(), format!("v1={ALPHA}"));
        let upper = format!("t={AT},v1={}", ALPHA.to_uppercase());
        assert_eq!(made(&SignWith::UpperCase).unwrap(), upper);
        assert!(!made(&SignWith::WrongSecret).unwrap().contains(ALPHA));
        assert_eq!(made(&SignWith::NoHeader), None);
    }
}
