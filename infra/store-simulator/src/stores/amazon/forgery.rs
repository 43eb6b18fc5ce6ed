//! What can be wrong with a message. Unless it says otherwise, the rest of it is right, the
//! signature too.

use serde::{Deserialize, Serialize};

/// Something that is wrong with a message.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum Forgery {
    /// Another key has signed it.
    WrongKey,
    /// The signature is not one.
    GarbledSignature,
    /// There is no signature.
    MissingSignature,
    /// Version 3.
    SignatureVersion3,
    /// The message was changed after it was signed.
    TamperedMessage,
    /// A subject was added after it was signed.
    AddedSubject,
    /// Another topic of the same account.
    OtherTopic,
    /// The same topic of another account.
    OtherAccount,
    /// A topic in another region than the certificate's host.
    OtherRegion,
    /// A topic in another partition.
    OtherPartition,
    /// The certificate's address begins with `http:`.
    CertificateOverHttp,
    /// The certificate is at another host.
    CertificateOtherHost,
    /// The right host is only the beginning of another one.
    CertificateHostSuffix,
    /// The right host is only the end of another one.
    CertificateHostPrefix,
    /// The certificate is in a bucket of the region.
    CertificateBucketHost,
    /// The right host is only the user's name.
    CertificateUserinfo,
    /// The certificate's address has a port.
    CertificatePort,
    /// The certificate's address has a query.
    CertificateQuery,
    /// The certificate's address has a fragment.
    CertificateFragment,
    /// The certificate's address does not end in `.pem`.
    CertificateNotPem,
    /// Nothing is at the certificate's address.
    CertificateUnknown,
    /// It does not say where the certificate is.
    CertificateMissing,
    /// The certificate is no longer valid.
    CertificateExpired,
    /// The certificate is not valid yet.
    CertificateNotYetValid,
    /// The certificate is made out to somebody else.
    CertificateOfAnotherName,
    /// The certificate is of an authority that nobody trusts.
    CertificateOfAnotherIssuer,
    /// The type in the header is another one than in the body.
    HeaderTypeDiffers,
    /// The topic in the header is another one than in the body.
    HeaderTopicDiffers,
    /// There are no headers of the service's.
    HeaderMissing,
    /// Bare, without a signature.
    RawDelivery,
    /// The message is about another app.
    OtherPackage,
    /// Signed three hours ago.
    OldTimestamp,
    /// Signed in three hours.
    FutureTimestamp,
    /// Asks to confirm a topic of somebody else's.
    ForeignConfirmation,
    /// The address for confirming is at another host.
    SubscribeUrlOtherHost,
    /// The address for confirming begins with `http:`.
    SubscribeUrlOverHttp,
    /// The address for confirming is that of another topic.
    SubscribeUrlOtherTopic,
    /// The body is not JSON.
    NotJson,
    /// The type is one that nobody knows.
    TypeUnknown,
}

impl Forgery {
    /// All of them.
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
