//! Signature of a notification: HMAC-SHA256 over the raw body.

use aws_lc_rs::hmac;
use base64::{Engine as _, engine::general_purpose::STANDARD};
use serde::{Deserialize, Serialize};

/// Text encoding of the signature.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum Encoding {
    /// Lower-case hexadecimal digits.
    #[default]
    Hex,
    /// Standard alphabet, padded.
    Base64,
}

/// Encoding of the bytes of a signing key in its text.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum KeyForm {
    /// UTF-8 bytes of the text.
    #[default]
    Utf8,
    /// Base64 (standard alphabet, padded).
    Base64,
    /// Hexadecimal digits.
    Hex,
}

/// Form of the signature. The default is hex in `x-vizio-signature`, with neither prefix nor
/// timestamp.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, rename_all = "camelCase", deny_unknown_fields)]
pub struct SignatureForm {
    /// Name of the header that carries the signature.
    pub header: String,
    /// Text encoding of the signature.
    pub encoding: Encoding,
    /// Text before the signature, such as `sha256=`.
    pub prefix: String,
    /// Encoding of the key's bytes in its text.
    pub key_form: KeyForm,
    /// Header for the time of sending (Unix seconds, real time). When it is set, the signed content
    /// is that number, a dot, and the body.
    pub timestamp_header: Option<String>,
    /// Signs with every live key and sends all signatures, separated by commas.
    pub all_keys: bool,
}

impl Default for SignatureForm {
    fn default() -> Self {
        Self {
            header: "x-vizio-signature".to_owned(),
            encoding: Encoding::default(),
            prefix: String::new(),
            key_form: KeyForm::default(),
            timestamp_header: None,
            all_keys: false,
        }
    }
}

/// Key whose text does not match its form.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("a signing key is not valid {0:?}")]
pub(crate) struct KeyFormError(KeyForm);

impl SignatureForm {
    /// Returns the signature of `body`, prefix included, as it appears in the header. `timestamp`
    /// is used only when a timestamp header is set.
    pub(crate) fn sign(
        &self,
        key: &str,
        timestamp: i64,
        body: &[u8],
    ) -> Result<String, KeyFormError> {
        let key = self.key_bytes(key)?;
        let mut context = hmac::Context::with_key(&hmac::Key::new(hmac::HMAC_SHA256, &key));
        if self.timestamp_header.is_some() {
            context.update(format!("{timestamp}.").as_bytes());
        }
        context.update(body);
        let tag = context.sign();
        let text = match self.encoding {
            Encoding::Hex => hex::encode(tag.as_ref()),
            Encoding::Base64 => STANDARD.encode(tag.as_ref()),
        };
        Ok(format!("{}{text}", self.prefix))
    }

    pub(crate) fn key_bytes(&self, key: &str) -> Result<Vec<u8>, KeyFormError> {
        let bytes = match self.key_form {
            KeyForm::Utf8 => Some(key.as_bytes().to_vec()),
            KeyForm::Base64 => STANDARD.decode(key).ok(),
            KeyForm::Hex => hex::decode(key).ok(),
        };
        bytes.ok_or(KeyFormError(self.key_form))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const KEY: &str = "vz_sign_demo_7f3a";
    const BODY: &[u8] = br#"{"notificationId":"nv-0001","eventType":"SUBSCRIPTION.CREATED"}"#;
    const HEX: &str = "8ad8a0fd3824b9f6abc18eac3f2a10bec67a8004f8cc86c34bca093921a7c26e";

    #[test]
    fn the_vector_of_the_contract_in_hex_and_base64() {
        let mut form = SignatureForm::default();
        assert_eq!(form.sign(KEY, 0, BODY).unwrap(), HEX);
        form.encoding = Encoding::Base64;
        assert_eq!(
            form.sign(KEY, 0, BODY).unwrap(),
            "itig/TgkufarwY6sPyoQvsZ6gAT4zIbDS8oJOSGnwm4="
        );
    }

    #[test]
    fn a_key_in_another_form_is_the_same_key() {
        let key_forms = [
            (KeyForm::Hex, hex::encode(KEY)),
            (KeyForm::Base64, STANDARD.encode(KEY)),
        ];
        for (key_form, key) in key_forms {
            let form = SignatureForm {
                key_form,
                prefix: "sha256=".to_owned(),
                ..SignatureForm::default()
            };
            assert_eq!(form.sign(&key, 0, BODY).unwrap(), format!("sha256={HEX}"));
            assert!(form.sign("not this form!", 0, BODY).is_err());
        }
    }

    #[test]
    fn a_timestamp_is_signed_with_the_body() {
        let form = SignatureForm {
            timestamp_header: Some("x-vizio-timestamp".to_owned()),
            ..SignatureForm::default()
        };
        let plain = SignatureForm::default();
        assert_eq!(
            form.sign(KEY, 1_793_871_000, b"{}").unwrap(),
            plain.sign(KEY, 0, b"1793871000.{}").unwrap()
        );
    }
}
