//! Verification of envelopes as documented, with other libraries than the simulator's.

use aws_lc_rs::signature::{
    RSA_PKCS1_2048_8192_SHA1_FOR_LEGACY_USE_ONLY, RSA_PKCS1_2048_8192_SHA256, UnparsedPublicKey,
};
use base64::{Engine as _, engine::general_purpose::STANDARD};
use jiff::Timestamp;
use serde_json::Value;
use x509_parser::{certificate::X509Certificate, pem::parse_x509_pem, prelude::FromDer as _};

/// Parsed parts of a certificate.
pub struct Certificate {
    der: Vec<u8>,
}

impl Certificate {
    pub fn read(pem: &str) -> Self {
        let (_, pem) = parse_x509_pem(pem.as_bytes()).unwrap();
        assert_eq!(pem.label, "CERTIFICATE");
        Self { der: pem.contents }
    }

    fn parsed(&self) -> X509Certificate<'_> {
        X509Certificate::from_der(&self.der).unwrap().1
    }

    pub fn name(&self) -> String {
        let parsed = self.parsed();
        let mut names = parsed.subject().iter_common_name();
        names.next().unwrap().as_str().unwrap().to_owned()
    }

    pub fn issuer(&self) -> String {
        let parsed = self.parsed();
        let mut names = parsed.issuer().iter_common_name();
        names.next().unwrap().as_str().unwrap().to_owned()
    }

    pub fn is_valid_at(&self, at: Timestamp) -> bool {
        let parsed = self.parsed();
        let validity = parsed.validity();
        let (from, to) = (validity.not_before, validity.not_after);
        (from.timestamp()..=to.timestamp()).contains(&at.as_second())
    }

    /// Returns whether this authority signed the certificate: ECDSA over SHA-256.
    pub fn is_issued_by(&self, authority: &Self) -> bool {
        let (parsed, issuer) = (self.parsed(), authority.parsed());
        let key = issuer.public_key().subject_public_key.data.to_vec();
        let key = UnparsedPublicKey::new(&aws_lc_rs::signature::ECDSA_P256_SHA256_ASN1, key);
        let signature = &parsed.signature_value.data;
        let content: &[u8] = parsed.tbs_certificate.as_ref();
        key.verify(content, signature).is_ok()
    }

    /// Returns whether the certificate's key signed an envelope.
    pub fn has_signed(&self, envelope: &Value) -> bool {
        let text = |name: &str| envelope[name].as_str().unwrap_or_default();
        let algorithm = match text("SignatureVersion") {
            "1" => &RSA_PKCS1_2048_8192_SHA1_FOR_LEGACY_USE_ONLY,
            "2" => &RSA_PKCS1_2048_8192_SHA256,
            _ => return false,
        };
        let Ok(signature) = STANDARD.decode(text("Signature")) else {
            return false;
        };
        let parsed = self.parsed();
        let key = parsed.public_key().subject_public_key.data.to_vec();
        let key = UnparsedPublicKey::new(algorithm, key);
        key.verify(signed_text(envelope).as_bytes(), &signature)
            .is_ok()
    }
}

fn signed_text(envelope: &Value) -> String {
    let fields = if envelope["Type"] == "Notification" {
        "Message MessageId Subject Timestamp TopicArn Type"
    } else {
        "Message MessageId SubscribeURL Timestamp Token TopicArn Type"
    };
    let mut text = String::new();
    for field in fields.split(' ') {
        if let Some(value) = envelope[field].as_str() {
            text += &format!("{field}\n{value}\n");
        }
    }
    text
}
