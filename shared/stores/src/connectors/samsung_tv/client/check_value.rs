//! `CheckValue` of a list call: HMAC-SHA256 over the concatenated values, without separators.

use aws_lc_rs::{constant_time, hmac};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use secrecy::{ExposeSecret, SecretString};

/// Returns the check value of these parts in Base64.
pub(in crate::connectors::samsung_tv) fn of(key: &SecretString, parts: &[&str]) -> String {
    // The key looks like Base64, but its text itself is the key: decoding it gives wrong values.
    let key = hmac::Key::new(hmac::HMAC_SHA256, key.expose_secret().as_bytes());
    STANDARD.encode(hmac::sign(&key, parts.concat().as_bytes()))
}

/// Whether a check value is that of these parts, in time that does not depend on where they differ.
pub(in crate::connectors::samsung_tv) fn holds(
    key: &SecretString,
    parts: &[&str],
    given: &str,
) -> bool {
    let equal = constant_time::verify_slices_are_equal;
    equal(of(key, parts).as_bytes(), given.as_bytes()).is_ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Independent vectors: parts, and what they must give.
    const VECTORS: [(&[&str], &str); 4] = [
        (
            &["3201911000042", "US"],
            "GS64pJngeyvxUsgBsgNz4w1wMLeoVvNqxRavRFQpK6Q=",
        ),
        (
            &["3201911000042", "u7Qx81mZp0", "US", "2", "1"],
            "BFc7QMYuNzrLB5aZJMESA7kz2fGgkMA7+zTUz55m1jE=",
        ),
        (
            &["100000", "EOF", "2", "DP990000000101", "DP990000000102"],
            "buE1P5lD4kyuu5LCd0YJ4VL8ypex/SF2GueRS1YAdAQ=",
        ),
        (
            &[
                "3201911000042",
                "SUB-70012",
                "SUB-70013",
                "u7Qx81mZp0",
                "20261105093000",
            ],
            "o9yntdrlmghhP2wHbQJq/5P6h8uBHbdIuj7xTeHKsO8=",
        ),
    ];

    #[test]
    fn the_key_is_its_text_and_the_parts_have_nothing_between_them() {
        let key = SecretString::from("QmFzZTY0TG9va2luZ0RwaURlbW9LZXkwMDAwMDAwMDE=");
        for (parts, expected) in VECTORS {
            assert_eq!(of(&key, parts), expected);
            assert!(holds(&key, parts, expected));
            assert!(!holds(&key, parts, &expected.to_lowercase()));
        }
        let other = SecretString::from("another");
        assert!(
            VECTORS
                .iter()
                .all(|(parts, value)| !holds(&other, parts, value))
        );
    }
}
