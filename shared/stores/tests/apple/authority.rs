//! Certificates like Apple's, made for the tests, and what is signed with them.

use std::sync::LazyLock;

use aws_lc_rs::digest;
use aws_lc_rs::rand::SystemRandom;
use aws_lc_rs::signature::{ECDSA_P256_SHA256_FIXED_SIGNING, EcdsaKeyPair, EcdsaSigningAlgorithm};
use base64::Engine as _;
use base64::engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD};
use rcgen::{
    BasicConstraints, CertificateParams, CustomExtension, DnType, IsCa, Issuer, KeyPair,
    PKCS_ECDSA_P256_SHA256, PKCS_ECDSA_P384_SHA384, PublicKeyData as _, SignatureAlgorithm,
    date_time_ymd,
};
use serde_json::{Value, json};

pub const INTERMEDIATE_MARK: &[u64] = &[1, 2, 840, 113_635, 100, 6, 2, 1];
pub const LEAF_MARK: &[u64] = &[1, 2, 840, 113_635, 100, 6, 11, 1];

/// A certificate with its key.
pub struct Certified {
    pub params: CertificateParams,
    pub key: KeyPair,
    pub der: Vec<u8>,
}

/// How a certificate differs from Apple's.
pub struct Wanted {
    pub name: &'static str,
    pub is_ca: IsCa,
    pub marks: Vec<&'static [u64]>,
    pub years: (i32, i32),
    pub key: &'static SignatureAlgorithm,
}

impl Wanted {
    pub fn root() -> Self {
        Self {
            name: "Root CA - G3",
            is_ca: IsCa::Ca(BasicConstraints::Unconstrained),
            marks: Vec::new(),
            years: (2014, 2039),
            key: &PKCS_ECDSA_P384_SHA384,
        }
    }

    pub fn intermediate() -> Self {
        Self {
            name: "Worldwide Developer Relations G6",
            is_ca: IsCa::Ca(BasicConstraints::Constrained(0)),
            marks: vec![INTERMEDIATE_MARK],
            years: (2021, 2036),
            ..Self::root()
        }
    }

    pub fn leaf() -> Self {
        Self {
            name: "Receipt Signing",
            is_ca: IsCa::ExplicitNoCa,
            marks: vec![LEAF_MARK],
            years: (2025, 2028),
            key: &PKCS_ECDSA_P256_SHA256,
        }
    }

    fn params(&self) -> CertificateParams {
        let mut params = CertificateParams::default();
        params
            .distinguished_name
            .push(DnType::CommonName, self.name);
        params.is_ca = self.is_ca;
        params.not_before = date_time_ymd(self.years.0, 1, 1);
        params.not_after = date_time_ymd(self.years.1, 1, 1);
        let mark = |oid: &&[u64]| CustomExtension::from_oid_content(oid, vec![0x05, 0x00]);
        params.custom_extensions = self.marks.iter().map(mark).collect();
        params
    }

    /// Signed by itself.
    pub fn made(&self) -> Certified {
        self.made_with(KeyPair::generate_for(self.key).unwrap())
    }

    pub fn made_with(&self, key: KeyPair) -> Certified {
        let params = self.params();
        let der = params.self_signed(&key).unwrap().der().to_vec();
        Certified { params, key, der }
    }

    pub fn under(&self, issuer: &Certified) -> Certified {
        let (params, key) = (self.params(), KeyPair::generate_for(self.key).unwrap());
        let issuer = Issuer::from_params(&issuer.params, &issuer.key);
        let der = params.signed_by(&key, &issuer).unwrap().der().to_vec();
        Certified { params, key, der }
    }
}

/// A root with what it issued.
pub struct Authority {
    pub root: Certified,
    pub intermediate: Certified,
    pub leaf: Certified,
}

/// The one that the tests' configuration trusts.
pub static APPLE: LazyLock<Authority> = LazyLock::new(Authority::new);

impl Authority {
    pub fn new() -> Self {
        let root = Wanted::root().made();
        let intermediate = Wanted::intermediate().under(&root);
        let leaf = Wanted::leaf().under(&intermediate);
        Self {
            root,
            intermediate,
            leaf,
        }
    }

    /// Leaf, intermediate, root.
    pub fn chain(&self) -> Vec<Vec<u8>> {
        [&self.leaf, &self.intermediate, &self.root]
            .map(|one| one.der.clone())
            .into()
    }

    pub fn sign(&self, payload: &Value) -> String {
        sign(&header(&self.chain()), payload, &self.leaf.key)
    }
}

/// The same key.
pub fn copied(key: &KeyPair) -> KeyPair {
    KeyPair::try_from(key.serialize_der()).unwrap()
}

/// A private key, as it is downloaded.
pub fn pem(key: &KeyPair) -> String {
    let key = STANDARD.encode(key.serialize_der());
    format!("-----BEGIN PRIVATE KEY-----\n{key}\n-----END PRIVATE KEY-----")
}

/// The fingerprint of a certificate.
pub fn fingerprint(der: &[u8]) -> String {
    hex::encode(digest::digest(&digest::SHA256, der))
}

/// The fingerprint of a public key.
pub fn key_fingerprint(key: &KeyPair) -> String {
    fingerprint(&key.subject_public_key_info())
}

/// Signed as Apple signs.
pub fn signed(payload: &Value) -> String {
    APPLE.sign(payload)
}

pub fn header(chain: &[Vec<u8>]) -> Value {
    let x5c: Vec<String> = chain.iter().map(|der| STANDARD.encode(der)).collect();
    json!({"alg": "ES256", "x5c": x5c})
}

pub fn sign(header: &Value, payload: &Value, key: &KeyPair) -> String {
    sign_by(&ECDSA_P256_SHA256_FIXED_SIGNING, header, payload, key)
}

pub fn sign_by(
    algorithm: &'static EcdsaSigningAlgorithm,
    header: &Value,
    payload: &Value,
    key: &KeyPair,
) -> String {
    let [header, payload] = [header, payload].map(|part| encoded(part.to_string().as_bytes()));
    let signed = format!("{header}.{payload}");
    let key = EcdsaKeyPair::from_pkcs8(algorithm, &key.serialize_der()).unwrap();
    let signature = key.sign(&SystemRandom::new(), signed.as_bytes()).unwrap();
    format!("{signed}.{}", encoded(signature.as_ref()))
}

pub fn encoded(bytes: &[u8]) -> String {
    URL_SAFE_NO_PAD.encode(bytes)
}
