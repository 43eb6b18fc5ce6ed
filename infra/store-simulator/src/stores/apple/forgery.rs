//! Defects of a signature.

use serde::{Deserialize, Serialize};

/// Way in which a payload is signed. All but [`Forgery::Genuine`] and [`Forgery::ReissuedRoot`]
/// must be refused.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum Forgery {
    /// Signed as the store does.
    #[default]
    Genuine,
    /// Also genuine: the third certificate has the root's name and key, but other bytes.
    ReissuedRoot,
    /// The header says `none`, and there is no signature.
    AlgNone,
    /// The header says `HS256`; the leaf's public key is the secret.
    AlgHs256,
    /// The header says `ES384` over a signature that would be right for `ES256`.
    AlgEs384,
    /// The header has no `x5c`.
    MissingX5c,
    /// `x5c` is empty.
    NoCertificates,
    /// `x5c` has only leaf and intermediate.
    TwoCertificates,
    /// `x5c` has the root twice.
    FourCertificates,
    /// The leaf is not a certificate.
    NotACertificate,
    /// A foreign root with an intermediate and a leaf that look right.
    OwnRoot,
    /// As `OwnRoot`, but the third certificate is the true root.
    OwnChainTrueRoot,
    /// The intermediate lacks its marker.
    NoIntermediateMarker,
    /// The leaf lacks its marker.
    NoLeafMarker,
    /// The intermediate may not issue certificates.
    IntermediateNotCa,
    /// The leaf was valid in 2015 and 2016 only; with a `signedDate` of that time it is right.
    ExpiredLeaf,
    /// The leaf comes from another intermediate of the same name.
    LeafOfAnotherIntermediate,
    /// Signed by another key than the leaf's.
    WrongKey,
    /// The payload was changed after it was signed.
    TamperedPayload,
    /// The signature is in ASN.1, not r and s.
    DerSignature,
    /// The signature is empty.
    NoSignature,
}

impl Forgery {
    /// Every forgery that must be refused.
    pub const REFUSED: [Self; 19] = [
        Self::AlgNone,
        Self::AlgHs256,
        Self::AlgEs384,
        Self::MissingX5c,
        Self::NoCertificates,
        Self::TwoCertificates,
        Self::FourCertificates,
        Self::NotACertificate,
        Self::OwnRoot,
        Self::OwnChainTrueRoot,
        Self::NoIntermediateMarker,
        Self::NoLeafMarker,
        Self::IntermediateNotCa,
        Self::ExpiredLeaf,
        Self::LeafOfAnotherIntermediate,
        Self::WrongKey,
        Self::TamperedPayload,
        Self::DerSignature,
        Self::NoSignature,
    ];
}
