//! Signed transactions as proof that there is something to wait for.

use std::time::Duration;

use domain::{Environment, Store};
use serde_json::{Value, json};
use stores::{StoreConfig, Submission, parse_submission};

use crate::authority::{APPLE, Authority, Wanted, header, sign, signed};
use crate::scene::{LATEST, ORIGINAL, millis, one_time, parse, read, settings, transaction};

const TEN_MINUTES: Duration = Duration::from_mins(10);

fn submission(signed: &str) -> Submission {
    parse_submission(Store::Apple, &json!({ "signedTransaction": signed })).unwrap()
}

/// How long Apple's "not found" is not believed.
fn unknown_for(config: &StoreConfig, submission: &Submission) -> Duration {
    let proof = submission.proof.as_ref();
    config.catches_up_within(&submission.locator, proof, None)
}

fn production(changes: &Value) -> StoreConfig {
    parse(
        &settings("http://localhost:1", changes),
        Environment::Production,
    )
    .unwrap()
}

#[test]
fn what_apple_signed_for_the_app_is_waited_for() {
    let own = production(&json!({}));
    for bought in [
        transaction(&json!({})),
        transaction(&json!({"originalTransactionId": null})),
        one_time(&json!({})),
    ] {
        let submission = submission(&signed(&bought));
        assert_eq!(unknown_for(&own, &submission), TEN_MINUTES);
    }
    let other = production(&json!({"propagationSeconds": 90}));
    let submission = submission(&signed(&transaction(&json!({}))));
    assert_eq!(unknown_for(&other, &submission), Duration::from_secs(90));
    let none = production(&json!({"propagationSeconds": 0}));
    assert_eq!(unknown_for(&none, &submission), Duration::ZERO);
}

#[test]
fn what_anybody_can_make_up_is_not_waited_for() {
    let own = production(&json!({}));
    let stranger = Authority::new();
    let another_leaf = Wanted::leaf().made();
    let bought = transaction(&json!({}));
    let genuine = signed(&bought);
    let (rest, _signature) = genuine.rsplit_once('.').unwrap();
    for forged in [
        stranger.sign(&bought),
        sign(&header(&APPLE.chain()), &bought, &another_leaf.key),
        format!("{rest}."),
        format!("{rest}.AAAA"),
    ] {
        assert_eq!(unknown_for(&own, &submission(&forged)), Duration::ZERO);
    }
    for of_another in [
        json!({"bundleId": "com.example.other"}),
        json!({"bundleId": null}),
        json!({"environment": "Sandbox"}),
    ] {
        let submission = submission(&signed(&transaction(&of_another)));
        assert_eq!(
            unknown_for(&own, &submission),
            Duration::ZERO,
            "{of_another}"
        );
    }
}

#[test]
fn an_id_alone_is_not_waited_for_and_neither_is_another_s_proof() {
    let own = production(&json!({}));
    let bare = parse_submission(Store::Apple, &json!({"transactionId": LATEST})).unwrap();
    assert_eq!(bare.proof, None);
    assert_eq!(unknown_for(&own, &bare), Duration::ZERO);

    let unreadable = json!({"transactionId": LATEST, "signedTransaction": "x.y.z"});
    let unreadable = parse_submission(Store::Apple, &unreadable).unwrap();
    assert_eq!(unreadable.proof, None);

    let borrowed = Submission {
        proof: submission(&signed(&transaction(&json!({})))).proof,
        ..parse_submission(Store::Apple, &json!({"transactionId": "700009999999999"})).unwrap()
    };
    assert_eq!(unknown_for(&own, &borrowed), Duration::ZERO);
}

#[test]
fn a_purchase_of_the_sandbox_is_waited_for_where_those_count() {
    let of_sandbox = submission(&signed(&transaction(&json!({"environment": "Sandbox"}))));
    for (changes, within) in [
        (json!({}), Duration::ZERO),
        (json!({"sandboxPurchases": true}), TEN_MINUTES),
    ] {
        assert_eq!(unknown_for(&production(&changes), &of_sandbox), within);
    }
    let json = settings("http://localhost:1", &json!({}));
    let sandbox = parse(&json, Environment::Sandbox).unwrap();
    assert_eq!(unknown_for(&sandbox, &of_sandbox), TEN_MINUTES);
}

/// How long an answer with this status is taken for older than a transaction that runs to the end of
/// December.
fn behind_for(status: i64, answered: &Value, submitted: &Value) -> Duration {
    let mut of_december = json!({
        "transactionId": "700001234567892",
        "purchaseDate": millis("2026-11-20T11:58:00Z"),
        "expiresDate": millis("2026-12-20T11:58:00Z"),
    });
    let fields = of_december.as_object_mut().unwrap();
    fields.extend(submitted.as_object().unwrap().clone());
    let submission = submission(&signed(&transaction(&of_december)));
    let answer = read(Some(status), answered, &json!({"autoRenewStatus": 0}));
    let own = production(&json!({}));
    let proof = submission.proof.as_ref();
    own.catches_up_within(&submission.locator, proof, Some(&answer))
}

#[test]
fn an_answer_that_does_not_show_the_new_payment_is_not_believed_at_once() {
    let ended = json!({"expiresDate": millis("2026-11-15T00:00:01.250Z")});
    for without_access in [2, 3, 5] {
        let within = behind_for(without_access, &ended, &json!({}));
        assert_eq!(within, TEN_MINUTES, "{without_access}");
    }
}

#[test]
fn an_answer_that_can_be_right_is_believed_at_once() {
    let ended = json!({"expiresDate": millis("2026-11-15T00:00:01.250Z")});
    let shown = json!({
        "transactionId": "700001234567892",
        "expiresDate": millis("2026-11-20T11:59:00Z"),
        "revocationDate": millis("2026-11-20T11:59:00Z"),
    });
    let of_another =
        json!({"expiresDate": ended["expiresDate"], "originalTransactionId": "700001230000009"});
    let over = json!({"expiresDate": millis("2026-11-19T00:00:00Z")});
    for (why, status, answered, submitted) in [
        ("access", 1, &json!({}), json!({})),
        ("shows that payment", 5, &shown, json!({})),
        ("is of another purchase", 2, &of_another, json!({})),
        ("the payment's time is over", 2, &ended, over),
        (
            "the payment was taken back",
            2,
            &ended,
            json!({"revocationDate": millis("2026-11-20T11:59:00Z")}),
        ),
        (
            "an upgrade took over",
            2,
            &ended,
            json!({"isUpgraded": true}),
        ),
    ] {
        let within = behind_for(status, answered, &submitted);
        assert_eq!(within, Duration::ZERO, "{why}");
    }
}

#[test]
fn a_proof_is_in_no_detail_and_in_no_log() {
    let text = signed(&transaction(&json!({})));
    let submission = submission(&text);
    let shown = format!("{submission:?} {:?}", submission.locator.details);
    let (_rest, signature) = text.rsplit_once('.').unwrap();
    assert!(
        !shown.contains(signature) && !shown.contains(ORIGINAL),
        "{shown}"
    );
}
