//! Verification of signatures without the simulator's code: header, chain, markers, validity,
//! signature.

use aws_lc_rs::signature::{ECDSA_P256_SHA256_FIXED, ECDSA_P384_SHA384_ASN1, UnparsedPublicKey};
use base64::{
    Engine as _,
    engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD},
};
use serde_json::Value;
use x509_parser::prelude::{FromDer as _, X509Certificate};

const INTERMEDIATE_MARKER: &str = "1.2.840.113635.100.6.2.1";
const LEAF_MARKER: &str = "1.2.840.113635.100.6.11.1";

/// Returns the payload, or the reason to reject it. Certificates must be valid at `signedDate`.
pub fn verify(jws: &str, root: &[u8]) -> Result<Value, &'static str> {
    let parts: Vec<_> = jws.split('.').collect();
    let [header, payload, signature] = parts[..] else {
        return Err("not three parts");
    };
    let header = json(header)?;
    if header["alg"] != "ES256" {
        return Err("algorithm");
    }
    let chain = header["x5c"].as_array().ok_or("no x5c")?;
    let [leaf, intermediate, _] = &chain[..] else {
        return Err("not three certificates");
    };
    let (leaf, intermediate) = (der(leaf)?, der(intermediate)?);
    let (leaf, intermediate) = (certificate(&leaf)?, certificate(&intermediate)?);
    let root = certificate(root)?;
    if !is_marked(&intermediate, INTERMEDIATE_MARKER) {
        return Err("intermediate not marked");
    }
    if !is_marked(&leaf, LEAF_MARKER) {
        return Err("leaf not marked");
    }
    if !is_authority(&root) || !is_authority(&intermediate) {
        return Err("not an authority");
    }
    if !issued(&root, &intermediate) {
        return Err("intermediate not issued by the root");
    }
    if !issued(&intermediate, &leaf) {
        return Err("leaf not issued by the intermediate");
    }
    let content = json(payload)?;
    let at = content["signedDate"].as_i64().ok_or("no signedDate")? / 1_000;
    let valid = |one: &X509Certificate<'_>| {
        let validity = one.validity();
        (validity.not_before.timestamp()..=validity.not_after.timestamp()).contains(&at)
    };
    if ![&leaf, &intermediate, &root].into_iter().all(valid) {
        return Err("not valid then");
    }
    let signature = URL_SAFE_NO_PAD
        .decode(signature)
        .map_err(|_| "not base64")?;
    let signed = jws.rsplit_once('.').unwrap().0;
    let key = &leaf.public_key().subject_public_key.data;
    let key = UnparsedPublicKey::new(&ECDSA_P256_SHA256_FIXED, key);
    match key.verify(signed.as_bytes(), &signature) {
        Ok(()) => Ok(content),
        Err(_) => Err("signature"),
    }
}

/// Returns the payload, whoever signed it.
pub fn payload(jws: &str) -> Value {
    json(jws.split('.').nth(1).unwrap()).unwrap()
}

pub fn header(jws: &str) -> Value {
    json(jws.split('.').next().unwrap()).unwrap()
}

fn json(part: &str) -> Result<Value, &'static str> {
    let bytes = URL_SAFE_NO_PAD.decode(part).map_err(|_| "not base64")?;
    serde_json::from_slice(&bytes).map_err(|_| "not json")
}

fn der(entry: &Value) -> Result<Vec<u8>, &'static str> {
    let text = entry.as_str().ok_or("not a text")?;
    STANDARD.decode(text).map_err(|_| "not base64")
}

fn certificate(der: &[u8]) -> Result<X509Certificate<'_>, &'static str> {
    let (_, certificate) = X509Certificate::from_der(der).map_err(|_| "not a certificate")?;
    Ok(certificate)
}

fn is_marked(certificate: &X509Certificate<'_>, oid: &str) -> bool {
    let mut extensions = certificate.extensions().iter();
    extensions.any(|one| one.oid.to_id_string() == oid && one.value == [5, 0])
}

fn is_authority(certificate: &X509Certificate<'_>) -> bool {
    let constraints = certificate.basic_constraints().unwrap();
    constraints.is_some_and(|constraints| constraints.value.ca)
}

fn issued(issuer: &X509Certificate<'_>, certificate: &X509Certificate<'_>) -> bool {
    let key = &issuer.public_key().subject_public_key.data;
    let key = UnparsedPublicKey::new(&ECDSA_P384_SHA384_ASN1, key);
    let signature = &certificate.signature_value.data;
    certificate.issuer().as_raw() == issuer.subject().as_raw()
        && key
            .verify(certificate.tbs_certificate.as_ref(), signature)
            .is_ok()
}
