//! Verification of signatures that shares nothing with their creation: HMAC by its definition.

use aws_lc_rs::digest::{SHA256, digest};

use crate::receiver::Received;

const BLOCK: usize = 64;

fn hmac(secret: &str, message: &[u8]) -> String {
    let mut key = secret.as_bytes().to_vec();
    key.resize(BLOCK, 0);
    let padded = |pad: u8, text: &[u8]| {
        let mut block: Vec<u8> = key.iter().map(|byte| byte ^ pad).collect();
        block.extend(text);
        digest(&SHA256, &block)
    };
    let inner = padded(0x36, message);
    hex::encode(padded(0x5c, inner.as_ref()).as_ref())
}

impl Received {
    /// Returns the values of a scheme in `Stripe-Signature`.
    pub fn scheme(&self, scheme: &str) -> Vec<String> {
        let parts = self.header("stripe-signature").split(',');
        let pairs = parts.filter_map(|part| part.split_once('='));
        let of_scheme = pairs.filter(|(name, _)| *name == scheme);
        of_scheme.map(|(_, value)| value.to_owned()).collect()
    }

    pub fn signed_at(&self) -> i64 {
        self.scheme("t")[0].parse().unwrap()
    }

    /// Returns whether one of its `v1` signatures is right.
    pub fn is_signed_by(&self, secret: &str) -> bool {
        let mut message = self.scheme("t").concat().into_bytes();
        message.push(b'.');
        message.extend(&self.body);
        self.scheme("v1").contains(&hmac(secret, &message))
    }
}

#[test]
fn the_check_agrees_with_what_others_have_computed() {
    let body = br#"1796206500.{"id":"evt_1ExampleAbC","object":"event","type":"invoice.paid"}"#;
    let alpha = "f7dd1be7ad9ff0171f7995c9fb5c0499a8b42af7305c008f08a762792456b8a9";
    let beta = "c899bc16422db7d6982cd6e973575de3d0897d1dd7082b59f47429c3127952bc";
    assert_eq!(hmac("whsec_test_alpha", body), alpha);
    assert_eq!(hmac("whsec_test_beta", body), beta);
}
