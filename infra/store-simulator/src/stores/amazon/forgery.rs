//! Defects of a message. Unless stated otherwise, the rest of the message is right, including the
//! signature.

use serde::{Deserialize, Serialize};

/// Single defect of a message.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum Forgery {
    /// Signed with another key.
    WrongKey,
    /// The signature is not a signature.
    GarbledSignature,
    /// The signature is missing.
    MissingSignature,
    /// The signature version is 3.
    SignatureVersion3,
    /// The message was changed after it was signed.
    TamperedMessage,
    /// A subject was added after it was signed.
    AddedSubject,
    /// The topic is another one of the same account.
    OtherTopic,
    /// The topic has the same name in another account.
    OtherAccount,
    /// The topic is in another region than the certificate's host.
    OtherRegion,
    /// The topic is in another partition.
    OtherPartition,
    /// The certificate's URL begins with `http:`.
    CertificateOverHttp,
    /// The certificate is at another host.
    CertificateOtherHost,
    /// The certificate's host only begins with the right host.
    CertificateHostSuffix,
    /// The certificate's host only ends with the right host.
    CertificateHostPrefix,
    /// The certificate is in a bucket of the region.
    CertificateBucketHost,
    /// The right host is only the user name in the certificate's URL.
    CertificateUserinfo,
    /// The certificate's URL has a port.
    CertificatePort,
    /// The certificate's URL has a query.
    CertificateQuery,
    /// The certificate's URL has a fragment.
    CertificateFragment,
    /// The certificate's URL does not end in `.pem`.
    CertificateNotPem,
    /// The certificate's URL does not exist.
    CertificateUnknown,
    /// The certificate's URL is missing.
    CertificateMissing,
    /// The certificate has expired.
    CertificateExpired,
    /// The certificate is not valid yet.
    CertificateNotYetValid,
    /// The certificate is issued to another name.
    CertificateOfAnotherName,
    /// The certificate is from an untrusted authority.
    CertificateOfAnotherIssuer,
    /// The type in the header differs from that in the body.
    HeaderTypeDiffers,
    /// The topic in the header differs from that in the body.
    HeaderTopicDiffers,
    /// The service's headers are missing.
    HeaderMissing,
    /// The message is sent alone, without envelope and signature.
    RawDelivery,
    /// The message is about another app.
    OtherPackage,
    /// The timestamp is three hours old.
    OldTimestamp,
    /// The timestamp is three hours ahead.
    FutureTimestamp,
    /// A request to confirm a foreign topic.
    ForeignConfirmation,
    /// The confirmation URL is at another host.
    SubscribeUrlOtherHost,
    /// The confirmation URL begins with `http:`.
    SubscribeUrlOverHttp,
    /// The confirmation URL is that of another topic.
    SubscribeUrlOtherTopic,
    /// The body is not JSON.
    NotJson,
    /// The type is unknown.
    TypeUnknown,
}

impl Forgery {
    /// Every forgery.
    pub const ALL: [Self; 39] = [
        Self::WrongKey,
        Self::GarbledSignature,
        Self::MissingSignature,
        Self::SignatureVersion3,
        Self::TamperedMessage,
        Self::AddedSubject,
        Self::OtherTopic,
        Self::OtherAccount,
        Self::OtherRegion,
        Self::OtherPartition,
        Self::CertificateOverHttp,
        Self::CertificateOtherHost,
        Self::CertificateHostSuffix,
        Self::CertificateHostPrefix,
        Self::CertificateBucketHost,
        Self::CertificateUserinfo,
        Self::CertificatePort,
        Self::CertificateQuery,
        Self::CertificateFragment,
        Self::CertificateNotPem,
        Self::CertificateUnknown,
        Self::CertificateMissing,
        Self::CertificateExpired,
        Self::CertificateNotYetValid,
        Self::CertificateOfAnotherName,
        Self::CertificateOfAnotherIssuer,
        Self::HeaderTypeDiffers,
        Self::HeaderTopicDiffers,
        Self::HeaderMissing,
        Self::RawDelivery,
        Self::OtherPackage,
        Self::OldTimestamp,
        Self::FutureTimestamp,
        Self::ForeignConfirmation,
        Self::SubscribeUrlOtherHost,
        Self::SubscribeUrlOverHttp,
        Self::SubscribeUrlOtherTopic,
        Self::NotJson,
        Self::TypeUnknown,
    ];
}
