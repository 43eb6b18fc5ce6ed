//! DER encoding of a trust anchor that consists of a name and a key only.

const SEQUENCE: u8 = 0x30;
const INTEGER: u8 = 0x02;
const BIT_STRING: u8 = 0x03;
const OBJECT_IDENTIFIER: u8 = 0x06;
const UTC_TIME: u8 = 0x17;
const GENERALIZED_TIME: u8 = 0x18;

const ECDSA_WITH_SHA384: [u8; 8] = [0x2a, 0x86, 0x48, 0xce, 0x3d, 0x04, 0x03, 0x03];

/// Encodes a certificate of version 1 in DER: without extensions, always valid, and unsigned,
/// because nobody checks the signature of an anchor. `name` and `key` are in DER.
pub(in crate::connectors::apple) fn certificate(name: &[u8], key: &[u8]) -> Vec<u8> {
    let serial = value(INTEGER, &[1]);
    let algorithm = value(SEQUENCE, &value(OBJECT_IDENTIFIER, &ECDSA_WITH_SHA384));
    // The pinned key counts, not the dates of whatever certificate it came in.
    let begin = value(UTC_TIME, b"700101000000Z");
    let end = value(GENERALIZED_TIME, b"99991231235959Z");
    let validity = value(SEQUENCE, &[begin, end].concat());
    let parts = [&serial, &algorithm, name, &validity, name, key];
    let signed = value(SEQUENCE, &parts.concat());
    let signature = value(BIT_STRING, &[0]);
    value(SEQUENCE, &[signed, algorithm, signature].concat())
}

/// Encodes tag, length and content.
fn value(tag: u8, content: &[u8]) -> Vec<u8> {
    let length = content.len();
    let bytes = length.to_be_bytes();
    let significant = bytes.iter().skip_while(|byte| **byte == 0);
    let significant: Vec<u8> = significant.copied().collect();
    let head = match (u8::try_from(length), u8::try_from(significant.len())) {
        (Ok(short @ ..0x80), _) => vec![tag, short],
        (_, Ok(count)) => [&[tag, 0x80 | count], significant.as_slice()].concat(),
        // No length has so many bytes.
        (_, Err(_)) => vec![tag, 0],
    };
    [head, content.to_vec()].concat()
}

#[cfg(test)]
mod tests {
    use x509_parser::parse_x509_certificate;
    use x509_parser::prelude::X509Version;

    use super::*;

    /// An empty name and a P-256 key, which a length of one byte holds; with a long name one of
    /// three.
    #[test]
    fn it_is_read_as_a_certificate_of_that_name_and_key() {
        let algorithm = [
            0x30, 0x13, 0x06, 0x07, 0x2a, 0x86, 0x48, 0xce, 0x3d, 0x02, 0x01, 0x06, 0x08, 0x2a,
            0x86, 0x48, 0xce, 0x3d, 0x03, 0x01, 0x07,
        ];
        let point = value(BIT_STRING, &[&[0, 4], [7; 64].as_slice()].concat());
        let key = value(SEQUENCE, &[algorithm.as_slice(), &point].concat());
        let text = value(0x0c, "Root".repeat(100).as_bytes());
        let common_name = value(OBJECT_IDENTIFIER, &[0x55, 0x04, 0x03]);
        let part = value(0x31, &value(SEQUENCE, &[common_name, text].concat()));
        for name in [value(SEQUENCE, &[]), value(SEQUENCE, &part)] {
            let der = certificate(&name, &key);
            let (rest, parsed) = parse_x509_certificate(&der).unwrap();
            assert!(rest.is_empty());
            assert_eq!(parsed.subject().as_raw(), name);
            assert_eq!(parsed.tbs_certificate.subject_pki.raw, key);
            assert_eq!(parsed.version(), X509Version::V1);
            assert!(parsed.extensions().is_empty());
            assert!(parsed.validity().is_valid());
        }
    }
}
