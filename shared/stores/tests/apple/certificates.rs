//! Which certificates lead to Apple, by everything that could be wrong with one.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use rcgen::IsCa;
use serde_json::json;

use crate::authority::{
    APPLE, Authority, LEAF_MARK, Wanted, copied, encoded, fingerprint, header, key_fingerprint,
    sign,
};
use crate::scene::{millis, payload};
use crate::signatures::{by, is_proven, is_proven_by, renewed};

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
