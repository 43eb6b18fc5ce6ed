//! Roots that are trusted to sign for Apple, by their fingerprints (ADR 24).

use std::collections::BTreeSet;

use aws_lc_rs::digest;
use serde_json::Value;
use x509_parser::parse_x509_certificate;

use super::trust_anchor_der;
use crate::fields::Fields;
use domain::FieldError;

/// Fingerprints of Apple Root CA - G3: of the certificate and of its public key.
const APPLE_ROOT_CA_G3: [&str; 2] = [
    "63343abfb89a6a03ebb57e9b3f5fa7be7c4f5c756f3017b3a8c488c3653e9179",
    "9b219d0fbff36a5fb32090571906bceea68617c833a3f61b81e962a8e64db8af",
];

const MOST: usize = 8;

/// SHA-256 fingerprints of certificates or of public keys (SubjectPublicKeyInfo), both in DER, in
/// lower-case hexadecimal.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(in crate::connectors::apple) struct Roots(BTreeSet<String>);

impl Roots {
    /// Parses `rootFingerprints`.
    pub(in crate::connectors::apple) fn parse(fields: &mut Fields<'_>) -> Result<Self, FieldError> {
        let name = "rootFingerprints";
        let Some(value) = fields.value(name) else {
            return Ok(Self(APPLE_ROOT_CA_G3.map(str::to_owned).into()));
        };
        let given = value
            .as_array()
            .filter(|list| (1..=MOST).contains(&list.len()));
        let read = given.and_then(|list| list.iter().map(fingerprint).collect());
        read.map(Self).ok_or_else(|| {
            let rule = format!("must be a list of 1 to {MOST} SHA-256 fingerprints in hexadecimal");
            FieldError::new(name, rule)
        })
    }

    /// Returns the trust anchor for a certificate in DER whose fingerprint, or whose key's, is
    /// listed: the certificate, or else its name and key alone.
    ///
    /// The key suffices, because only the owner of the private key can sign what is verified with
    /// it.
    pub(in crate::connectors::apple) fn anchor(&self, certificate: Vec<u8>) -> Option<Vec<u8>> {
        if self.0.contains(&sha256(&certificate)) {
            return Some(certificate);
        }
        let (_, parsed) = parse_x509_certificate(&certificate).ok()?;
        let key = parsed.tbs_certificate.subject_pki.raw;
        // Apple's published examples have Apple's key in a certificate with other bytes.
        let trusted = self.0.contains(&sha256(key));
        trusted.then(|| trust_anchor_der::certificate(parsed.subject().as_raw(), key))
    }
}

fn sha256(bytes: &[u8]) -> String {
    hex::encode(digest::digest(&digest::SHA256, bytes))
}

/// Parses a fingerprint in any case, with or without colons.
fn fingerprint(value: &Value) -> Option<String> {
    let text = value.as_str()?.replace(':', "").to_ascii_lowercase();
    (text.len() == 64 && text.bytes().all(|b| b.is_ascii_hexdigit())).then_some(text)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The certificate is not part of this repository, so its fingerprints are compared with the
    /// documented ones.
    #[test]
    fn the_default_root_is_the_documented_one() {
        let documented = include_str!("../../../../../../docs/stores/apple.md");
        for fingerprint in APPLE_ROOT_CA_G3 {
            assert_eq!(fingerprint.len(), 64);
            assert!(
                documented.contains(&format!("`{fingerprint}`")),
                "{fingerprint}"
            );
        }
        let json = serde_json::json!({});
        let mut fields = Fields::of(&json, "body").unwrap();
        let trusted = Roots::parse(&mut fields).unwrap();
        assert_eq!(trusted, Roots(APPLE_ROOT_CA_G3.map(str::to_owned).into()));
    }
}
