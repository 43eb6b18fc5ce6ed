//! Addresses that are put together from what somebody else chose.

use reqwest::Url;

use crate::LookUpError;

/// Percent-encodes everything but the unreserved characters.
pub(crate) fn encoded(text: &str) -> String {
    text.bytes().fold(String::new(), |mut encoded, byte| {
        if byte.is_ascii_alphanumeric() || b"-._~".contains(&byte) {
            encoded.push(char::from(byte));
        } else {
            encoded.push_str(&format!("%{byte:02X}"));
        }
        encoded
    })
}

/// The address as it stands. One that a URL would rewrite, as `..` does, is refused: it would be a
/// question about something else.
pub(crate) fn exact(address: &str) -> Result<Url, LookUpError> {
    Url::parse(address)
        .ok()
        .filter(|url| url.as_str() == address)
        .ok_or_else(|| LookUpError::Rejected("its id cannot be part of an address".to_owned()))
}
