//! Keys and certificates in PEM.

use base64::{Engine as _, engine::general_purpose::STANDARD};

const LINE: usize = 64;

/// Encodes a PKCS#8 private key as PEM.
pub(crate) fn private_key(der: &[u8]) -> String {
    labelled("PRIVATE KEY", der)
}

/// Encodes a public key (`SubjectPublicKeyInfo`) as PEM.
pub(crate) fn public_key(der: &[u8]) -> String {
    labelled("PUBLIC KEY", der)
}

/// Encodes a certificate as PEM.
pub(crate) fn certificate(der: &[u8]) -> String {
    labelled("CERTIFICATE", der)
}

fn labelled(label: &str, der: &[u8]) -> String {
    let text = STANDARD.encode(der);
    let lines = text.as_bytes().chunks(LINE).map(String::from_utf8_lossy);
    let body = lines.collect::<Vec<_>>().join("\n");
    format!("-----BEGIN {label}-----\n{body}\n-----END {label}-----\n")
}
