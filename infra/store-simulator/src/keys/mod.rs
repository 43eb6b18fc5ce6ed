//! Keys, signatures, and how keys are published.

pub(crate) mod jwt;
mod made_before;
pub(crate) mod pem;
mod ring;
mod rsa;
mod shared;

pub(crate) use ring::KeyRing;
pub(crate) use rsa::RsaKey;
pub(crate) use shared::Shared;

/// Failure to create a key, a certificate or a signature.
#[derive(Debug, thiserror::Error)]
#[error("a key or its certificate does not work")]
pub(crate) struct KeyError;

impl From<rcgen::Error> for KeyError {
    fn from(_: rcgen::Error) -> Self {
        Self
    }
}

impl From<aws_lc_rs::error::Unspecified> for KeyError {
    fn from(_: aws_lc_rs::error::Unspecified) -> Self {
        Self
    }
}

impl From<aws_lc_rs::error::KeyRejected> for KeyError {
    fn from(_: aws_lc_rs::error::KeyRejected) -> Self {
        Self
    }
}
