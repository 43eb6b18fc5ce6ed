//! What Apple signed and what it didn't, by everything that could be wrong with a signature.

use aws_lc_rs::hmac;
use aws_lc_rs::signature::{ECDSA_P256_SHA256_ASN1_SIGNING, ECDSA_P384_SHA384_FIXED_SIGNING};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use rcgen::{IsCa, PKCS_ECDSA_P384_SHA384};
use serde_json::{Value, json};
use stores::{NotificationError, Received};

use crate::authority::{
    APPLE, Authority, Certified, LEAF_MARK, Wanted, copied, encoded, fingerprint, header,
    key_fingerprint, sign, sign_by,
};
use crate::scene::{millis, payload, receive_by};

fn renewed() -> Value {
    payload("DID_RENEW", &json!({}))
}

async fn is_proven(signed: &str) -> bool {
    is_proven_by(&json!({}), signed).await
}

async fn is_proven_by(changes: &Value, signed: &str) -> bool {
    match receive_by(changes, signed).await {
        Ok(Received::About(_)) => true,
        Err(NotificationError::Forged) => false,
        other => panic!("{other:?}"),
    }
}

/// A chain of these, in their order.
fn by(leaf: &Certified, intermediate: &Certified, root: &Certified) -> String {
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
async fn exactly_three_certificates_are_wanted() {
    let chain = APPLE.chain();
    let root = APPLE.root.der.clone();
    let chains = [
        Vec::new(),
        chain[..1].to_vec(),
        chain[..2].to_vec(),
        [chain.clone(), vec![root.clone()]].concat(),
        vec![chain[0].clone(), root.clone(), root],
    ];
    for chain in chains {
        let signed = sign(&header(&chain), &renewed(), &APPLE.leaf.key);
        assert!(!is_proven(&signed).await, "{}", chain.len());
    }
    for header in [
        json!({"alg": "ES256"}),
        json!({"alg": "ES256", "x5cwrong": header(&chain)["x5c"]}),
        json!({"alg": "ES256", "x5c": STANDARD.encode(&chain[0])}),
        json!({"alg": "ES256", "x5c": [1, 2, 3]}),
        json!({"alg": "ES256", "x5c": chain.iter().map(|der| encoded(der) + "-_").collect::<Vec<_>>()}),
        json!({"alg": "ES256", "x5c": ["QUJD", "QUJD", STANDARD.encode(&chain[2])]}),
        json!({"alg": "ES256", "x5c": ["", "", ""]}),
    ] {
        let signed = sign(&header, &renewed(), &APPLE.leaf.key);
        assert!(!is_proven(&signed).await, "{header}");
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
async fn somebodys_own_root_is_not_apples() {
    assert!(!is_proven(&Authority::new().sign(&renewed())).await);
}

#[tokio::test]
async fn apples_root_behind_somebodys_own_chain_proves_nothing() {
    let other = Authority::new();
    assert!(!is_proven(&by(&other.leaf, &other.intermediate, &APPLE.root)).await);
    assert!(!is_proven(&by(&other.leaf, &APPLE.intermediate, &APPLE.root)).await);
    let leaf = Wanted::leaf().under(&APPLE.root);
    assert!(!is_proven(&by(&leaf, &APPLE.intermediate, &APPLE.root)).await);
}

#[tokio::test]
async fn the_roots_own_name_and_key_are_enough() {
    let wanted = Wanted {
        is_ca: IsCa::NoCa,
        years: (2016, 2020),
        ..Wanted::root()
    };
    let key = copied(&APPLE.root.key);
    let reissued = wanted.made_with(key);
    let signed = by(&APPLE.leaf, &APPLE.intermediate, &reissued);
    let by_key = json!({"rootFingerprints": [key_fingerprint(&APPLE.root.key)]});
    assert!(is_proven_by(&by_key, &signed).await);
    assert!(is_proven_by(&by_key, &APPLE.sign(&renewed())).await);
    // The certificate alone was named.
    assert!(!is_proven(&signed).await);

    let other = Authority::new();
    let signed = by(&other.leaf, &other.intermediate, &reissued);
    assert!(!is_proven_by(&by_key, &signed).await);
    let renamed = Wanted {
        name: "Another Root",
        ..Wanted::root()
    };
    let key = copied(&APPLE.root.key);
    let signed = by(&APPLE.leaf, &APPLE.intermediate, &renamed.made_with(key));
    assert!(!is_proven_by(&by_key, &signed).await);
}

#[tokio::test]
async fn any_of_several_roots_may_be_meant() {
    let next = Authority::new();
    let roots = [&APPLE.root, &next.root].map(|root| fingerprint(&root.der));
    let both = json!({ "rootFingerprints": roots });
    for authority in [&*APPLE, &next] {
        assert!(is_proven_by(&both, &authority.sign(&renewed())).await);
    }
    assert!(!is_proven_by(&both, &Authority::new().sign(&renewed())).await);
}

#[tokio::test]
async fn only_apples_own_root_is_trusted_by_default() {
    let default = json!({"rootFingerprints": null});
    assert!(!is_proven_by(&default, &APPLE.sign(&renewed())).await);
}

#[tokio::test]
async fn an_expired_root_ends_what_it_signed() {
    let wanted = Wanted {
        years: (2014, 2026),
        ..Wanted::root()
    };
    let root = wanted.made();
    let intermediate = Wanted::intermediate().under(&root);
    let leaf = Wanted::leaf().under(&intermediate);
    let trusted = json!({"rootFingerprints": [fingerprint(&root.der)]});
    assert!(!is_proven_by(&trusted, &by(&leaf, &intermediate, &root)).await);
}

#[tokio::test]
async fn an_intermediate_that_is_not_apples_for_this_is_refused() {
    let cases = [
        Wanted {
            marks: Vec::new(),
            ..Wanted::intermediate()
        },
        Wanted {
            marks: vec![&[1, 2, 840, 113_635, 100, 6, 2, 2]],
            ..Wanted::intermediate()
        },
        Wanted {
            marks: vec![LEAF_MARK],
            ..Wanted::intermediate()
        },
        Wanted {
            is_ca: IsCa::ExplicitNoCa,
            ..Wanted::intermediate()
        },
        Wanted {
            is_ca: IsCa::NoCa,
            ..Wanted::intermediate()
        },
        Wanted {
            years: (2021, 2026),
            ..Wanted::intermediate()
        },
        Wanted {
            years: (2027, 2036),
            ..Wanted::intermediate()
        },
    ];
    for (case, wanted) in cases.iter().enumerate() {
        let intermediate = wanted.under(&APPLE.root);
        let leaf = Wanted::leaf().under(&intermediate);
        assert!(
            !is_proven(&by(&leaf, &intermediate, &APPLE.root)).await,
            "{case}"
        );
    }
}

#[tokio::test]
async fn a_leaf_that_is_not_apples_for_this_is_refused() {
    let cases = [
        Wanted {
            marks: Vec::new(),
            ..Wanted::leaf()
        },
        Wanted {
            marks: vec![&[1, 2, 840, 113_635, 100, 6, 11, 2]],
            ..Wanted::leaf()
        },
        Wanted {
            years: (2025, 2026),
            ..Wanted::leaf()
        },
        Wanted {
            years: (2027, 2028),
            ..Wanted::leaf()
        },
    ];
    for (case, wanted) in cases.iter().enumerate() {
        let leaf = wanted.under(&APPLE.intermediate);
        assert!(
            !is_proven(&by(&leaf, &APPLE.intermediate, &APPLE.root)).await,
            "{case}"
        );
    }
}

#[tokio::test]
async fn a_leaf_must_be_signed_by_the_intermediate_beside_it() {
    let another = Wanted::intermediate().under(&APPLE.root);
    let leaf = Wanted::leaf().under(&another);
    assert!(is_proven(&by(&leaf, &another, &APPLE.root)).await);
    assert!(!is_proven(&by(&leaf, &APPLE.intermediate, &APPLE.root)).await);
}

#[tokio::test]
async fn an_intermediate_may_not_make_further_ones() {
    let further = Wanted::intermediate().under(&APPLE.intermediate);
    let leaf = Wanted::leaf().under(&further);
    assert!(!is_proven(&by(&leaf, &further, &APPLE.root)).await);
    assert!(!is_proven(&by(&leaf, &further, &APPLE.intermediate)).await);
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
    let text = json!("text");
    let read = receive_by(&json!({}), &APPLE.sign(&text)).await;
    assert!(
        matches!(read, Err(NotificationError::Unreadable(_))),
        "{read:?}"
    );
    assert!(!is_proven(&Authority::new().sign(&text)).await);
}

#[tokio::test]
async fn certificates_have_to_be_valid_now_whatever_the_payload_says() {
    let wanted = Wanted {
        years: (2023, 2025),
        ..Wanted::leaf()
    };
    let leaf = wanted.under(&APPLE.intermediate);
    let chain = [&leaf, &APPLE.intermediate, &APPLE.root].map(|one| one.der.clone());
    let then = payload(
        "DID_RENEW",
        &json!({"signedDate": millis("2024-06-01T00:00:00Z")}),
    );
    assert!(!is_proven(&sign(&header(&chain), &then, &leaf.key)).await);
}
