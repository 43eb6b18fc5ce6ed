//! Samsung's check value: Base64 of HMAC-SHA256 over the concatenated parameters, without
//! separators. The key is used as literal text, although it looks like Base64.

use aws_lc_rs::hmac::{self, HMAC_SHA256, Key};
use base64::{Engine as _, engine::general_purpose::STANDARD};

pub(super) fn of(key: &str, parameters: &[&str]) -> String {
    let key = Key::new(HMAC_SHA256, key.as_bytes());
    STANDARD.encode(hmac::sign(&key, parameters.concat().as_bytes()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_known_vectors_hold() {
        let key = "QmFzZTY0TG9va2luZ0RwaURlbW9LZXkwMDAwMDAwMDE=";
        let request = ["3201911000042", "u7Qx81mZp0", "US", "2", "1"];
        assert_eq!(
            of(key, &request),
            "BFc7QMYuNzrLB5aZJMESA7kz2fGgkMA7+zTUz55m1jE="
        );
        let answer = ["100000", "EOF", "2", "DP990000000101", "DP990000000102"];
        assert_eq!(
            of(key, &answer),
            "buE1P5lD4kyuu5LCd0YJ4VL8ypex/SF2GueRS1YAdAQ="
        );
    }
}
