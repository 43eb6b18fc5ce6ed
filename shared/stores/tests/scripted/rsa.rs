//! RSA keys, each made once on a machine: making one takes a tenth of a second, and each test is a process.

use std::fs;
use std::path::Path;

use aws_lc_rs::encoding::{AsDer as _, Pkcs8V1Der};
use aws_lc_rs::rsa::{KeyPair, KeySize};

/// Key of 2,048 bits with this name.
pub fn key_pair(name: &str) -> KeyPair {
    let file = Path::new(env!("CARGO_TARGET_TMPDIR")).join(format!("rsa-{name}.der"));
    let made = fs::read(&file).ok();
    if let Some(pair) = made.and_then(|der| KeyPair::from_pkcs8(&der).ok()) {
        return pair;
    }
    let pair = KeyPair::generate(KeySize::Rsa2048).unwrap();
    let der: Pkcs8V1Der<'_> = pair.as_der().unwrap();
    // Renamed when it is complete, because another process may read it at the same time.
    let incomplete = file.with_extension(std::process::id().to_string());
    fs::write(&incomplete, der.as_ref()).unwrap();
    fs::rename(&incomplete, &file).unwrap();
    pair
}
