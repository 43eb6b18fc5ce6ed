//! RSA signatures over SHA-1, which the cryptographic library verifies but does not create.
//!
//! Not in constant time: the keys protect nothing but tests.

use aws_lc_rs::digest::{SHA1_FOR_LEGACY_USE_ONLY, digest};
use num_bigint::BigUint;

const INTEGER: u8 = 0x02;
const OCTETS: u8 = 0x04;
const SEQUENCE: u8 = 0x30;

/// Prefix of a SHA-1 hash in signed content: the DER of its algorithm and length.
const SHA1_PREFIX: [u8; 15] = [
    0x30, 0x21, 0x30, 0x09, 0x06, 0x05, 0x2b, 0x0e, 0x03, 0x02, 0x1a, 0x05, 0x00, 0x04, 0x14,
];

/// Signs with PKCS#1 v1.5 over SHA-1. `pkcs8` is the private key in DER; returns `None` if it is
/// not one.
pub(super) fn sign(pkcs8: &[u8], message: &[u8]) -> Option<Vec<u8>> {
    Some(PrivateNumbers::read(pkcs8)?.sign(message))
}

/// Numbers of a private key, for the Chinese remainder theorem.
struct PrivateNumbers {
    length: usize,
    prime1: BigUint,
    prime2: BigUint,
    exponent1: BigUint,
    exponent2: BigUint,
    coefficient: BigUint,
}

impl PrivateNumbers {
    /// Reads PKCS#8 in DER.
    fn read(pkcs8: &[u8]) -> Option<Self> {
        let mut outer = Der(Der(pkcs8).take(SEQUENCE)?);
        outer.take(INTEGER)?;
        outer.take(SEQUENCE)?;
        let mut key = Der(Der(outer.take(OCTETS)?).take(SEQUENCE)?);
        key.take(INTEGER)?;
        let modulus = key.number()?;
        let (_public_exponent, _private_exponent) = (key.number()?, key.number()?);
        Some(Self {
            length: modulus.to_bytes_be().len(),
            prime1: key.number()?,
            prime2: key.number()?,
            exponent1: key.number()?,
            exponent2: key.number()?,
            coefficient: key.number()?,
        })
    }

    fn sign(&self, message: &[u8]) -> Vec<u8> {
        let padded = BigUint::from_bytes_be(&self.padded(message));
        let first = padded.modpow(&self.exponent1, &self.prime1);
        let second = padded.modpow(&self.exponent2, &self.prime2);
        let difference = &self.prime1 + first - &second % &self.prime1;
        let times = difference * &self.coefficient % &self.prime1;
        let bytes = (second + times * &self.prime2).to_bytes_be();
        let mut signature = vec![0; self.length.saturating_sub(bytes.len())];
        signature.extend(bytes);
        signature
    }

    fn padded(&self, message: &[u8]) -> Vec<u8> {
        let hash = digest(&SHA1_FOR_LEGACY_USE_ONLY, message);
        let content = [&SHA1_PREFIX, hash.as_ref()].concat();
        let filled = self.length.saturating_sub(content.len() + 3);
        let mut padded = vec![0, 1];
        padded.resize(filled + 2, 0xff);
        padded.push(0);
        padded.extend(content);
        padded
    }
}

/// Unread remainder of DER data.
struct Der<'a>(&'a [u8]);

impl<'a> Der<'a> {
    /// Returns the content of the next value, if it has this tag.
    fn take(&mut self, kind: u8) -> Option<&'a [u8]> {
        let (&[found, first], mut rest) = self.0.split_first_chunk::<2>()?;
        let mut length = usize::from(first);
        if first & 0x80 != 0 {
            let (digits, behind) = rest.split_at_checked(usize::from(first & 0x7f))?;
            length = digits.iter().fold(0, |length, digit| {
                length.wrapping_mul(0x100) + usize::from(*digit)
            });
            rest = behind;
        }
        let (content, behind) = rest.split_at_checked(length)?;
        self.0 = behind;
        (found == kind).then_some(content)
    }

    fn number(&mut self) -> Option<BigUint> {
        self.take(INTEGER).map(BigUint::from_bytes_be)
    }
}

#[cfg(test)]
mod tests {
    use aws_lc_rs::{
        encoding::{AsDer as _, Pkcs8V1Der},
        rsa::{KeyPair, KeySize},
        signature::{
            KeyPair as _, RSA_PKCS1_2048_8192_SHA1_FOR_LEGACY_USE_ONLY, UnparsedPublicKey,
        },
    };

    use super::*;

    #[test]
    fn the_library_verifies_what_is_signed_here() {
        let pair = KeyPair::generate(KeySize::Rsa2048).unwrap();
        let der: Pkcs8V1Der<'_> = pair.as_der().unwrap();
        let algorithm = &RSA_PKCS1_2048_8192_SHA1_FOR_LEGACY_USE_ONLY;
        let public = UnparsedPublicKey::new(algorithm, pair.public_key());
        let signature = sign(der.as_ref(), b"message").unwrap();
        assert!(public.verify(b"message", &signature).is_ok());
        assert!(public.verify(b"massage", &signature).is_err());
    }
}
