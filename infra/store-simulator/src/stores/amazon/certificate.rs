//! Certificates of signing keys, and the made-up authority that issues them.

use std::{collections::BTreeMap, sync::Arc};

use rcgen::{
    BasicConstraints, CertificateParams, DistinguishedName, DnType, IsCa, Issuer, KeyPair,
    KeyUsagePurpose, date_time_ymd,
};
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use crate::keys::{KeyError, KeyRing, RsaKey, Shared, pem};

/// Of every topic, until its certificate is rotated.
pub(super) static TOPICS_KEY: KeyRing = KeyRing::new(String::new);
/// Of somebody else.
pub(super) static STRANGERS_KEY: KeyRing = KeyRing::new(String::new);

/// Which certificate a message names, and whose key has signed it.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum CertificateKind {
    /// That of the topic.
    #[default]
    Current,
    /// Somebody's of the right name, valid until the end of 2021.
    Expired,
    /// Somebody's of the right name, valid from 2048 on.
    NotYetValid,
    /// Somebody's of another name.
    OtherName,
    /// Somebody's of the right name, of an authority that nobody trusts.
    OtherIssuer,
}

/// A certificate that is published, and its key.
#[derive(Clone)]
pub(super) struct Published {
    /// The 32 signs in its address.
    pub(super) id: String,
    pub(super) pem: String,
    pub(super) key: Arc<RsaKey>,
    name: String,
}

/// The certificates of one app's topic.
pub(super) struct Certificates {
    current: Published,
    others: BTreeMap<CertificateKind, Published>,
    /// That were current; those whose address was taken over are not here.
    former: Vec<Published>,
}

impl Certificates {
    pub(super) fn of(name: &str, key: Arc<RsaKey>) -> Result<Self, KeyError> {
        Ok(Self {
            current: issue(CertificateKind::Current, name, key)?,
            others: BTreeMap::new(),
            former: Vec::new(),
        })
    }

    /// The current one, or one that was made for a forgery.
    pub(super) fn get(&mut self, kind: CertificateKind) -> Result<Published, KeyError> {
        if kind == CertificateKind::Current {
            return Ok(self.current.clone());
        }
        if let Some(known) = self.others.get(&kind) {
            return Ok(known.clone());
        }
        let issued = issue(kind, &self.current.name, STRANGERS_KEY.current()?)?;
        self.others.insert(kind, issued.clone());
        Ok(issued)
    }

    /// The current one is of this name from now on.
    pub(super) fn rename(&mut self, name: &str) -> Result<(), KeyError> {
        if self.current.name == name {
            return Ok(());
        }
        let key = Arc::clone(&self.current.key);
        let next = issue(CertificateKind::Current, name, key)?;
        self.former.push(std::mem::replace(&mut self.current, next));
        self.others.clear();
        Ok(())
    }

    /// Another key and certificate, at another address unless told otherwise.
    pub(super) fn rotate(&mut self, key: Arc<RsaKey>, same_address: bool) -> Result<(), KeyError> {
        let mut next = issue(CertificateKind::Current, &self.current.name, key)?;
        if same_address {
            next.id.clone_from(&self.current.id);
            self.current = next;
        } else {
            self.former.push(std::mem::replace(&mut self.current, next));
        }
        Ok(())
    }

    /// The one at an address.
    pub(super) fn find(&self, id: &str) -> Option<&Published> {
        let all = std::iter::once(&self.current);
        let mut all = all.chain(self.others.values()).chain(&self.former);
        all.find(|published| published.id == id)
    }
}

fn issue(kind: CertificateKind, name: &str, key: Arc<RsaKey>) -> Result<Published, KeyError> {
    let shown = match kind {
        CertificateKind::OtherName => "signer.evil.example",
        _ => name,
    };
    let mut wanted = CertificateParams::new(vec![shown.to_owned()])?;
    wanted.distinguished_name = named(shown);
    (wanted.not_before, wanted.not_after) = match kind {
        CertificateKind::Expired => (date_time_ymd(2020, 1, 1), date_time_ymd(2021, 12, 31)),
        CertificateKind::NotYetValid => (date_time_ymd(2048, 1, 1), date_time_ymd(2049, 12, 31)),
        _ => (date_time_ymd(2020, 1, 1), date_time_ymd(2049, 12, 31)),
    };
    wanted.key_usages = vec![KeyUsagePurpose::DigitalSignature];
    let public = KeyPair::try_from(key.pkcs8()?.as_slice())?;
    let authority = match kind {
        CertificateKind::OtherIssuer => Arc::new(Authority::found()?),
        _ => AUTHORITY.get()?,
    };
    let certificate = wanted.signed_by(&public, &authority.issuer)?;
    Ok(Published {
        id: Uuid::new_v4().simple().to_string(),
        pem: pem::certificate(certificate.der()),
        key,
        name: name.to_owned(),
    })
}

/// Who issues certificates.
struct Authority {
    issuer: Issuer<'static, KeyPair>,
    pem: String,
}

impl Authority {
    fn found() -> Result<Self, KeyError> {
        let key = KeyPair::generate()?;
        let mut own = CertificateParams::default();
        own.distinguished_name = named("Store Simulator Root");
        own.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
        own.key_usages = vec![KeyUsagePurpose::KeyCertSign, KeyUsagePurpose::CrlSign];
        (own.not_before, own.not_after) = (date_time_ymd(2020, 1, 1), date_time_ymd(2049, 12, 31));
        let certificate = own.self_signed(&key)?;
        Ok(Self {
            pem: pem::certificate(certificate.der()),
            issuer: Issuer::new(own, key),
        })
    }
}

static AUTHORITY: Shared<Authority> = Shared::new(Authority::found);

/// The certificate of the authority that issues the good ones.
pub(super) fn authority_pem() -> Result<String, KeyError> {
    Ok(AUTHORITY.get()?.pem.clone())
}

fn named(name: &str) -> DistinguishedName {
    let mut distinguished = DistinguishedName::new();
    distinguished.push(DnType::CommonName, name);
    distinguished
}
