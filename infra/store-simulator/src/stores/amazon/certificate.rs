//! Certificates of signing keys, and the invented authority that issues them.

use std::{collections::BTreeMap, sync::Arc};

use rcgen::{
    BasicConstraints, CertificateParams, DistinguishedName, DnType, IsCa, Issuer, KeyPair,
    KeyUsagePurpose, date_time_ymd,
};
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use crate::keys::{KeyError, KeyRing, RsaKey, Shared, pem};

/// Keys of every topic, until its certificate is rotated.
pub(super) static TOPICS_KEY: KeyRing = KeyRing::new(String::new);
/// Foreign keys, which belong to no topic.
pub(super) static STRANGERS_KEY: KeyRing = KeyRing::new(String::new);

/// Certificate that a message names, and whose key signs it.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum CertificateKind {
    /// Certificate of the topic.
    #[default]
    Current,
    /// Foreign certificate with the right name, valid until the end of 2021.
    Expired,
    /// Foreign certificate with the right name, valid from 2048 on.
    NotYetValid,
    /// Foreign certificate with another name.
    OtherName,
    /// Foreign certificate with the right name, from an untrusted authority.
    OtherIssuer,
}

/// Published certificate with its key.
#[derive(Clone)]
pub(super) struct Published {
    /// The 32 characters in its URL.
    pub(super) id: String,
    pub(super) pem: String,
    pub(super) key: Arc<RsaKey>,
    name: String,
}

/// Certificates of one app's topic.
pub(super) struct Certificates {
    current: Published,
    others: BTreeMap<CertificateKind, Published>,
    /// Formerly current certificates, without those whose URL was taken over.
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

    /// Returns the current certificate, or one that was made for a forgery.
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

    /// Reissues the current certificate with this name.
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

    /// Switches to another key and certificate, at another URL unless `same_address`.
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

    /// Returns the certificate at a URL.
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

/// Authority that issues certificates.
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

/// Returns the certificate of the authority that issues the valid certificates.
pub(super) fn authority_pem() -> Result<String, KeyError> {
    Ok(AUTHORITY.get()?.pem.clone())
}

fn named(name: &str) -> DistinguishedName {
    let mut distinguished = DistinguishedName::new();
    distinguished.push(DnType::CommonName, name);
    distinguished
}
