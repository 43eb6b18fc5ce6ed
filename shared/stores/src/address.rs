//! URLs that contain values chosen by others.

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

/// Parses a URL that the parser leaves unchanged. One that it would rewrite, as with `..`, is
/// refused, because the request would be about something else.
pub(crate) fn exact(address: &str) -> Result<Url, LookUpError> {
    Url::parse(address)
        .ok()
        .filter(|url| url.as_str() == address)
        .ok_or_else(|| LookUpError::Rejected("its id cannot be part of an address".to_owned()))
}
