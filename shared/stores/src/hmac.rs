//! Proof of origin by a secret that only the store and the broadcaster know.

use aws_lc_rs::{constant_time, hmac};
use base64::Engine as _;
use base64::alphabet::STANDARD;
use base64::engine::DecodePaddingMode;
use base64::engine::general_purpose::{GeneralPurpose, GeneralPurposeConfig};
use domain::Timestamp;
use jiff::SignedDuration;
use secrecy::{ExposeSecret, SecretString};

use crate::lenient;

/// How many signatures of one notification are looked at.
const MOST_SIGNATURES: usize = 8;

const BASE64: GeneralPurpose = GeneralPurpose::new(
    &STANDARD,
    GeneralPurposeConfig::new().with_decode_padding_mode(DecodePaddingMode::Indifferent),
);

/// What the signature is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Algorithm {
    /// HMAC-SHA256 of the message.
    HmacSha256,
    /// No signature at all: the key itself.
    Bearer,
}

/// How bytes are written as text.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Encoding {
    Hex,
    Base64,
}

/// How the text of a key becomes bytes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum KeyForm {
    Utf8,
    Encoded(Encoding),
}

/// The form in which a store proves the origin of its notifications.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Proof {
    /// The header that carries it: one signature, or several with commas between them.
    pub(crate) header: String,
    pub(crate) algorithm: Algorithm,
    pub(crate) encoding: Encoding,
    /// Text before each signature.
    pub(crate) prefix: String,
    pub(crate) key_form: KeyForm,
    /// The header that carries the time of sending; the message is then that text, a dot, the body.
    pub(crate) timestamp_header: Option<String>,
    /// How far that time may be from now.
    pub(crate) max_skew: SignedDuration,
}

impl Proof {
    /// Whether one of the signatures is right for one of the keys, and the time is right.
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
    /// `None` for a text that isn't of this form, or is empty.
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
