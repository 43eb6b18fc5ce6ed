//! Proof of origin by a secret that the store and the broadcaster share.

use aws_lc_rs::{constant_time, hmac};
use base64::Engine as _;
use base64::alphabet::STANDARD;
use base64::engine::DecodePaddingMode;
use base64::engine::general_purpose::{GeneralPurpose, GeneralPurposeConfig};
use domain::Timestamp;
use jiff::SignedDuration;
use secrecy::{ExposeSecret, SecretString};

use crate::lenient;

/// Number of signatures of one notification that are considered.
const MOST_SIGNATURES: usize = 8;

const BASE64: GeneralPurpose = GeneralPurpose::new(
    &STANDARD,
    GeneralPurposeConfig::new().with_decode_padding_mode(DecodePaddingMode::Indifferent),
);

/// Kind of signature.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Algorithm {
    /// HMAC-SHA256 of the message.
    HmacSha256,
    /// No signature; the key itself is sent.
    Bearer,
}

/// Text encoding of bytes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Encoding {
    Hex,
    Base64,
}

/// Conversion of a key's text to bytes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum KeyForm {
    Utf8,
    Encoded(Encoding),
}

/// Form in which a store proves the origin of its notifications.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Proof {
    /// Header with the signature, or several separated by commas.
    pub(crate) header: String,
    pub(crate) algorithm: Algorithm,
    pub(crate) encoding: Encoding,
    /// Text before each signature.
    pub(crate) prefix: String,
    pub(crate) key_form: KeyForm,
    /// Header with the time of sending; the signed message is then that text, a dot, and the body.
    pub(crate) timestamp_header: Option<String>,
    /// Largest difference of that time from now.
    pub(crate) max_skew: SignedDuration,
}

impl Proof {
    /// Whether one of the signatures was made with one of the keys, at about this time.
    pub(crate) fn holds(
        &self,
        keys: &[SecretString],
        headers: &[(String, String)],
        body: &[u8],
        now: Timestamp,
    ) -> bool {
        let sent_at = match &self.timestamp_header {
            None => None,
            Some(name) => match values(headers, name).next().map(str::trim) {
                Some(text) if self.is_recent(text, now) => Some(text),
                _ => return false,
            },
        };
        // A bearer key may contain commas, a signature can't.
        let listed = self.algorithm == Algorithm::HmacSha256;
        values(headers, &self.header)
            .flat_map(|value| value.split(move |c| listed && c == ','))
            .map(str::trim)
            .map(|one| one.strip_prefix(&self.prefix).unwrap_or(one).trim())
            .take(MOST_SIGNATURES)
            .any(|signature| {
                keys.iter()
                    .any(|key| self.matches(key, signature, sent_at, body))
            })
    }

    fn is_recent(&self, text: &str, now: Timestamp) -> bool {
        lenient::instant_text(text)
            .is_some_and(|sent_at| now.duration_since(sent_at).abs() <= self.max_skew)
    }

    fn matches(
        &self,
        key: &SecretString,
        signature: &str,
        sent_at: Option<&str>,
        body: &[u8],
    ) -> bool {
        let key = key.expose_secret();
        // Compared in constant time, as `hmac::verify` does below.
        if self.algorithm == Algorithm::Bearer {
            let equal = constant_time::verify_slices_are_equal;
            return equal(key.as_bytes(), signature.as_bytes()).is_ok();
        }
        let (Some(key), Some(signature)) =
            (self.key_form.bytes(key), self.encoding.decode(signature))
        else {
            return false;
        };
        let key = hmac::Key::new(hmac::HMAC_SHA256, &key);
        let Some(sent_at) = sent_at else {
            return hmac::verify(&key, body, &signature).is_ok();
        };
        let message = [sent_at.as_bytes(), b".", body].concat();
        hmac::verify(&key, &message, &signature).is_ok()
    }
}

impl Encoding {
    fn decode(self, text: &str) -> Option<Vec<u8>> {
        match self {
            Self::Hex => hex::decode(text).ok(),
            Self::Base64 => BASE64.decode(text).ok(),
        }
    }
}

impl KeyForm {
    /// Returns the bytes of a key; `None` for a text that is not of this form, or is empty.
    pub(crate) fn bytes(self, text: &str) -> Option<Vec<u8>> {
        let bytes = match self {
            Self::Utf8 => text.as_bytes().to_vec(),
            Self::Encoded(encoding) => encoding.decode(text)?,
        };
        (!bytes.is_empty()).then_some(bytes)
    }
}

fn values<'a>(headers: &'a [(String, String)], name: &'a str) -> impl Iterator<Item = &'a str> {
    headers
        .iter()
        .filter(move |(given, _)| given.eq_ignore_ascii_case(name))
        .map(|(_, value)| value.as_str())
}
