//! Public keys of customers' tokens: which ones can verify a signature, in the form that the
//! verifier needs.

use aws_lc_rs::signature::{
    ECDSA_P256_SHA256_FIXED, ED25519, ParsedPublicKey, RSA_PKCS1_2048_8192_SHA256,
    RsaPublicKeyComponents,
};
use base64::Engine as _;
use base64::alphabet::URL_SAFE;
use base64::engine::DecodePaddingMode;
use base64::engine::general_purpose::{GeneralPurpose, GeneralPurposeConfig, URL_SAFE_NO_PAD};
use curve25519_dalek::edwards::CompressedEdwardsY;
use jsonwebtoken::jwk::{
    AlgorithmParameters, EllipticCurve, Jwk, KeyAlgorithm, KeyOperations, PublicKeyUse,
};

/// Sizes of an RSA modulus that the verifier accepts, in bits.
const MODULUS_BITS: std::ops::RangeInclusive<usize> = 2048..=8192;

/// Length of a coordinate of a point on P-256, in bytes.
const COORDINATE: usize = 32;

/// Base64url with or without padding: some libraries write padding, although RFC 7518 has none.
const BASE64: GeneralPurpose = GeneralPurpose::new(
    &URL_SAFE,
    GeneralPurposeConfig::new().with_decode_padding_mode(DecodePaddingMode::Indifferent),
);

/// Rule that a key breaks, such as `must have …`. Never contains a part of the key.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("{0}")]
pub struct KeyRule(pub &'static str);

/// Returns the key in the form that the verifier accepts: integers without leading zero octets,
/// coordinates of 32 bytes, no padding.
///
/// # Errors
/// [`KeyRule`] if no signature can be verified with it, or if it is meant for another use.
pub fn usable(key: &Jwk) -> Result<Jwk, KeyRule> {
    check_purpose(key)?;
    let mut usable = key.clone();
    let algorithms: &[KeyAlgorithm] = match &mut usable.algorithm {
        AlgorithmParameters::RSA(rsa) => {
            let (n, e) = (number(&rsa.n)?, number(&rsa.e)?);
            check_rsa(&n, &e)?;
            (rsa.n, rsa.e) = (encoded(&n), encoded(&e));
            &[KeyAlgorithm::RS256, KeyAlgorithm::PS256]
        }
        AlgorithmParameters::EllipticCurve(ec) if ec.curve == EllipticCurve::P256 => {
            let (x, y) = (coordinate(&ec.x)?, coordinate(&ec.y)?);
            check_point(&x, &y)?;
            (ec.x, ec.y) = (encoded(&x), encoded(&y));
            &[KeyAlgorithm::ES256]
        }
        AlgorithmParameters::OctetKeyPair(ed) if ed.curve == EllipticCurve::Ed25519 => {
            let x = bytes(&ed.x)?;
            check_edwards_point(&x)?;
            ed.x = encoded(&x);
            &[KeyAlgorithm::EdDSA]
        }
        _ => return Err(KeyRule("must be a public RSA, EC P-256 or Ed25519 key")),
    };
    match key.common.key_algorithm {
        Some(named) if !algorithms.contains(&named) => Err(KeyRule(
            "must have an alg that fits it and is accepted: RS256, PS256, ES256 or EdDSA",
        )),
        _ => Ok(usable),
    }
}

/// Checks that a key that names its use or operations is meant to verify signatures.
fn check_purpose(key: &Jwk) -> Result<(), KeyRule> {
    let common = &key.common;
    let signs = |given: &PublicKeyUse| *given == PublicKeyUse::Signature;
    if !common.public_key_use.as_ref().is_none_or(signs) {
        return Err(KeyRule("must have no use but sig"));
    }
    let verifies = |given: &Vec<KeyOperations>| given.contains(&KeyOperations::Verify);
    if !common.key_operations.as_ref().is_none_or(verifies) {
        return Err(KeyRule("must have verify among its key_ops"));
    }
    Ok(())
}

fn check_rsa(n: &[u8], e: &[u8]) -> Result<(), KeyRule> {
    if !MODULUS_BITS.contains(&bits(n)) {
        return Err(KeyRule("must have a modulus (n) of 2048 to 8192 bits"));
    }
    // Smaller exponents make forgeries easier (NIST SP 800-56B); larger ones the verifier refuses.
    let exponent = e
        .iter()
        .try_fold(0_u64, |sum, byte| {
            sum.checked_mul(256)?.checked_add(u64::from(*byte))
        })
        .filter(|e| (65_537..1 << 33).contains(e) && e % 2 == 1);
    // The library that verifies signatures decides: a key that it can't load is refused now, and
    // not with the first request.
    let constructed = RsaPublicKeyComponents { n, e }
        .to_parsed_public_key(&RSA_PKCS1_2048_8192_SHA256)
        .is_ok();
    if exponent.is_none() {
        Err(KeyRule(
            "must have an odd exponent (e) of 65537 or more, at most 33 bits",
        ))
    } else if n.last().is_none_or(|last| last % 2 == 0) || !constructed {
        Err(KeyRule("must have the modulus (n) of an RSA key"))
    } else {
        Ok(())
    }
}

fn check_point(x: &[u8], y: &[u8]) -> Result<(), KeyRule> {
    let point = [&[0x04], x, y].concat();
    ParsedPublicKey::new(&ECDSA_P256_SHA256_FIXED, point)
        .map(drop)
        .map_err(|_| KeyRule("must have an x and a y that are a point on P-256"))
}

/// Checks that a key is a point on Ed25519, and not one of small order, for which signatures can be
/// valid without a private key (RFC 8032, 5.1.7). The library that verifies signatures accepts any
/// 32 bytes as a key and decodes the point only with a signature.
fn check_edwards_point(x: &[u8]) -> Result<(), KeyRule> {
    let length = KeyRule("must have an x of 32 bytes, as Ed25519 has");
    ParsedPublicKey::new(&ED25519, x).map_err(|_| length)?;
    CompressedEdwardsY::from_slice(x)
        .map_err(|_| length)?
        .decompress()
        .filter(|point| !point.is_small_order())
        .map(drop)
        .ok_or(KeyRule(
            "must have an x that is a point on Ed25519, not one of small order",
        ))
}

fn bytes(text: &str) -> Result<Vec<u8>, KeyRule> {
    BASE64
        .decode(text)
        .map_err(|_| KeyRule("must have its numbers in base64url"))
}

/// Decodes an integer without leading zero octets, which encoders of signed integers add.
fn number(text: &str) -> Result<Vec<u8>, KeyRule> {
    let zero = |byte: &u8| *byte == 0;
    Ok(bytes(text)?.into_iter().skip_while(zero).collect())
}

/// Decodes a coordinate to 32 bytes: some encoders drop leading zero octets, some add one for the
/// sign.
fn coordinate(text: &str) -> Result<Vec<u8>, KeyRule> {
    let number = number(text)?;
    let missing = COORDINATE
        .checked_sub(number.len())
        .ok_or(KeyRule("must have an x and a y that are a point on P-256"))?;
    Ok([vec![0; missing], number].concat())
}

fn encoded(bytes: &[u8]) -> String {
    URL_SAFE_NO_PAD.encode(bytes)
}

/// Returns the number of bits of an integer without leading zero octets.
fn bits(number: &[u8]) -> usize {
    let unused = number.first().map_or(0, |first| first.leading_zeros());
    let unused = usize::try_from(unused).unwrap_or_default();
    (number.len() * 8).saturating_sub(unused)
}
