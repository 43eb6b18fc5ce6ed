//! Keys that sign messages, and their certificates.

use std::sync::LazyLock;

use aws_lc_rs::encoding::{AsDer as _, Pkcs8V1Der};
use aws_lc_rs::rand::SystemRandom;
use aws_lc_rs::rsa::{KeyPair, KeySize};
use aws_lc_rs::signature::RSA_PKCS1_SHA256;
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use rcgen::{
    BasicConstraints, CertificateParams, DistinguishedName, DnType, IsCa, Issuer, date_time_ymd,
};

use crate::rsa::key_pair;

/// Amazon's.
pub static AMAZON: LazyLock<Signer> = LazyLock::new(|| Signer(key_pair("amazon")));
/// Amazon's next one, and somebody else's.
pub static OTHER: LazyLock<Signer> = LazyLock::new(|| Signer(key_pair("amazon-other")));

pub const NAME: &str = "sns.amazonaws.com";

pub struct Signer(KeyPair);

/// What a certificate says.
pub struct Saying {
    pub common: &'static str,
    pub alternatives: Vec<&'static str>,
    pub years: (i32, i32),
    pub authority: bool,
}

/// A certificate of a topic in `us-east-1`.
pub fn usual() -> Saying {
    Saying {
        common: NAME,
        alternatives: vec![NAME],
        years: (2020, 2049),
        authority: false,
    }
}

impl Saying {
    fn params(&self) -> CertificateParams {
        let alternatives: Vec<String> = self.alternatives.iter().map(|n| (*n).to_owned()).collect();
        let mut params = CertificateParams::new(alternatives).unwrap();
        let mut name = DistinguishedName::new();
        name.push(DnType::CommonName, self.common);
        params.distinguished_name = name;
        params.not_before = date_time_ymd(self.years.0, 1, 1);
        params.not_after = date_time_ymd(self.years.1, 12, 31);
        if self.authority {
            params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
        }
        params
    }
}

impl Signer {
    pub fn of(size: KeySize) -> Self {
        Self(KeyPair::generate(size).unwrap())
    }

    fn pair(&self) -> rcgen::KeyPair {
        let der: Pkcs8V1Der<'_> = self.0.as_der().unwrap();
        rcgen::KeyPair::try_from(der.as_ref()).unwrap()
    }

    /// The certificate of this key, in PEM.
    pub fn certificate(&self, saying: &Saying) -> String {
        let certificate = saying.params().self_signed(&self.pair()).unwrap();
        pem("CERTIFICATE", certificate.der())
    }

    /// Base64 of the signature, of version 2.
    pub fn sign(&self, text: &str) -> String {
        let mut signature = vec![0; self.0.public_modulus_len()];
        let random = SystemRandom::new();
        self.0
            .sign(&RSA_PKCS1_SHA256, &random, text.as_bytes(), &mut signature)
            .unwrap();
        STANDARD.encode(signature)
    }
}

/// Who issues certificates.
pub struct Authority {
    issuer: Issuer<'static, rcgen::KeyPair>,
    pub pem: String,
}

impl Authority {
    pub fn named(common: &'static str, years: (i32, i32)) -> Self {
        let saying = Saying {
            common,
            alternatives: Vec::new(),
            years,
            authority: true,
        };
        let key = rcgen::KeyPair::generate().unwrap();
        let certificate = saying.params().self_signed(&key).unwrap();
        Self {
            pem: pem("CERTIFICATE", certificate.der()),
            issuer: Issuer::new(saying.params(), key),
        }
    }

    pub fn issue(&self, saying: &Saying, signer: &Signer) -> String {
        let issued = saying.params().signed_by(&signer.pair(), &self.issuer);
        pem("CERTIFICATE", issued.unwrap().der())
    }
}

/// The certificate of a key of another family.
pub fn elliptic_certificate() -> String {
    let key = rcgen::KeyPair::generate().unwrap();
    let certificate = usual().params().self_signed(&key).unwrap();
    pem("CERTIFICATE", certificate.der())
}

pub fn pem(label: &str, der: &[u8]) -> String {
    let text = STANDARD.encode(der);
    let lines: Vec<&str> = (0..text.len())
        .step_by(64)
        .map(|start| &text[start..text.len().min(start + 64)])
        .collect();
    format!(
        "-----BEGIN {label}-----\n{}\n-----END {label}-----\n",
        lines.join("\n")
    )
}
