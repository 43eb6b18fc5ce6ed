//! Certificates: a root and an intermediate on P-384, a leaf on P-256, with the store's markers.

use std::sync::{Arc, Mutex, PoisonError};

use rcgen::{
    BasicConstraints, CertificateParams, CustomExtension, DistinguishedName, DnType, IsCa, Issuer,
    KeyPair, KeyUsagePurpose, PKCS_ECDSA_P256_SHA256, PKCS_ECDSA_P384_SHA384, date_time_ymd,
};

const INTERMEDIATE_MARKER: &[u64] = &[1, 2, 840, 113_635, 100, 6, 2, 1];
const LEAF_MARKER: &[u64] = &[1, 2, 840, 113_635, 100, 6, 11, 1];
const NULL: [u8; 2] = [0x05, 0x00];

const ROOT: (&str, &str) = ("Apple Root CA - G3", "Apple Certification Authority");
const INTERMEDIATE: (&str, &str) = (
    "Apple Worldwide Developer Relations Certification Authority",
    "G6",
);
const LEAF: (&str, &str) = (
    "Prod ECC Mac App Store and iTunes Store Receipt Signing",
    "Apple Worldwide Developer Relations",
);

/// Why there are no certificates, or no signature.
#[derive(Debug, thiserror::Error)]
#[error("the certificates do not work")]
pub(super) struct SigningError;

impl From<rcgen::Error> for SigningError {
    fn from(_: rcgen::Error) -> Self {
        Self
    }
}

impl From<aws_lc_rs::error::Unspecified> for SigningError {
    fn from(_: aws_lc_rs::error::Unspecified) -> Self {
        Self
    }
}

impl From<aws_lc_rs::error::KeyRejected> for SigningError {
    fn from(_: aws_lc_rs::error::KeyRejected) -> Self {
        Self
    }
}

/// A certificate with its key.
pub(super) struct Certified {
    params: CertificateParams,
    pub(super) key: KeyPair,
    pub(super) der: Vec<u8>,
}

impl Certified {
    fn under(
        &self,
        params: CertificateParams,
        algorithm: &'static rcgen::SignatureAlgorithm,
    ) -> Result<Self, SigningError> {
        let key = KeyPair::generate_for(algorithm)?;
        let issuer = Issuer::from_params(&self.params, &self.key);
        let certificate = params.signed_by(&key, &issuer)?;
        Ok(Self {
            der: certificate.der().to_vec(),
            params,
            key,
        })
    }
}

/// What may be wrong with an intermediate or a leaf.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Flaw {
    None,
    NoMarker,
    NotCa,
    Expired,
}

/// A root, and what it has issued.
pub(super) struct Authority {
    pub(super) root: Certified,
    pub(super) intermediate: Certified,
    pub(super) leaf: Certified,
}

impl Authority {
    /// A root that nobody trusts yet, with an intermediate and a leaf.
    pub(super) fn new() -> Result<Self, SigningError> {
        let key = KeyPair::generate_for(&PKCS_ECDSA_P384_SHA384)?;
        let params = root_params();
        let der = params.self_signed(&key)?.der().to_vec();
        let root = Certified { params, key, der };
        let intermediate = intermediate(&root, Flaw::None)?;
        let leaf = leaf(&intermediate, Flaw::None)?;
        Ok(Self {
            root,
            intermediate,
            leaf,
        })
    }

    /// The root's name and key in another certificate, which is not marked as an authority.
    pub(super) fn reissued_root(&self) -> Result<Vec<u8>, SigningError> {
        let mut params = root_params();
        params.is_ca = IsCa::NoCa;
        Ok(params.self_signed(&self.root.key)?.der().to_vec())
    }
}

/// Another intermediate of a root.
pub(super) fn intermediate(root: &Certified, flaw: Flaw) -> Result<Certified, SigningError> {
    let mut params = params(INTERMEDIATE, (2014, 2036));
    params.is_ca = IsCa::Ca(BasicConstraints::Constrained(0));
    params.key_usages = vec![KeyUsagePurpose::KeyCertSign, KeyUsagePurpose::CrlSign];
    if flaw == Flaw::NotCa {
        params.is_ca = IsCa::ExplicitNoCa;
        params.key_usages = vec![KeyUsagePurpose::DigitalSignature];
    }
    if flaw != Flaw::NoMarker {
        params.custom_extensions = vec![marker(INTERMEDIATE_MARKER)];
    }
    root.under(params, &PKCS_ECDSA_P384_SHA384)
}

/// Another leaf of an intermediate.
pub(super) fn leaf(intermediate: &Certified, flaw: Flaw) -> Result<Certified, SigningError> {
    let years = match flaw {
        Flaw::Expired => (2015, 2017),
        _ => (2021, 2036),
    };
    let mut params = params(LEAF, years);
    params.is_ca = IsCa::ExplicitNoCa;
    params.key_usages = vec![KeyUsagePurpose::DigitalSignature];
    if flaw != Flaw::NoMarker {
        params.custom_extensions = vec![marker(LEAF_MARKER)];
    }
    intermediate.under(params, &PKCS_ECDSA_P256_SHA256)
}

fn root_params() -> CertificateParams {
    let mut params = params(ROOT, (2014, 2039));
    params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
    params.key_usages = vec![KeyUsagePurpose::KeyCertSign, KeyUsagePurpose::CrlSign];
    params
}

/// Valid from the first year's beginning to the last year's.
fn params((name, unit): (&str, &str), (from, to): (i32, i32)) -> CertificateParams {
    let mut subject = DistinguishedName::new();
    subject.push(DnType::CommonName, name);
    subject.push(DnType::OrganizationalUnitName, unit);
    subject.push(DnType::OrganizationName, "Apple Inc. (simulated)");
    subject.push(DnType::CountryName, "US");
    let mut params = CertificateParams::default();
    params.distinguished_name = subject;
    params.not_before = date_time_ymd(from, 1, 1);
    params.not_after = date_time_ymd(to, 1, 1);
    params
}

fn marker(oid: &[u64]) -> CustomExtension {
    CustomExtension::from_oid_content(oid, NULL.to_vec())
}

/// The store's own, made when it is first asked for; the whole process shares it.
static STORE: Mutex<Option<Arc<Authority>>> = Mutex::new(None);

pub(super) fn store() -> Result<Arc<Authority>, SigningError> {
    let mut slot = STORE.lock().unwrap_or_else(PoisonError::into_inner);
    if let Some(authority) = &*slot {
        return Ok(Arc::clone(authority));
    }
    let authority = Arc::new(Authority::new()?);
    *slot = Some(Arc::clone(&authority));
    Ok(authority)
}
