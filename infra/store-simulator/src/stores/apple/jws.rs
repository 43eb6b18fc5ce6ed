//! Signed payloads, genuine and forged.

use aws_lc_rs::{
    hmac,
    rand::SystemRandom,
    signature::{
        ECDSA_P256_SHA256_ASN1_SIGNING, ECDSA_P256_SHA256_FIXED_SIGNING, EcdsaKeyPair,
        EcdsaSigningAlgorithm,
    },
};
use base64::{Engine as _, engine::general_purpose::STANDARD};
use rcgen::{KeyPair, PKCS_ECDSA_P256_SHA256};
use serde_json::{Map, Value, json};

use super::{
    Forgery,
    certificates::{self, Authority, Flaw},
};
use crate::keys::{KeyError, jwt};

/// Signing key, and the header that describes it.
struct Signer<'a> {
    chain: Vec<Vec<u8>>,
    key: &'a KeyPair,
}

/// Encodes the payload as a compact JWS.
pub(super) fn sign(payload: &Map<String, Value>, forgery: Forgery) -> Result<String, KeyError> {
    let authority = certificates::STORE.get()?;
    if matches!(forgery, Forgery::OwnRoot | Forgery::OwnChainTrueRoot) {
        let other = Authority::new()?;
        let root = match forgery {
            Forgery::OwnRoot => &other.root,
            _ => &authority.root,
        };
        return write(payload, forgery, &signer(&other, root.der.clone()));
    }
    let root = || authority.root.der.clone();
    let (intermediate, leaf) = match forgery {
        Forgery::NoIntermediateMarker => flawed(&authority, Flaw::NoMarker, Flaw::None)?,
        Forgery::IntermediateNotCa => flawed(&authority, Flaw::NotCa, Flaw::None)?,
        Forgery::NoLeafMarker => flawed(&authority, Flaw::None, Flaw::NoMarker)?,
        Forgery::ExpiredLeaf => flawed(&authority, Flaw::None, Flaw::Expired)?,
        Forgery::LeafOfAnotherIntermediate => {
            let (_, leaf) = flawed(&authority, Flaw::None, Flaw::None)?;
            (authority.intermediate.der.clone(), leaf)
        }
        Forgery::ReissuedRoot => {
            let signer = signer(&authority, authority.reissued_root()?);
            return write(payload, forgery, &signer);
        }
        _ => return write(payload, forgery, &signer(&authority, root())),
    };
    let signer = Signer {
        chain: vec![leaf.der.clone(), intermediate, root()],
        key: &leaf.key,
    };
    write(payload, forgery, &signer)
}

fn signer(authority: &Authority, root: Vec<u8>) -> Signer<'_> {
    let leaf = &authority.leaf;
    Signer {
        chain: vec![leaf.der.clone(), authority.intermediate.der.clone(), root],
        key: &leaf.key,
    }
}

/// Issues an intermediate of the root, and a leaf of it.
fn flawed(
    authority: &Authority,
    of_intermediate: Flaw,
    of_leaf: Flaw,
) -> Result<(Vec<u8>, certificates::Certified), KeyError> {
    let intermediate = certificates::intermediate(&authority.root, of_intermediate)?;
    let leaf = certificates::leaf(&intermediate, of_leaf)?;
    Ok((intermediate.der, leaf))
}

fn write(
    payload: &Map<String, Value>,
    forgery: Forgery,
    signer: &Signer<'_>,
) -> Result<String, KeyError> {
    let header = header(forgery, signer.chain.clone());
    let content = jwt::content(&header, payload);
    let signature = signature(content.as_bytes(), forgery, signer)?;
    if forgery == Forgery::TamperedPayload {
        let mut changed = payload.clone();
        changed.insert("tampered".to_owned(), json!(true));
        return Ok(jwt::signed(&jwt::content(&header, &changed), &signature));
    }
    Ok(jwt::signed(&content, &signature))
}

fn header(forgery: Forgery, mut chain: Vec<Vec<u8>>) -> Value {
    match forgery {
        Forgery::NoCertificates => chain.clear(),
        Forgery::TwoCertificates => chain.truncate(2),
        Forgery::FourCertificates => chain.extend(chain.last().cloned()),
        Forgery::NotACertificate => {
            if let Some(leaf) = chain.first_mut() {
                *leaf = b"not a certificate".to_vec();
            }
        }
        _ => {}
    }
    let alg = match forgery {
        Forgery::AlgNone => "none",
        Forgery::AlgHs256 => "HS256",
        Forgery::AlgEs384 => "ES384",
        _ => "ES256",
    };
    let chain: Vec<_> = chain.iter().map(|der| STANDARD.encode(der)).collect();
    match forgery {
        Forgery::MissingX5c => json!({ "alg": alg }),
        _ => json!({ "alg": alg, "x5c": chain }),
    }
}

fn signature(content: &[u8], forgery: Forgery, signer: &Signer<'_>) -> Result<Vec<u8>, KeyError> {
    match forgery {
        Forgery::AlgNone | Forgery::NoSignature => Ok(Vec::new()),
        Forgery::AlgHs256 => {
            let secret = hmac::Key::new(hmac::HMAC_SHA256, signer.key.public_key_raw());
            Ok(hmac::sign(&secret, content).as_ref().to_vec())
        }
        Forgery::DerSignature => ecdsa(&ECDSA_P256_SHA256_ASN1_SIGNING, signer.key, content),
        Forgery::WrongKey => {
            let other = KeyPair::generate_for(&PKCS_ECDSA_P256_SHA256)?;
            ecdsa(&ECDSA_P256_SHA256_FIXED_SIGNING, &other, content)
        }
        _ => ecdsa(&ECDSA_P256_SHA256_FIXED_SIGNING, signer.key, content),
    }
}

fn ecdsa(
    algorithm: &'static EcdsaSigningAlgorithm,
    key: &KeyPair,
    content: &[u8],
) -> Result<Vec<u8>, KeyError> {
    let pair = EcdsaKeyPair::from_pkcs8(algorithm, key.serialized_der())?;
    let signature = pair.sign(&SystemRandom::new(), content)?;
    Ok(signature.as_ref().to_vec())
}
