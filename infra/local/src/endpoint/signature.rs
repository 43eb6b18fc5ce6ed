//! Signature of an SNS message, versions 1 (SHA-1) and 2 (SHA-256).

use std::{
    collections::HashMap,
    sync::{Mutex, PoisonError},
};

use aws_lc_rs::signature::{
    RSA_PKCS1_2048_8192_SHA1_FOR_LEGACY_USE_ONLY, RSA_PKCS1_2048_8192_SHA256, RsaParameters,
    UnparsedPublicKey,
};
use base64::{Engine as _, engine::general_purpose::STANDARD};
use jiff::Timestamp;
use reqwest::Url;

use super::{
    envelope::Envelope,
    origin::{is_amazon_sns, is_loopback},
};

/// Reason why a message is not accepted as one of SNS.
#[derive(Debug, thiserror::Error)]
pub(super) enum SignatureError {
    #[error("the message carries no signature, version or certificate address")]
    Unsigned,
    #[error("signature version {0} is unknown")]
    Version(String),
    #[error("the signature is not base64")]
    Encoding,
    #[error("the certificate is not at Amazon SNS")]
    CertificateAddress,
    #[error("the certificate cannot be fetched")]
    Fetch(#[from] reqwest::Error),
    #[error("the certificate cannot be read")]
    Certificate,
    #[error("the certificate is not valid now")]
    Validity,
    #[error("the signature does not match")]
    Mismatch,
}

/// Signature verifier that caches each certificate it has fetched.
pub(super) struct Verifier {
    http: reqwest::Client,
    certificates: Mutex<HashMap<String, String>>,
}

impl Verifier {
    pub(super) fn new(http: reqwest::Client) -> Self {
        Self {
            http,
            certificates: Mutex::default(),
        }
    }

    pub(super) async fn verify(&self, envelope: &Envelope) -> Result<(), SignatureError> {
        let (Some(version), Some(signature), Some(address)) = (
            &envelope.signature_version,
            &envelope.signature,
            &envelope.signing_cert_url,
        ) else {
            return Err(SignatureError::Unsigned);
        };
        let algorithm = match version.as_str() {
            "1" => &RSA_PKCS1_2048_8192_SHA1_FOR_LEGACY_USE_ONLY,
            "2" => &RSA_PKCS1_2048_8192_SHA256,
            other => return Err(SignatureError::Version(other.to_owned())),
        };
        let signature = STANDARD.decode(signature);
        let signature = signature.map_err(|_| SignatureError::Encoding)?;
        let certificate = self.certificate(address).await?;
        let text = envelope.signed_text();
        check(algorithm, &certificate, &text, &signature, Timestamp::now())
    }

    async fn certificate(&self, address: &str) -> Result<String, SignatureError> {
        let url: Url = address
            .parse()
            .map_err(|_| SignatureError::CertificateAddress)?;
        // The local AWS serves its certificate itself. A real endpoint must accept Amazon's only.
        let known_host = is_amazon_sns(&url) || is_loopback(&url);
        if !known_host || !url.path().ends_with(".pem") {
            return Err(SignatureError::CertificateAddress);
        }
        if let Some(known) = self.lock().get(address).cloned() {
            return Ok(known);
        }
        let response = self.http.get(url).send().await?.error_for_status()?;
        let pem = response.text().await?;
        self.lock().insert(address.to_owned(), pem.clone());
        Ok(pem)
    }

    fn lock(&self) -> std::sync::MutexGuard<'_, HashMap<String, String>> {
        self.certificates
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
    }
}

fn check(
    algorithm: &'static RsaParameters,
    certificate: &str,
    text: &str,
    signature: &[u8],
    now: Timestamp,
) -> Result<(), SignatureError> {
    let (_, pem) = x509_parser::pem::parse_x509_pem(certificate.as_bytes())
        .map_err(|_| SignatureError::Certificate)?;
    let certificate = pem.parse_x509().map_err(|_| SignatureError::Certificate)?;
    let validity = certificate.validity();
    let seconds = validity.not_before.timestamp()..=validity.not_after.timestamp();
    if !seconds.contains(&now.as_second()) {
        return Err(SignatureError::Validity);
    }
    let key = &certificate.public_key().subject_public_key.data;
    UnparsedPublicKey::new(algorithm, key.as_ref())
        .verify(text.as_bytes(), signature)
        .map_err(|_| SignatureError::Mismatch)
}

#[cfg(test)]
mod tests {
    use super::*;

    const CERTIFICATE: &str = include_str!("fixtures/certificate.pem");

    fn verifier() -> Verifier {
        let verifier = Verifier::new(https::client(|builder| builder).unwrap());
        let address = "https://sns.us-east-1.amazonaws.com/SimpleNotificationService-demo.pem";
        let certificate = CERTIFICATE.to_owned();
        verifier.lock().insert(address.to_owned(), certificate);
        verifier
    }

    fn signed() -> [Envelope; 2] {
        [
            include_str!("fixtures/notification-v1.json"),
            include_str!("fixtures/notification-v2.json"),
        ]
        .map(|text| serde_json::from_str(text).unwrap())
    }

    #[tokio::test]
    async fn both_versions_are_accepted() {
        for envelope in signed() {
            verifier().verify(&envelope).await.unwrap();
        }
    }

    #[tokio::test]
    async fn any_change_is_noticed() {
        for envelope in signed() {
            let mut changed = [envelope.clone(), envelope.clone(), envelope.clone()];
            changed[0].message.push(' ');
            changed[1].topic_arn.push('x');
            changed[2].subject = Some("added".to_owned());
            for changed in changed {
                let outcome = verifier().verify(&changed).await;
                assert!(matches!(outcome, Err(SignatureError::Mismatch)));
            }
        }
    }

    #[tokio::test]
    async fn a_signature_of_one_version_does_not_count_as_the_other() {
        let [mut first, second] = signed();
        first
            .signature_version
            .clone_from(&second.signature_version);
        let outcome = verifier().verify(&first).await;
        assert!(matches!(outcome, Err(SignatureError::Mismatch)));
    }

    #[tokio::test]
    async fn a_certificate_from_elsewhere_is_not_fetched() {
        let [mut envelope, _] = signed();
        for address in [
            "https://sns.example.com/a.pem",
            "http://sns.us-east-1.amazonaws.com/a.pem",
            "http://127.0.0.1/a",
        ] {
            envelope.signing_cert_url = Some(address.to_owned());
            let outcome = verifier().verify(&envelope).await;
            assert!(matches!(outcome, Err(SignatureError::CertificateAddress)));
        }
    }

    #[tokio::test]
    async fn a_certificate_of_the_local_aws_counts() {
        let verifier = verifier();
        let address = "http://127.0.0.1:4566/SimpleNotificationService-local.pem";
        let certificate = CERTIFICATE.to_owned();
        verifier.lock().insert(address.to_owned(), certificate);
        for mut envelope in signed() {
            envelope.signing_cert_url = Some(address.to_owned());
            verifier.verify(&envelope).await.unwrap();
            envelope.message.push(' ');
            let outcome = verifier.verify(&envelope).await;
            assert!(matches!(outcome, Err(SignatureError::Mismatch)));
        }
    }

    #[tokio::test]
    async fn what_is_not_signed_is_refused() {
        let [mut envelope, _] = signed();
        envelope.signature = Some("none".to_owned());
        assert!(verifier().verify(&envelope).await.is_err());
        envelope.signature = None;
        let outcome = verifier().verify(&envelope).await;
        assert!(matches!(outcome, Err(SignatureError::Unsigned)));
    }

    #[test]
    fn a_certificate_counts_only_in_its_time() {
        let [_, envelope] = signed();
        let signature = STANDARD
            .decode(envelope.signature.clone().unwrap())
            .unwrap();
        let text = envelope.signed_text();
        let early = "2020-01-01T00:00:00Z".parse().unwrap();
        let outcome = check(
            &RSA_PKCS1_2048_8192_SHA256,
            CERTIFICATE,
            &text,
            &signature,
            early,
        );
        assert!(matches!(outcome, Err(SignatureError::Validity)));
    }
}
