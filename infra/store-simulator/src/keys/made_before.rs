//! RSA keys shared with earlier processes through files: generating one takes a tenth of a second,
//! and each test is a process.

use std::{
    fs, io,
    path::Path,
    process,
    sync::atomic::{AtomicUsize, Ordering},
};

use aws_lc_rs::{
    encoding::{AsDer as _, Pkcs8V1Der},
    rsa::{KeyPair, KeySize},
};

use super::KeyError;

/// Number of keys that this process has taken, so that no two of them are the same.
static TAKEN: AtomicUsize = AtomicUsize::new(0);

/// Returns a key of 2,048 bits that this process has not used. It is generated only if no earlier
/// process has needed as many.
pub(super) fn next() -> Result<KeyPair, KeyError> {
    let number = TAKEN.fetch_add(1, Ordering::Relaxed);
    let folder = std::env::temp_dir().join("store-simulator-keys");
    numbered(&folder, number)
}

fn numbered(folder: &Path, number: usize) -> Result<KeyPair, KeyError> {
    let file = folder.join(format!("{number}.der"));
    let made_before = fs::read(&file).ok();
    if let Some(pair) = made_before.and_then(|der| KeyPair::from_pkcs8(&der).ok()) {
        return Ok(pair);
    }
    let pair = KeyPair::generate(KeySize::Rsa2048)?;
    let der: Pkcs8V1Der<'_> = pair.as_der()?;
    // Without the file the next process generates the key again; nothing else depends on it.
    let _written = write(&file, der.as_ref());
    Ok(pair)
}

fn write(file: &Path, der: &[u8]) -> io::Result<()> {
    // Renamed when it is complete, because another process may read it at the same time.
    let incomplete = file.with_extension(process::id().to_string());
    fs::create_dir_all(file.parent().unwrap_or(file))?;
    fs::write(&incomplete, der)?;
    fs::rename(&incomplete, file)
}

#[cfg(test)]
mod tests {
    use aws_lc_rs::signature::KeyPair as _;

    use super::*;

    #[test]
    fn a_key_is_made_once_for_each_number() {
        let folder = std::env::temp_dir().join(format!("keys-{}", process::id()));
        let public = |number| {
            let pair = numbered(&folder, number).unwrap();
            pair.public_key().as_ref().to_vec()
        };
        let first = public(0);
        assert_ne!(public(1), first);
        assert_eq!(public(0), first);
        fs::write(folder.join("0.der"), "cut short").unwrap();
        let again = public(0);
        assert_ne!(again, first);
        assert_eq!(public(0), again);
        fs::remove_dir_all(&folder).unwrap();
    }
}
