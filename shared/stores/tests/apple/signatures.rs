//! What Apple signed and what it didn't, by everything that could be wrong with a signature.

use aws_lc_rs::hmac;
use aws_lc_rs::signature::{ECDSA_P256_SHA256_ASN1_SIGNING, ECDSA_P384_SHA384_FIXED_SIGNING};
use rcgen::PKCS_ECDSA_P384_SHA384;
use serde_json::{Value, json};
use stores::{NotificationError, Received};

use crate::authority::{APPLE, Authority, Certified, Wanted, encoded, header, sign, sign_by};
use crate::scene::{payload, receive_by};

pub fn renewed() -> Value {
    payload("DID_RENEW", &json!({}))
}

pub async fn is_proven(signed: &str) -> bool {
    is_proven_by(&json!({}), signed).await
}

pub async fn is_proven_by(changes: &Value, signed: &str) -> bool {
    match receive_by(changes, signed).await {
        Ok(Received::About(_)) => true,
        Err(NotificationError::Forged) => false,
        other => panic!("{other:?}"),
    }
}

/// A chain of these, in their order.
pub fn by(leaf: &Certified, intermediate: &Certified, root: &Certified) -> String {
    let chain = [leaf, intermediate, root].map(|one| one.der.clone());
    sign(&header(&chain), &renewed(), &leaf.key)
}

#[tokio::test]
async fn what_apple_signed_is_read() {
    assert!(is_proven(&APPLE.sign(&renewed())).await);
    let again = by(&APPLE.leaf, &APPLE.intermediate, &APPLE.root);
    assert!(is_proven(&again).await);
}

#[tokio::test]
async fn no_other_algorithm_is_taken() {
    for name in ["none", "HS256", "ES384", "RS256", "es256", ""] {
        let mut header = header(&APPLE.chain());
        header["alg"] = json!(name);
        let signed = sign(&header, &renewed(), &APPLE.leaf.key);
        assert!(!is_proven(&signed).await, "{name}");
    }
    let mut without = header(&APPLE.chain());
    without.as_object_mut().unwrap().remove("alg");
    assert!(!is_proven(&sign(&without, &renewed(), &APPLE.leaf.key)).await);
}

#[tokio::test]
async fn an_unsigned_one_is_refused() {
    let mut unsigned = header(&APPLE.chain());
    unsigned["alg"] = json!("none");
    for header in [unsigned, header(&APPLE.chain())] {
        let [header, payload] = [header, renewed()].map(|p| encoded(p.to_string().as_bytes()));
        assert!(!is_proven(&format!("{header}.{payload}.")).await);
    }
}

#[tokio::test]
async fn a_public_key_is_no_secret_to_sign_with() {
    let mut header = header(&APPLE.chain());
    header["alg"] = json!("HS256");
    let [header, payload] = [header, renewed()].map(|part| encoded(part.to_string().as_bytes()));
    let signed = format!("{header}.{payload}");
    let secret = hmac::Key::new(hmac::HMAC_SHA256, APPLE.leaf.key.public_key_raw());
    let tag = hmac::sign(&secret, signed.as_bytes());
    let signed = format!("{signed}.{}", encoded(tag.as_ref()));
    assert!(!is_proven(&signed).await);
}

#[tokio::test]
async fn a_leaf_on_another_curve_is_refused() {
    let wanted = Wanted {
        key: &PKCS_ECDSA_P384_SHA384,
        ..Wanted::leaf()
    };
    let leaf = wanted.under(&APPLE.intermediate);
    let mut header = header(&[
        leaf.der.clone(),
        APPLE.intermediate.der.clone(),
        APPLE.root.der.clone(),
    ]);
    let algorithm = &ECDSA_P384_SHA384_FIXED_SIGNING;
    for name in ["ES256", "ES384"] {
        header["alg"] = json!(name);
        let signed = sign_by(algorithm, &header, &renewed(), &leaf.key);
        assert!(!is_proven(&signed).await, "{name}");
    }
}

#[tokio::test]
async fn what_a_reader_has_to_understand_is_not_passed_over() {
    let mut header = header(&APPLE.chain());
    header["crit"] = json!(["b64"]);
    assert!(!is_proven(&sign(&header, &renewed(), &APPLE.leaf.key)).await);
}

#[tokio::test]
async fn other_fields_of_the_header_do_not_matter() {
    let mut header = header(&APPLE.chain());
    header["kid"] = json!("AppleIncRoot");
    header["typ"] = json!("JWT");
    assert!(is_proven(&sign(&header, &renewed(), &APPLE.leaf.key)).await);
}

#[tokio::test]
async fn the_leafs_own_key_has_to_have_signed() {
    let other = Authority::new();
    let signed = sign(&header(&APPLE.chain()), &renewed(), &other.leaf.key);
    assert!(!is_proven(&signed).await);
}

#[tokio::test]
async fn nothing_may_be_changed_after_signing() {
    let signed = APPLE.sign(&renewed());
    let parts: Vec<&str> = signed.split('.').collect();
    let other = payload("EXPIRED", &json!({}));
    let other = encoded(other.to_string().as_bytes());
    let tampered = format!("{}.{other}.{}", parts[0], parts[2]);
    assert!(!is_proven(&tampered).await);

    let mut header = header(&APPLE.chain());
    header["kid"] = json!("another");
    let header = encoded(header.to_string().as_bytes());
    let tampered = format!("{header}.{}.{}", parts[1], parts[2]);
    assert!(!is_proven(&tampered).await);
}

#[tokio::test]
async fn a_signature_is_two_numbers_and_no_structure() {
    let algorithm = &ECDSA_P256_SHA256_ASN1_SIGNING;
    let signed = sign_by(
        algorithm,
        &header(&APPLE.chain()),
        &renewed(),
        &APPLE.leaf.key,
    );
    assert!(!is_proven(&signed).await);
    let signed = APPLE.sign(&renewed());
    assert!(!is_proven(&signed[..signed.len() - 4]).await);
    assert!(!is_proven(&format!("{signed}AAAA")).await);
}

#[tokio::test]
async fn anything_but_three_parts_is_refused() {
    let signed = APPLE.sign(&renewed());
    let parts: Vec<&str> = signed.split('.').collect();
    for wrong in [
        String::new(),
        ".".to_owned(),
        "..".to_owned(),
        parts[..2].join("."),
        format!("{signed}.{}", parts[2]),
        format!("{}=.{}.{}", parts[0], parts[1], parts[2]),
        signed.replace('.', ". "),
        "a".repeat(200_000),
    ] {
        assert!(!is_proven(&wrong).await);
    }
}

#[tokio::test]
async fn a_payload_that_is_not_read_is_a_dead_letter_only_if_apple_signed_it() {
    let broken = json!({"data": {"bundleId": crate::scene::BUNDLE, "status": "text"}});
    let read = receive_by(&json!({}), &APPLE.sign(&broken)).await;
    assert!(
        matches!(read, Err(NotificationError::Unreadable(_))),
        "{read:?}"
    );
    let text = APPLE.sign(&json!("text"));
    let read = receive_by(&json!({}), &text).await;
    assert_eq!(read, Err(NotificationError::OtherApplication));
    assert!(!is_proven(&Authority::new().sign(&broken)).await);
}
