//! Published certificates of an app's topic.

use super::{
    PublishedCertificate,
    app::App,
    certificate::{CertificateKind, authority_pem},
    envelope,
};
use crate::{
    keys::{KeyError, RsaKey},
    tenant::Tenant as _,
};

impl App {
    pub(super) fn certificate(&self) -> Result<PublishedCertificate, KeyError> {
        let topic = self.configuration().topic().ok_or(KeyError)?;
        let current = self.lock().certificates.get(CertificateKind::Current)?;
        Ok(PublishedCertificate {
            signing_cert_url: envelope::certificate_url(&topic, &current.id),
            pem: current.pem,
            issuer_pem: authority_pem()?,
        })
    }

    /// Signs with a new key from now on.
    pub(super) fn rotate_certificate(
        &self,
        same_address: bool,
    ) -> Result<PublishedCertificate, KeyError> {
        let key = RsaKey::generate(String::new())?;
        self.lock().certificates.rotate(key, same_address)?;
        self.certificate()
    }

    /// Returns the certificate at a URL, if it is one of this app's.
    pub(super) fn published_pem(&self, id: &str) -> Option<String> {
        let state = self.lock();
        let found = state.certificates.find(id);
        found.map(|published| published.pem.clone())
    }
}
