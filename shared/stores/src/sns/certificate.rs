//! Certificates: their URLs and requirements.
//!
//! The file at SNS contains one certificate and no chain. That it is Amazon's is proven by the TLS
//! connection to a host that only Amazon can have; a configuration can require issuers in addition.

use aws_lc_rs::signature::{
    RSA_PKCS1_2048_8192_SHA1_FOR_LEGACY_USE_ONLY, RSA_PKCS1_2048_8192_SHA256, UnparsedPublicKey,
};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use domain::Timestamp;
use x509_parser::certificate::X509Certificate;
use x509_parser::extensions::GeneralName;
use x509_parser::oid_registry::OID_PKCS1_RSAENCRYPTION;
use x509_parser::parse_x509_certificate;

use super::{Topic, Version};

/// Longest path of a certificate's URL, in bytes.
const LONGEST_PATH: usize = 256;

/// Certificate of an authority, in DER.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Issuer(Vec<u8>);

/// Reason for which a certificate is refused.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub(super) enum Unfit {
    #[error("the certificate cannot be read")]
    Form,
    #[error("the certificate is not valid now")]
    Dates,
    #[error("the certificate has another name")]
    Name,
    #[error("the certificate holds no RSA key for signatures")]
    Key,
    #[error("the certificate is by another issuer")]
    Issuer,
}

/// Public key of an accepted certificate.
pub(super) struct Key(Vec<u8>);

/// Returns the path of a certificate's URL: https, the only host of the topic's region, no user,
/// port, query or fragment, nothing that two parsers could read differently, and `.pem` at the end.
pub(super) fn path<'a>(address: &'a str, topic: &Topic) -> Option<&'a str> {
    let path = address
        .strip_prefix("https://")?
        .strip_prefix(topic.host().as_str())?;
    let plain = |b: u8| b.is_ascii_alphanumeric() || b"-_./".contains(&b);
    let fits = path.starts_with('/')
        && path.ends_with(".pem")
        && path.len() <= LONGEST_PATH
        && path.bytes().all(plain)
        && !path.contains("..")
        && !path.contains("//")
        && !path.contains("/./");
    fits.then_some(path)
}

/// Checks the certificate of a topic's messages and returns its key.
pub(super) fn key(
    pem: &[u8],
    topic: &Topic,
    issuers: &[Issuer],
    now: Timestamp,
) -> Result<Key, Unfit> {
    let der = only_certificate(pem).ok_or(Unfit::Form)?;
    let (_, certificate) = parse_x509_certificate(&der).map_err(|_| Unfit::Form)?;
    if !is_valid(&certificate, now) {
        return Err(Unfit::Dates);
    }
    // SNS serves one file for each region. A certificate of another region must not sign for this
    // one.
    if !is_named(&certificate, topic)? {
        return Err(Unfit::Name);
    }
    let public = certificate.public_key();
    // A certificate of an authority signs other certificates, never messages.
    if certificate.is_ca() || public.algorithm.algorithm != OID_PKCS1_RSAENCRYPTION {
        return Err(Unfit::Key);
    }
    let by = |issuer: &Issuer| issuer.signed(&certificate, now);
    if !issuers.is_empty() && !issuers.iter().any(by) {
        return Err(Unfit::Issuer);
    }
    Ok(Key(public.subject_public_key.data.to_vec()))
}

/// Returns the certificate of a file that contains one and nothing else, in DER. Another parser
/// could take anything else in the file for the certificate.
fn only_certificate(pem: &[u8]) -> Option<Vec<u8>> {
    let text = std::str::from_utf8(pem).ok()?.trim_ascii();
    let body = text
        .strip_prefix("-----BEGIN CERTIFICATE-----")?
        .strip_suffix("-----END CERTIFICATE-----")?;
    let lines = body.split_ascii_whitespace();
    let der = STANDARD.decode(lines.collect::<String>()).ok()?;
    let (rest, _) = parse_x509_certificate(&der).ok()?;
    rest.is_empty().then_some(der)
}

fn is_valid(certificate: &X509Certificate<'_>, now: Timestamp) -> bool {
    let validity = certificate.validity();
    let seconds = validity.not_before.timestamp()..=validity.not_after.timestamp();
    seconds.contains(&now.as_second())
}

/// Whether a certificate names SNS: by its alternative names, or by its common name if it has none
/// of those.
fn is_named(certificate: &X509Certificate<'_>, topic: &Topic) -> Result<bool, Unfit> {
    let alternatives = certificate
        .subject_alternative_name()
        .map_err(|_| Unfit::Form)?;
    let signs = |name: &str| topic.is_signed_for_by(name);
    let Some(alternatives) = alternatives else {
        let mut common = certificate.subject().iter_common_name();
        return Ok(common.any(|name| name.as_str().is_ok_and(signs)));
    };
    let mut names = alternatives.value.general_names.iter();
    Ok(names.any(|name| matches!(name, GeneralName::DNSName(name) if signs(name))))
}

impl Issuer {
    /// Parses the certificate of an authority from PEM.
    pub(crate) fn parse(pem: &str) -> Option<Self> {
        let der = only_certificate(pem.as_bytes())?;
        let (_, certificate) = parse_x509_certificate(&der).ok()?;
        let is_authority = certificate.is_ca();
        is_authority.then_some(Self(der))
    }

    fn signed(&self, certificate: &X509Certificate<'_>, now: Timestamp) -> bool {
        parse_x509_certificate(&self.0).is_ok_and(|(_, issuer)| {
            is_valid(&issuer, now)
                && certificate.issuer() == issuer.subject()
                && certificate
                    .verify_signature(Some(issuer.public_key()))
                    .is_ok()
        })
    }
}

impl Key {
    /// Whether the owner of the key signed this text. Keys of less than 2,048 bits are refused.
    pub(super) fn signed(&self, version: Version, text: &str, signature: &[u8]) -> bool {
        let algorithm = match version {
            Version::Sha1 => &RSA_PKCS1_2048_8192_SHA1_FOR_LEGACY_USE_ONLY,
            Version::Sha256 => &RSA_PKCS1_2048_8192_SHA256,
        };
        UnparsedPublicKey::new(algorithm, &self.0)
            .verify(text.as_bytes(), signature)
            .is_ok()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_certificate_is_at_the_host_of_its_topic_and_nowhere_else() {
        let topic = Topic::parse("arn:aws:sns:us-east-1:000011112222:AB12C").unwrap();
        let host = "https://sns.us-east-1.amazonaws.com";
        let file = "/SimpleNotificationService-0123456789abcdef0123456789abcdef.pem";
        assert_eq!(path(&format!("{host}{file}"), &topic), Some(file));
        for wrong in [
            format!("http://sns.us-east-1.amazonaws.com{file}"),
            format!("HTTPS://sns.us-east-1.amazonaws.com{file}"),
            format!("https://sns.eu-west-1.amazonaws.com{file}"),
            format!("https://sns.us-east-1.amazonaws.com.cn{file}"),
            format!("https://sns.us-east-1.amazonaws.com.evil.example{file}"),
            format!("https://sns.us-east-1.amazonaws.com.{file}"),
            format!("https://evil-sns.us-east-1.amazonaws.com{file}"),
            format!("https://evil.sns.us-east-1.amazonaws.com{file}"),
            format!("https://sns-us-east-1.s3.amazonaws.com{file}"),
            format!("https://sns.us-east-1.api.aws{file}"),
            format!("https://sns.us-east-1.amazonaws.com@evil.example{file}"),
            format!("https://user@sns.us-east-1.amazonaws.com{file}"),
            format!("{host}:443{file}"),
            format!("{host}:8443{file}"),
            format!("{host}{file}?x=1"),
            format!("{host}{file}#x"),
            format!("{host}{file}?x=.pem"),
            format!("{host}/../evil.pem"),
            format!("{host}/a//b.pem"),
            format!("{host}/a\\b.pem"),
            format!("{host}/a%2Fb.pem"),
            format!("{host}/certificate.crt"),
            format!("{host}/{}.pem", "x".repeat(300)),
            host.to_owned(),
            String::new(),
        ] {
            assert_eq!(path(&wrong, &topic), None, "{wrong}");
        }
    }
}
