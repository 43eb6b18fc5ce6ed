//! Publisher tokens, which authenticate a broadcaster's servers.

use std::fmt;

use aws_lc_rs::constant_time::verify_slices_are_equal;
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;

use crate::{CloudError, item::sha256_hex};

/// Number of characters of a token.
pub const LENGTH: usize = 48;

/// Token in the clear. It exists while it is issued or checked, and is never stored or logged.
pub struct PublisherToken(String);

impl PublisherToken {
    /// Generates a token: 36 random bytes as 48 characters.
    ///
    /// # Errors
    /// [`CloudError::Random`] if the operating system has no random bytes.
    pub fn generate() -> Result<Self, CloudError> {
        let mut bytes = [0; LENGTH / 4 * 3];
        getrandom::fill(&mut bytes).map_err(|error| CloudError::Random(error.to_string()))?;
        Ok(Self(URL_SAFE_NO_PAD.encode(bytes)))
    }

    /// Parses a token that a caller sent; `None` if it does not have a token's form.
    #[must_use]
    pub fn received(text: &str) -> Option<Self> {
        let formed = text.len() == LENGTH
            && text
                .bytes()
                .all(|b| b.is_ascii_alphanumeric() || b == b'-' || b == b'_');
        formed.then(|| Self(text.to_owned()))
    }

    /// Returns the hash that is stored in its place.
    #[must_use]
    pub fn hash(&self) -> String {
        // A plain hash suffices: 288 random bits can't be guessed, unlike a password.
        sha256_hex(&self.0)
    }

    /// Whether `hash` is this token's, in time that does not depend on where they differ.
    #[must_use]
    pub fn matches(&self, hash: &str) -> bool {
        verify_slices_are_equal(self.hash().as_bytes(), hash.as_bytes()).is_ok()
    }

    /// Returns the token's text, for the operator who had it issued.
    #[must_use]
    pub fn reveal(&self) -> &str {
        &self.0
    }
}

impl fmt::Debug for PublisherToken {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("PublisherToken(…)")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_token_has_48_characters_and_matches_its_own_hash_only() {
        let token = PublisherToken::generate().unwrap();
        let other = PublisherToken::generate().unwrap();
        assert_eq!(token.reveal().len(), LENGTH);
        assert!(PublisherToken::received(token.reveal()).is_some());
        assert!(token.matches(&token.hash()));
        assert!(!token.matches(&other.hash()));
        assert!(!format!("{token:?}").contains(token.reveal()));
    }

    #[test]
    fn what_is_no_token_is_not_looked_up() {
        assert!(PublisherToken::received("short").is_none());
        assert!(PublisherToken::received(&"#".repeat(LENGTH)).is_none());
    }
}
