//! JWS by Apple, whose certificates lead to a trust anchor. Nothing of it is used before the whole
//! is verified.

use app_store_server_library::chain_verifier::ChainVerifier;
use aws_lc_rs::signature::{ECDSA_P256_SHA256_FIXED, UnparsedPublicKey};
use base64::Engine as _;
use base64::engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD};
use domain::Timestamp;
use serde::Deserialize;
use serde::de::IgnoredAny;

use crate::connectors::apple::config::trust_anchor::Roots;

/// Longest JWS in bytes. A notification with both of its parts has about 20 KiB.
const LONGEST: usize = 128 * 1024;

/// Encoding of a P-256 key as SubjectPublicKeyInfo, up to the point.
const P256: [u8; 26] = [
    0x30, 0x59, 0x30, 0x13, 0x06, 0x07, 0x2a, 0x86, 0x48, 0xce, 0x3d, 0x02, 0x01, 0x06, 0x08, 0x2a,
    0x86, 0x48, 0xce, 0x3d, 0x03, 0x01, 0x07, 0x03, 0x42, 0x00,
];

/// Error: not signed by Apple, or not validly.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("nothing proves that Apple signed it")]
pub(in crate::connectors::apple) struct NotProven;

/// Time at which the certificates must be valid.
#[derive(Debug, Clone, Copy)]
pub(in crate::connectors::apple) enum Effective {
    /// This time, for messages that are sent to us.
    At(Timestamp),
    /// The signing time that the payload claims, or else now, for parts that were requested and may
    /// be old. The claim is not verified yet, but it only chooses the time.
    WhenSigned,
}

#[derive(Deserialize)]
struct Header {
    alg: String,
    x5c: Vec<String>,
    /// Extensions that a reader must support; none is supported.
    crit: Option<IgnoredAny>,
}

#[derive(Deserialize)]
struct Dated {
    #[serde(rename = "signedDate")]
    signed_date: Option<i64>,
}

/// Returns the payload in JSON, if Apple signed it.
///
/// The third certificate selects the trust anchor: it is one if its fingerprint, or that of its
/// key, is in `roots`.
pub(in crate::connectors::apple) fn proven(
    roots: &Roots,
    jws: &str,
    effective: Effective,
) -> Result<Vec<u8>, NotProven> {
    let parts = Parts::of(jws)?;
    let [leaf, intermediate, root] = parts.certificates()?;
    let anchor = roots.anchor(root).ok_or(NotProven)?;
    let payload = decoded(parts.payload)?;
    let at = match effective {
        Effective::At(at) => at,
        Effective::WhenSigned => signed_at(&payload).unwrap_or_else(Timestamp::now),
    };
    let key = leaf_key(&leaf, &intermediate, anchor, at)?;
    parts.check_signature(&key)?;
    Ok(payload)
}

/// Returns the payload without verification: a hint and no more.
pub(in crate::connectors::apple) fn claimed(jws: &str) -> Option<Vec<u8>> {
    let parts = Parts::of(jws).ok()?;
    decoded(parts.payload).ok()
}

/// Parts of the compact form.
struct Parts<'a> {
    header: &'a str,
    payload: &'a str,
    signature: &'a str,
    /// The signed text: header and payload with the dot between them.
    signed: &'a str,
}

impl<'a> Parts<'a> {
    fn of(jws: &'a str) -> Result<Self, NotProven> {
        // Certificates and payload are decoded before anything is proven, so their size is bounded
        // first.
        if jws.len() > LONGEST {
            return Err(NotProven);
        }
        let (signed, signature) = jws.rsplit_once('.').ok_or(NotProven)?;
        let (header, payload) = signed.split_once('.').ok_or(NotProven)?;
        if payload.contains('.') {
            return Err(NotProven);
        }
        Ok(Self {
            header,
            payload,
            signature,
            signed,
        })
    }

    /// Returns leaf, intermediate and root in DER; exactly these three.
    fn certificates(&self) -> Result<[Vec<u8>; 3], NotProven> {
        let header: Header =
            serde_json::from_slice(&decoded(self.header)?).map_err(|_| NotProven)?;
        // Apple signs with ES256 only. The header is the sender's, so its choice of algorithm must
        // not count.
        if header.alg != "ES256" || header.crit.is_some() {
            return Err(NotProven);
        }
        let certificates: [String; 3] = header.x5c.try_into().map_err(|_| NotProven)?;
        let [leaf, intermediate, root] = certificates.map(|text| STANDARD.decode(text));
        match (leaf, intermediate, root) {
            (Ok(leaf), Ok(intermediate), Ok(root)) => Ok([leaf, intermediate, root]),
            _ => Err(NotProven),
        }
    }

    /// Checks the signature, which is r and s of 32 bytes each.
    fn check_signature(&self, key: &[u8]) -> Result<(), NotProven> {
        let signature = decoded(self.signature)?;
        UnparsedPublicKey::new(&ECDSA_P256_SHA256_FIXED, key)
            .verify(self.signed.as_bytes(), &signature)
            .map_err(|_| NotProven)
    }
}

/// Verifies the chain and returns the point of the leaf's key. The library checks names,
/// signatures, dates, what is a CA, and Apple's two marker extensions.
fn leaf_key(
    leaf: &[u8],
    intermediate: &[u8],
    anchor: Vec<u8>,
    at: Timestamp,
) -> Result<Vec<u8>, NotProven> {
    let at = u64::try_from(at.as_second()).map_err(|_| NotProven)?;
    let key = ChainVerifier::new(vec![anchor])
        .verify(leaf, intermediate, Some(at), false)
        .map_err(|_| NotProven)?;
    key.strip_prefix(&P256).map(<[u8]>::to_vec).ok_or(NotProven)
}

fn signed_at(payload: &[u8]) -> Option<Timestamp> {
    let dated: Dated = serde_json::from_slice(payload).ok()?;
    Timestamp::from_millisecond(dated.signed_date?).ok()
}

fn decoded(text: &str) -> Result<Vec<u8>, NotProven> {
    URL_SAFE_NO_PAD.decode(text).map_err(|_| NotProven)
}
