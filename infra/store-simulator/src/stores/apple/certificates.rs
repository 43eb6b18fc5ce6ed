//! Certificates: a root and an intermediate on P-384, a leaf on P-256, with the store's markers.

use rcgen::{
    BasicConstraints, CertificateParams, CustomExtension, DistinguishedName, DnType, IsCa, Issuer,
    KeyPair, KeyUsagePurpose, PKCS_ECDSA_P256_SHA256, PKCS_ECDSA_P384_SHA384, date_time_ymd,
};

use crate::keys::{KeyError, Shared};

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

/// Certificate with its key.
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
    ) -> Result<Self, KeyError> {
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

/// Deliberate defect of an intermediate or a leaf.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Flaw {
    None,
    NoMarker,
    NotCa,
    Expired,
}

/// Root with the certificates that it has issued.
pub(super) struct Authority {
    pub(super) root: Certified,
    pub(super) intermediate: Certified,
    pub(super) leaf: Certified,
}

impl Authority {
    /// Creates a new root, with an intermediate and a leaf.
    pub(super) fn new() -> Result<Self, KeyError> {
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

    /// Issues another certificate with the root's name and key, which is not marked as an
    /// authority.
    pub(super) fn reissued_root(&self) -> Result<Vec<u8>, KeyError> {
        let mut params = root_params();
        params.is_ca = IsCa::NoCa;
        Ok(params.self_signed(&self.root.key)?.der().to_vec())
    }
}

/// Issues another intermediate of a root.
pub(super) fn intermediate(root: &Certified, flaw: Flaw) -> Result<Certified, KeyError> {
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

/// Issues another leaf of an intermediate.
pub(super) fn leaf(intermediate: &Certified, flaw: Flaw) -> Result<Certified, KeyError> {
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

/// Returns parameters that are valid from the beginning of the first year to that of the last.
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

/// Certificate authority of the store.
pub(super) static STORE: Shared<Authority> = Shared::new(Authority::new);
